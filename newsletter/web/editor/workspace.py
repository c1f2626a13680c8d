"""The issue as it is made: its items, the form of the one that is chosen, and what else stands beside it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.issue.pieces import cut
from newsletter.issue.problems import IssueError
from newsletter.items.values import zone_names
from newsletter.models import Revision, Role
from newsletter.store.draft import FRONT
from newsletter.store.editing import Gone
from newsletter.web.access import account_of, desk
from newsletter.web.desk import draw
from newsletter.web.editor.comments import comments_beside, open_counts
from newsletter.web.editor.sides import Form, Side, languages_beside, side_of
from newsletter.web.editor.wording import FIXED, revision_or_404
from subscribers.models import MailingList, Segment

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pt", "pt-BR", "ru", "sw", "tr", "uk", "zh")
"""Suggested where a language is asked for."""


@desk()
@require_safe
def issue(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    """The issue, or its translation into ``language``, with all that belongs to its making; ``?item=`` chooses what is
    edited."""
    revision = revision_or_404(slug)
    return page(request, revision, request.GET.get("item", ""), side=side_of(language, revision))


@desk()
@require_safe
def part(request: HttpRequest, slug: str, key: str, language: str = "") -> HttpResponse:
    """The form of one item alone."""
    revision = revision_or_404(slug)
    try:
        form = side_of(language, revision).form(revision, key)
    except Gone:
        raise Http404 from None
    return draw(request, "editor/part", **_beside(request, revision, form))


@desk()
@require_safe
def items(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    """The items in their order alone, and the languages of the issue."""
    revision = revision_or_404(slug)
    side, key = side_of(language, revision), request.GET.get("item", "")
    return draw(request, "editor/items-part", key=key, **_always(request, revision, side))


def page(
    request: HttpRequest, revision: Revision, key: str, *, side: Side, form: Form | None = None, status: int = 200
) -> HttpResponse:
    """The whole page, with the item ``key`` chosen, or with ``form`` as it was typed."""
    try:
        chosen = form or side.form(revision, key if key in cut(revision.source).ids or key in FIXED else FRONT)
        values = _beside(request, revision, chosen)
    except IssueError as error:
        return draw(request, "editor/damaged", revision=revision, slug=revision.issue.slug, problems=error.problems)
    return draw(request, "editor/workspace", status=status, **values)


def _always(request: HttpRequest, revision: Revision, side: Side) -> dict[str, Any]:
    slug, pieces = revision.issue.slug, cut(revision.source)
    translated = revision.translations.get(side.language)
    own = {piece.id: piece.title for piece in cut(translated).items} if translated else {}
    return {
        "slug": slug,
        "number": revision.number,
        "revision": revision,
        "pieces": pieces,
        "side": side,
        "home": side.address(slug),
        "titles": {piece.id: own.get(piece.id, piece.title) for piece in pieces.items},
        "may_edit": account_of(request).may(Role.EDITOR),
        "fixed": FIXED,
        "comment_counts": open_counts(revision.issue),
        **languages_beside(revision),
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


def _beside(request: HttpRequest, revision: Revision, form: Form) -> dict[str, Any]:
    return {
        **_always(request, revision, form.side),
        **choices(),
        "form": form,
        **comments_beside(request, revision, form.key),
        "title": revision.issue.title,
        "deleted": request.GET.get("deleted", ""),
    }
