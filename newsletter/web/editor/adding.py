"""A new item: of a kind, by its form, or taken from the pool of what people handed in."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from newsletter.issue.problems import IssueError
from newsletter.items.registry import kinds
from newsletter.models import Role, UpdateItem
from newsletter.store.edit_fields import made_item
from newsletter.store.editing import insert_item, take_items
from newsletter.store.pool import pool
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note
from newsletter.web.editor import forms
from newsletter.web.editor.reshaping import reshape, reshaped
from newsletter.web.editor.wording import address_of, revision_or_404, uploads_in, wrong_in
from newsletter.web.editor.workspace import choices
from newsletter.web.pages import this_site


@desk(Role.EDITOR)
@require_safe
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """The kinds, each with what it is for, and what waits in the pool."""
    revision = revision_or_404(slug)
    return draw(
        request,
        "editor/add",
        slug=slug,
        title=revision.issue.title,
        after=request.GET.get("after", ""),
        kinds={word: kind.summary for word, kind in kinds().items()},
        waiting=pool(),
    )


@desk(Role.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The form of a new item of ``kind``; POST puts it in."""
    revision = revision_or_404(slug)
    model = kinds().get(kind)
    if model is None:
        raise Http404
    fields = forms.fields_of(model)
    after = request.POST.get("after", request.GET.get("after", ""))
    raw = {name: request.POST.getlist(name) for name in request.POST} or forms.raw_of(fields, {})
    wrong: dict[str, str] = {}
    if request.method == "POST" and not reshaped(raw):
        uploaded = uploads_in(raw)
        item, found = made_item(this_site(), slug, model, forms.read(fields, raw), uploaded)
        wrong = wrong_in(found, raw, fields)
        if item is not None:
            saved, given = insert_item(
                slug, item, after=after, assets=uploaded, account=account_of(request), at=datetime.now(UTC)
            )
            note(request, "item added", f"issue {slug}", revision=saved.revision.number, item=given)
            done(request, f"“{item.title}” is in the issue.")
            return to(request, address_of(slug, given))
    return draw(
        request,
        "editor/add-kind",
        status=422 if wrong else 200,
        slug=slug,
        title=revision.issue.title,
        kind=kind,
        summary=model.summary,
        after=after,
        fields=forms.shown(fields, reshape(raw), wrong),
        wrong=wrong,
        **choices(),
    )


@desk(Role.EDITOR)
@require_POST
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """Puts the chosen items of the pool into the issue."""
    revision_or_404(slug)
    chosen = [int(one) for one in request.POST.getlist("chosen") if one.isdecimal() and len(one) < 19]
    rows = list(UpdateItem.objects.filter(pk__in=chosen, state=UpdateItem.State.NEW).order_by("pk"))
    if not rows:
        done(request, "Nothing was chosen.")
        return to(request, address_of(slug))
    after = request.POST.get("after", "")
    try:
        saved, ids = take_items(slug, rows, after=after, account=account_of(request), at=datetime.now(UTC))
    except IssueError as error:
        done(request, f"Nothing was taken: {error}")
        return to(request, address_of(slug))
    note(request, "items taken", f"issue {slug}", revision=saved.revision.number, items=list(ids))
    done(request, "1 item is in the issue now." if len(ids) == 1 else f"{len(ids)} items are in the issue now.")
    return to(request, address_of(slug, ids[0]))
