"""What the checks find in an issue, beside it: each finding where it is mended, what mends it, or why it may stay."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe
from pydantic import ValidationError

from newsletter.checks import Finding, accepted, check_all
from newsletter.checks.fixes import FixError
from newsletter.delivery.preflight import contexts_of
from newsletter.issue.model import Issue, Override
from newsletter.issue.problems import IssueError
from newsletter.models import Revision, Role
from newsletter.store import edit_checks
from newsletter.store.draft import FRONT, INTRODUCTION
from newsletter.store.revisions import Saved, open_revision
from newsletter.web.access import account_of, desk, is_part, to
from newsletter.web.desk import done, draw, note
from newsletter.web.editor.wording import FIXED, address_of, called, clock, revision_or_404
from newsletter.web.pages import this_site

_SAID = {
    "mended": "Mended.",
    "accepted a warning": "Kept. The warning stays, with its reason.",
    "no longer accepts a warning": "The warning counts again.",
}
"""What is said to whom did it, by the words of the audit."""


_AT_THE_DESK = {
    "translation": "Open it in this language, and write the translation.",
    "translation-texts": "Open it in this language: write it anew, or say below the form that it is right as it is.",
    "reader-languages": "See under Languages above whether one is to be added, and that it is the right list.",
}
"""How a finding is mended here, where the check speaks of files."""


@dataclass(frozen=True)
class Found:
    """One finding, in which languages, where it is mended, and why it may stay."""

    finding: Finding
    languages: tuple[str, ...]
    key: str
    """What is edited to mend it."""
    title: str
    own: str
    """The language of the issue itself."""
    accepted: str | None = None

    @property
    def translations(self) -> tuple[str, ...]:
        """The languages by name, where it is of translations alone."""
        return () if self.own in self.languages else tuple(called(one) for one in self.languages)

    @property
    def language(self) -> str:
        """The translation in which it is mended; empty for the issue itself."""
        return "" if self.own in self.languages else self.languages[0]

    @property
    def mend(self) -> str:
        """How it is mended, at the desk."""
        return _AT_THE_DESK.get(self.finding.check, self.finding.mend)

    @property
    def field(self) -> str:
        """The field that it is about, as the script finds it."""
        return self.finding.place.field or ""


@desk()
@require_safe
def findings(request: HttpRequest, slug: str) -> HttpResponse:
    """All findings of the newest revision, by item in the order of the mail."""
    return _drawn(request, revision_or_404(slug))


def _drawn(request: HttpRequest, revision: Revision, *, status: int = 200, **more: Any) -> HttpResponse:
    problems: tuple[Any, ...] = ()
    try:
        found = found_in(revision, now=datetime.now(UTC))
    except IssueError as error:
        found, problems = [], error.problems
    groups: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        groups.setdefault((one.key, one.title), []).append(one)
    left = [one for one in found if one.accepted is None]
    counts = {level: sum(one.finding.level == level for one in left) for level in ("error", "warning", "note")}
    return draw(
        request,
        "editor/findings" if is_part(request) else "editor/checks-page",
        status=status,
        slug=revision.issue.slug,
        title=revision.issue.title,
        groups=groups,
        problems=problems,
        counts=counts,
        may_edit=account_of(request).may(Role.EDITOR),
        **{"refused": {}, **more},
    )


def found_in(revision: Revision, *, now: datetime) -> list[Found]:
    """What the checks find in ``revision``, in the order of the mail; what several languages share, once. Raises
    ``IssueError``."""
    opened = open_revision(revision)
    issues = {opened.issue.language: opened.issue, **opened.translations}
    contexts = contexts_of(this_site(), revision, now=now)
    found: dict[str, Found] = {}
    for language, finding in check_all(context for _, context in contexts):
        known = found.get(finding.key)
        languages = (*known.languages, language) if known else (language,)
        one = known or _found(finding, language, opened.issue, issues[language])
        found[finding.key] = replace(one, languages=languages)
    return list(found.values())


def _found(finding: Finding, language: str, issue: Issue, seen: Issue) -> Found:
    place = finding.place
    titles = {item.id: item.title for item in issue.items}
    if place.item in titles:
        key, title = str(place.item), titles[str(place.item)]
    else:
        key = INTRODUCTION if place.field == "introduction" else FRONT
        title = FIXED[key] if place.field else "The mail as a whole"
    return Found(finding, (language,), key, title, issue.language, accepted(finding, seen))


@desk(Role.EDITOR)
@require_POST
def mend(request: HttpRequest, slug: str) -> HttpResponse:
    """Applies the certain mend of the finding ``finding``."""
    one = _one(request, revision_or_404(slug))
    if one is None:
        return _gone(request, slug)
    try:
        saved = edit_checks.mend(slug, one.finding, one.languages, account=account_of(request), at=datetime.now(UTC))
    except (FixError, IssueError) as error:
        return _said(request, slug, one, f"It could not be mended: {error}.")
    return _saved(request, slug, saved, one, "mended")


@desk(Role.EDITOR)
@require_POST
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Lets the warning ``finding`` stay for a ``reason`` that is kept."""
    one = _one(request, revision_or_404(slug))
    if one is None:
        return _gone(request, slug)
    place, reason = one.finding.place, request.POST.get("reason", "")
    if one.finding.level != "warning":
        return _said(request, slug, one, "Only a warning can be accepted.")
    try:
        override = Override(check=one.finding.check, item=place.item, finding=one.finding.key, reason=reason)
    except ValidationError:
        words = (
            "Say in a line why it may stay."
            if not reason.strip()
            else "Write the reason as one line of 200 characters."
        )
        return _said(request, slug, one, words)
    saved = edit_checks.accept(slug, override, one.languages, account=account_of(request), at=datetime.now(UTC))
    return _saved(request, slug, saved, one, "accepted a warning")


@desk(Role.EDITOR)
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes back that the warning ``finding`` was accepted."""
    one = _one(request, revision_or_404(slug))
    if one is None:
        return _gone(request, slug)
    saved = edit_checks.withdraw(slug, one.finding.key, account=account_of(request), at=datetime.now(UTC))
    return _saved(request, slug, saved, one, "no longer accepts a warning")


def _one(request: HttpRequest, revision: Revision) -> Found | None:
    wanted = request.POST.get("finding", "")
    return _with_key(found_in(revision, now=datetime.now(UTC)), wanted)


def _with_key(found: Iterable[Found], key: str) -> Found | None:
    return next((one for one in found if one.finding.key == key), None)


def _saved(request: HttpRequest, slug: str, saved: Saved, one: Found, action: str) -> HttpResponse:
    number = saved.revision.number
    note(request, action, f"issue {slug}", revision=number, check=one.finding.check, item=one.finding.place.item or "")
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"number": number, "at": clock(saved.revision.at), "key": one.key, "said": _SAID[action]})
    done(request, _SAID[action])
    return to(request, address_of(slug, one.key))


def _gone(request: HttpRequest, slug: str) -> HttpResponse:
    return _refused(request, slug, "", "It is not found any more: somebody mended it meanwhile.")


def _said(request: HttpRequest, slug: str, one: Found, words: str) -> HttpResponse:
    return _refused(request, slug, one.finding.key, words)


def _refused(request: HttpRequest, slug: str, key: str, words: str) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"refused": words}, status=409)
    return _drawn(request, revision_or_404(slug), status=422, refused={key: words})
