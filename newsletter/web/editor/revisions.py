"""The revisions of an issue: who saved when, what is different between two, and any of them again."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from newsletter.issue.changes import Change, changes
from newsletter.issue.model import Issue
from newsletter.issue.problems import IssueError
from newsletter.models import Revision, Role
from newsletter.store.editing import restore_revision, revision_of
from newsletter.store.history import history
from newsletter.store.revisions import Opened, open_revision
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note
from newsletter.web.editor.wording import address_of, called, number_in, revision_or_404


@desk()
@require_safe
def revisions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every revision, by person and time."""
    newest = revision_or_404(slug)
    below = request.GET.get("below", "")
    sessions, more = history(slug, below=number_in(below) if below else None)
    return draw(
        request,
        "editor/revisions",
        slug=slug,
        title=newest.issue.title,
        newest=newest.number,
        sessions=sessions,
        more=more,
        may_edit=account_of(request).may(Role.EDITOR),
    )


@desk()
@require_safe
def revision(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What is different in a revision; ``?with=`` names the one it is compared with, else the one before it;
    the first one is compared with the newest."""
    newest = revision_or_404(slug)
    asked = request.GET.get("with", "")
    other = number_in(asked) if asked else number - 1 or newest.number
    then, shown = _revision(slug, other), _revision(slug, number)
    problems: tuple[str, ...] = ()
    found: dict[str, tuple[Change, ...]] = {}
    try:
        found = differences(then, shown)
    except IssueError as error:
        problems = tuple(problem.message for problem in error.problems)
    return draw(
        request,
        "editor/revision",
        slug=slug,
        title=newest.issue.title,
        newest=newest.number,
        shown=shown,
        then=then,
        found=found,
        problems=problems,
        called={language: called(language) for language in found},
        came={language for language in shown.translations if language not in then.translations},
        went={language for language in then.translations if language not in shown.translations},
        may_edit=account_of(request).may(Role.EDITOR),
    )


def differences(before: Revision, after: Revision) -> dict[str, tuple[Change, ...]]:
    """What is different in ``after``, by language. Raises ``IssueError`` where a text is damaged."""
    old, new = open_revision(before), open_revision(after)
    found = {new.issue.language: changes(old.issue, new.issue)}
    for language in sorted({*old.translations, *new.translations}):
        if before.translations.get(language) != after.translations.get(language):
            found[language] = changes(_own(old, language), _own(new, language))
    return {language: some for language, some in found.items() if some}


def _own(opened: Opened, language: str) -> Issue:
    """What the translation into ``language`` holds itself; nothing where there is none."""
    if language not in opened.translations:
        return Issue(slug=opened.issue.slug, title="–", subject="–", language=language)
    return opened.translations[language].without(opened.fallbacks.get(language, ()))


@desk(Role.EDITOR)
@require_POST
def restore(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Makes a revision the newest again; those between are kept."""
    try:
        saved = restore_revision(slug, number, account=account_of(request), at=datetime.now(UTC))
    except Revision.DoesNotExist:
        raise Http404 from None
    if saved.changed:
        note(request, "restored a revision", f"issue {slug}", revision=saved.revision.number, restored=number)
        done(request, f"Revision {number} is here again, as revision {saved.revision.number}. Nothing is lost.")
        return to(request, address_of(slug))
    done(request, f"The issue is as it was in revision {number} already.")
    return to(request, reverse("revisions", kwargs={"slug": slug}))


def _revision(slug: str, number: int) -> Revision:
    try:
        return revision_of(slug, number)
    except Revision.DoesNotExist:
        raise Http404 from None
