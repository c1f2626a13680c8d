"""The pool of update items, what is still owed, and what may be done with an item."""

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from newsletter.items.describe import describe_kinds
from newsletter.models import Role, UpdateItem
from newsletter.reports.issues import Stage, standings
from newsletter.store.pool import UnknownItem, drop, take_back
from newsletter.store.promises import owed
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note
from newsletter.web.pages import this_site

ON_A_PAGE = 50
_STATES = {"new": "Waiting", "used": "Used", "dropped": "Dropped"}


@desk(Role.EDITOR, Role.CONTRIBUTOR)
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """The items that wait, or ``?state=used`` and ``dropped``; contributors see their own."""
    account = account_of(request)
    rows = own_items(request)
    counts = {state: rows.filter(state=state).count() for state in _STATES}
    chosen = request.GET.get("state", "new")
    state = chosen if chosen in _STATES else "new"
    rows = rows.filter(state=state).select_related("used_in").order_by("-pk" if state != "new" else "pk")
    values: dict[str, Any] = {}
    if editor := account.may(Role.EDITOR):
        now = datetime.now(UTC)
        drafts = [one.issue for one in standings(now=now) if one.stage is Stage.DRAFT]
        values = {"owed": owed(this_site()), "today": now.date(), "drafts": drafts}
    return draw(
        request,
        "items",
        page=Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        states=[(key, label, counts[key], key == state) for key, label in _STATES.items()],
        state=state,
        kinds={one.kind: one.summary for one in describe_kinds()},
        editor=editor,
        **values,
    )


@desk(Role.EDITOR, Role.CONTRIBUTOR)
@require_POST
def drop_item(request: HttpRequest, number: int) -> HttpResponse:
    """Takes an item out of the pool, or with ``back`` puts it in again."""
    row = own_item(request, number)
    back = "back" in request.POST
    try:
        (take_back if back else drop)(row)
    except UnknownItem as error:
        done(request, str(error))
    else:
        note(request, "took back" if back else "dropped", f"item {row.pk}")
        done(request, f"“{row.title}” " + ("waits for an issue again." if back else "is dropped; it is under Dropped."))
    return to(request, reverse("items"))


def own_items(request: HttpRequest) -> QuerySet[UpdateItem]:
    """All items for an editor; for a contributor those that they handed in."""
    rows = UpdateItem.objects.all()
    account = account_of(request)
    return rows if account.may(Role.EDITOR) else rows.filter(account=account)


def own_item(request: HttpRequest, number: int) -> UpdateItem:
    """One of these. Raises ``Http404``."""
    row = own_items(request).select_related("used_in").filter(pk=number).first()
    if row is None:
        raise Http404
    return row
