"""What changes an issue: saved fields, items put in, moved, copied, taken out and back. Each change is a revision,
which tells who made it; the audit does not repeat them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from newsletter.issue.changes import as_text
from newsletter.models import Revision, Role
from newsletter.store import editing
from newsletter.store.edit_saves import Outcome, save_form
from newsletter.store.editing import Busy, Gone, revision_of
from newsletter.store.revisions import Saved
from newsletter.store.translating import NoTranslation
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw
from newsletter.web.editor import forms
from newsletter.web.editor.reshaping import reshape, reshaped
from newsletter.web.editor.sides import Side, side_of
from newsletter.web.editor.wording import address_of, called, clock, number_in, revision_or_404, uploads_in, wrong_in
from newsletter.web.editor.workspace import choices, page


@desk(Role.EDITOR)
@require_POST
def save(request: HttpRequest, slug: str, key: str, language: str = "") -> HttpResponse:
    """Saves the form of one item, in the issue or its translation into ``language``. For the script it says as JSON
    what came of it; a form without script leads back to the page, or shows again what is wrong."""
    number = number_in(request.POST.get("base", ""))
    raw = {name: request.POST.getlist(name) for name in request.POST}
    bases = _own_bases(raw)
    if reshaped(raw):
        revision = revision_or_404(slug)
        side = side_of(language, revision)
        form = side.form(revision, key, raw=reshape(raw), number=number)
        return page(request, revision, key, side=side, form=form)
    try:
        start = revision_of(slug, number)
        side = side_of(language, start)
        base = side.values(start, key)
        for name, before in bases.items():
            base[name] = side.values(revision_of(slug, before), key).get(name)
        fields = side.fields(start, key)
        given = forms.read(fields, raw, base)
        outcome = save_form(
            slug, side.store(start, key), given, base=base, number=number, numbers=bases, uploaded=uploads_in(raw),
            account=account_of(request), at=datetime.now(UTC),
        )  # fmt: skip
    except Revision.DoesNotExist:
        raise Http404 from None
    except (NoTranslation, Gone, Busy) as error:
        return _refused(error, language)
    wrong = wrong_in(outcome.wrong, raw, fields)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(_told(request, outcome, side, key, wrong, {"": number, **bases}))
    if wrong or outcome.conflicts:
        revision = revision_or_404(slug)
        both = {name: f"{one.who} changed this, too: “{as_text(one.theirs)}”. Save again to keep yours."
                for name, one in outcome.conflicts.items()}  # fmt: skip
        drawn = side.form(revision, key, raw=raw, wrong={**wrong, **both})
        return page(request, revision, key, side=side, form=drawn, status=422)
    done(request, "Saved.")
    return to(request, side.address(slug, key))


def _refused(error: NoTranslation | Gone | Busy, language: str) -> JsonResponse:
    if isinstance(error, Gone):
        return JsonResponse({"gone": True, "who": error.who, "at": clock(error.at)}, status=409)
    if isinstance(error, NoTranslation):
        return JsonResponse({"removed": called(language)}, status=409)
    return JsonResponse({"busy": str(error)}, status=503)


def _told(  # noqa: PLR0917 - all that a save knows
    request: HttpRequest,
    outcome: Outcome,
    side: Side,
    key: str,
    wrong: Mapping[str, str],
    bases: Mapping[str, int],
) -> dict[str, Any]:
    """What came of a save. ``bases``: the revision from which each field was typed, "" for most."""
    revision = outcome.saved.revision
    now: forms.Raw = {}
    drawn: dict[str, forms.Shown] = {}
    if outcome.theirs or outcome.conflicts:
        now = forms.raw_of(side.fields(revision, key), side.values(revision, key))
        drawn = {one.name: one for one in side.shown(revision, key, now, {})}
    return {
        "number": revision.number,
        "changed": outcome.saved.changed,
        "at": clock(revision.at),
        "title": getattr(outcome.part, "title", ""),
        "wrong": wrong,
        "replaced": {
            name: {"html": _field(request, drawn[name]), "raw": _raw(now, name)}
            for name in outcome.theirs
            if name in drawn
        },
        "conflicts": {
            name: {
                "who": one.who,
                "at": clock(one.at),
                "base": bases.get(name, bases[""]),
                "theirs": _field(request, drawn[name]),
                "text": as_text(one.theirs),
            }
            for name, one in outcome.conflicts.items()
            if name in drawn
        },
    }


def _raw(raw: forms.Raw, name: str) -> list[tuple[str, str]]:
    """What stands in the inputs of the field ``name``."""
    return [(key, text) for key, texts in raw.items() if key == name or key.startswith(f"{name}.") for text in texts]


def _field(request: HttpRequest, shown: forms.Shown) -> str:
    return render_to_string("web/desk/editor/one-field.html", {"one": shown, **choices()}, request)


def _own_bases(raw: forms.Raw) -> dict[str, int]:
    """Fields whose conflict is not settled: the revision from which they were typed."""
    return {name.removeprefix("base."): number_in(texts[0]) for name, texts in raw.items() if name.startswith("base.")}


@desk(Role.EDITOR)
@require_POST
def shape(request: HttpRequest, slug: str, key: str, language: str = "") -> HttpResponse:
    """The form of an item with what was typed, not saved: for what was kept while there was no connection."""
    revision = revision_or_404(slug)
    raw = {name: request.POST.getlist(name) for name in request.POST}
    try:
        side = side_of(language, revision)
        form = side.form(revision, key, raw=raw, number=number_in(request.POST.get("base", "")))
    except Gone:
        raise Http404 from None
    form = replace(form, bases=_own_bases(raw))
    return draw(request, "editor/form", form=form, slug=slug, side=side, may_edit=True, **choices())


@desk(Role.EDITOR)
@require_POST
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Puts ``item`` at the place ``to`` (from 0)."""
    item, index, account = request.POST.get("item", ""), number_in(request.POST.get("to", "")), account_of(request)
    return _changed(request, slug, lambda at: (editing.move_item(slug, item, index, account=account, at=at), item))


def _changed(request: HttpRequest, slug: str, do: Callable[[datetime], tuple[Saved, str]]) -> HttpResponse:
    """Does what changes the issue, and leads to the item that it names."""
    revision_or_404(slug)
    try:
        saved, key = do(datetime.now(UTC))
    except Gone:
        raise Http404 from None
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"number": saved.revision.number, "at": clock(saved.revision.at), "item": key})
    return to(request, address_of(slug, key))


@desk(Role.EDITOR)
@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes ``item`` out; the page then offers to put it back."""
    item, account = request.POST.get("item", ""), account_of(request)
    answer = _changed(request, slug, lambda at: (editing.remove_item(slug, item, account=account, at=at), ""))
    if isinstance(answer, JsonResponse):
        return answer
    return to(request, f"{address_of(slug)}?{urlencode({'deleted': item})}")


@desk(Role.EDITOR)
@require_POST
def put_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Puts ``item`` back as revision ``number`` has it."""
    item, number = request.POST.get("item", ""), number_in(request.POST.get("number", ""))
    account = account_of(request)
    try:
        return _changed(
            request, slug, lambda at: (editing.restore_item(slug, item, number, account=account, at=at), item)
        )
    except Revision.DoesNotExist:
        raise Http404 from None


@desk(Role.EDITOR)
@require_POST
def duplicate(request: HttpRequest, slug: str) -> HttpResponse:
    """A copy of ``item`` behind it."""
    item, account = request.POST.get("item", ""), account_of(request)
    return _changed(request, slug, lambda at: editing.duplicate_item(slug, item, account=account, at=at))
