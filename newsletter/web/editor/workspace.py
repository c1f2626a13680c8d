"""The issue as it is made: its items, the form of the one that is chosen, and what else stands beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.issue.pieces import Pieces, cut
from newsletter.issue.problems import IssueError
from newsletter.items.base import Item, Part
from newsletter.items.describe import FieldDescription
from newsletter.items.values import zone_names
from newsletter.models import Revision, Role
from newsletter.store.draft import FRONT, INTRODUCTION
from newsletter.store.edit_fields import part_of, values_of
from newsletter.store.editing import Gone
from newsletter.web.access import account_of, desk
from newsletter.web.desk import draw
from newsletter.web.editor import forms
from newsletter.web.editor.comments import comments_beside, open_counts
from newsletter.web.editor.wording import FIXED, revision_or_404
from subscribers.models import MailingList, Segment

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pt", "pt-BR", "ru", "sw", "tr", "uk", "zh")
"""Suggested where a language is asked for."""


@dataclass(frozen=True)
class Form:
    """The form of one item."""

    key: str
    heading: str
    kind: str
    number: int
    """The revision that it shows, from which typing begins."""
    fields: tuple[forms.Shown, ...]
    summary: str = ""
    bases: Mapping[str, int] = field(default_factory=dict)
    """Fields in conflict: the revision from which each was typed."""

    @property
    def is_item(self) -> bool:
        """Whether it can be moved, copied and taken out."""
        return self.key not in FIXED


@desk()
@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """The issue with all that belongs to its making; ``?item=`` chooses what is edited."""
    return page(request, revision_or_404(slug), request.GET.get("item", ""))


@desk()
@require_safe
def part(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The form of one item alone."""
    revision = revision_or_404(slug)
    pieces = cut(revision.source)
    try:
        form = form_of(revision, pieces, key)
    except Gone:
        raise Http404 from None
    return draw(request, "editor/part", **_beside(request, revision, pieces, form))


@desk()
@require_safe
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """The items in their order alone."""
    revision = revision_or_404(slug)
    return draw(
        request,
        "editor/items",
        pieces=cut(revision.source),
        key=request.GET.get("item", ""),
        **_always(request, revision),
    )


def page(
    request: HttpRequest, revision: Revision, key: str, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    """The whole page, with the item ``key`` chosen, or with ``form`` as it was typed."""
    pieces = cut(revision.source)
    try:
        chosen = form or form_of(revision, pieces, key if key in pieces.ids or key in FIXED else FRONT)
    except IssueError as error:
        return draw(request, "editor/damaged", revision=revision, slug=revision.issue.slug, problems=error.problems)
    return draw(request, "editor/workspace", status=status, **_beside(request, revision, pieces, chosen))


def form_of(
    revision: Revision,
    pieces: Pieces,
    key: str,
    *,
    raw: forms.Raw | None = None,
    wrong: Mapping[str, str] | None = None,
    number: int | None = None,
) -> Form:
    """The form of the item ``key``, filled with what is saved, or with ``raw`` and what is ``wrong`` with it.
    Raises ``Gone``, ``IssueError``."""
    saved = part_of(pieces, key)
    fields = fields_for(saved, key)
    filled = raw if raw is not None else forms.raw_of(fields, values_of(saved))
    drawn = forms.shown(fields, filled, wrong or {})
    kind = saved.kind if isinstance(saved, Item) else ""
    heading = FIXED.get(key) or str(getattr(saved, "title", ""))
    summary = saved.summary if isinstance(saved, Item) else ""
    return Form(key, heading, kind, number or revision.number, drawn, summary)


def fields_for(part: Part, key: str) -> tuple[FieldDescription, ...]:
    """The fields that the form of ``key`` has."""
    return forms.fields_of(type(part), introduction=key == INTRODUCTION)


def _always(request: HttpRequest, revision: Revision) -> dict[str, Any]:
    return {
        "slug": revision.issue.slug,
        "number": revision.number,
        "revision": revision,
        "may_edit": account_of(request).may(Role.EDITOR),
        "fixed": FIXED,
        "comment_counts": open_counts(revision.issue),
    }


def choices() -> dict[str, Any]:
    """What forms offer to choose from."""
    return {
        "options": {
            "audience": list(Segment.objects.order_by("name").values_list("slug", "name")),
            "list": list(MailingList.objects.order_by("name").values_list("slug", "name")),
        },
        "zones": sorted(zone_names()),
        "languages": LANGUAGES,
    }


def _beside(request: HttpRequest, revision: Revision, pieces: Pieces, form: Form) -> dict[str, Any]:
    return {
        **_always(request, revision),
        **choices(),
        "pieces": pieces,
        "form": form,
        **comments_beside(request, revision, form.key),
        "title": revision.issue.title,
        "deleted": request.GET.get("deleted", ""),
    }
