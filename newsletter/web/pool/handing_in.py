"""Items handed in and changed: by people with an account, and by groups through their private link."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from newsletter.items.describe import describe_kinds
from newsletter.items.registry import kinds
from newsletter.models import ContributorLink, Role, UpdateItem
from newsletter.store.editing import take_items
from newsletter.store.handing_in import is_full, link_of
from newsletter.store.pool import change, hand_in, read_item
from newsletter.web.access import account_of, desk, entrance, to
from newsletter.web.desk import done, draw, note
from newsletter.web.middleware import takes
from newsletter.web.pool import item_form
from newsletter.web.pool.listing import own_item


@desk(Role.EDITOR, Role.CONTRIBUTOR)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """What an item can be."""
    return draw(request, "item-kinds", kinds=describe_kinds(), key="", group="")


@desk(Role.EDITOR, Role.CONTRIBUTOR)
@takes(item_form.FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a new item of a kind."""
    form = _form(request, kind)
    if form.item:
        account = account_of(request)
        row = hand_in(form.item, form.files, from_name=account.name, account=account)
        note(request, "handed in", f"item {row.pk}", kind=row.kind)
        done(request, f"“{row.title}” is handed in. It waits for an issue.")
        return to(request, reverse("items"))
    return draw(request, "item-form", status=_status(form), row=None, back=reverse("items"), **form.context)


@desk(Role.EDITOR, Role.CONTRIBUTOR)
@takes(item_form.FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, number: int) -> HttpResponse:
    """An item as it was handed in; it can be changed until an issue holds it."""
    row = own_item(request, number)
    before = item_form.filled(read_item(row), row.assets)
    form = item_form.read(request, row.kind, before) if request.method == "POST" else before
    if row.state != UpdateItem.State.NEW:
        return draw(request, "item-read", row=row, **form.context)
    if request.method == "POST" and form.item:
        change(row, form.item, form.files)
        note(request, "changed", f"item {row.pk}")
        done(request, "Saved.")
        return to(request, reverse("item", kwargs={"number": row.pk}))
    return draw(request, "item-form", status=_status(form), row=row, back=reverse("items"), **form.context)


@desk(Role.EDITOR)
@require_POST
def put_into(request: HttpRequest) -> HttpResponse:
    """Puts the items that were picked into a draft."""
    slug = request.POST.get("into", "")
    numbers = [int(one) for one in request.POST.getlist("item") if one.isdecimal() and len(one) < 18]
    rows = list(UpdateItem.objects.filter(pk__in=numbers, state=UpdateItem.State.NEW).order_by("pk"))
    if not rows:
        done(request, "No item was picked.")
        return to(request, reverse("items"))
    saved, _ = take_items(slug, rows, account=account_of(request), at=datetime.now(UTC))
    note(request, "saved", f"issue {slug}", revision=saved.revision.number, items=[row.pk for row in rows])
    done(request, f"{len(rows)} item{'s are' if len(rows) > 1 else ' is'} in the issue now, at its end.")
    return to(request, reverse("issue", kwargs={"slug": slug}))


@entrance
@require_safe
def by_link(request: HttpRequest, key: str) -> HttpResponse:
    """What a group can hand in by its private link."""
    link = _link(key)
    return draw(request, "item-kinds", kinds=describe_kinds(), key=key, group=link.name)


@entrance
@takes(item_form.FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def new_by_link(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The form of a new item, for a group."""
    link = _link(key)
    if is_full(link):
        words = "So many items of this group wait already that no more are taken. Ask the editors to look at them."
        return draw(request, "said", status=429, title="Too many at once", words=words)
    back = reverse("hand-in", kwargs={"key": key})
    form = _form(request, kind)
    if form.item:
        hand_in(form.item, form.files, from_name=link.name, link=link)
        return HttpResponseRedirect(f"{back}thanks/")
    return draw(request, "item-form", status=_status(form), row=None, back=back, **form.context)


@entrance
@require_safe
def thanks(request: HttpRequest, key: str) -> HttpResponse:
    """It has arrived."""
    link = _link(key)
    return draw(request, "item-thanks", group=link.name, back=reverse("hand-in", kwargs={"key": key}))


def _link(key: str) -> ContributorLink:
    link = link_of(key, now=datetime.now(UTC))
    if link is None:
        raise Http404
    return link


def _form(request: HttpRequest, kind: str) -> item_form.ItemForm:
    if kind not in kinds():
        raise Http404
    return item_form.read(request, kind) if request.method == "POST" else item_form.ItemForm(kind, {})


def _status(form: item_form.ItemForm) -> int:
    return 400 if form.wrong else 200
