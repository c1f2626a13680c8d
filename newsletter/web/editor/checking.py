"""What the checks find in an issue, beside it: with what mends it, or why it may stay."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.checks import Context, Finding, accepted, check_all
from newsletter.issue.model import Issue
from newsletter.issue.problems import IssueError
from newsletter.models import Revision, Role
from newsletter.site import Site
from newsletter.store.assets import not_kept
from newsletter.store.edit_fields import FRONT, INTRODUCTION
from newsletter.store.identity import organisation_of, theme_of
from newsletter.store.rendering import issues_of, render_revision
from newsletter.web.access import account_of, desk
from newsletter.web.desk import draw
from newsletter.web.editor.workspace import FIXED, revision_or_404
from newsletter.web.pages import this_site


@dataclass(frozen=True)
class Found:
    """One finding, where it is mended, and why it may stay."""

    finding: Finding
    language: str
    key: str
    """What is edited to mend it."""
    title: str
    accepted: str | None = None


@desk()
@require_safe
def findings(request: HttpRequest, slug: str) -> HttpResponse:
    """All findings of the newest revision, by item in the order of the mail."""
    revision = revision_or_404(slug)
    try:
        found = findings_of(this_site(), revision, now=datetime.now(UTC))
    except IssueError as error:
        return draw(
            request, "editor/findings", slug=slug, groups={}, problems=error.problems, counts={}, may_edit=False
        )
    groups: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        groups.setdefault((one.key, one.title), []).append(one)
    open_ones = [one for one in found if one.accepted is None]
    counts = {level: sum(one.finding.level == level for one in open_ones) for level in ("error", "warning", "note")}
    return draw(
        request,
        "editor/findings",
        slug=slug,
        groups=groups,
        problems=(),
        counts=counts,
        number=revision.number,
        may_edit=account_of(request).may(Role.EDITOR),
    )


def findings_of(site: Site, revision: Revision, *, now: datetime) -> list[Found]:
    """What the checks find in ``revision``, in the order of the mail. Raises ``IssueError``."""
    issues = issues_of(revision)
    with not_kept():
        renderings = render_revision(site, revision)
    theme, organisation = theme_of(site), organisation_of(site)
    contexts = [Context(one, renderings[one.language], theme, organisation, now) for one in issues]
    return [_found(finding, language, issues[0]) for language, finding in check_all(contexts)]


def _found(finding: Finding, language: str, issue: Issue) -> Found:
    place = finding.place
    titles = {item.id: item.title for item in issue.items}
    if place.item in titles:
        key, title = str(place.item), titles[str(place.item)]
    else:
        key = INTRODUCTION if place.field == "introduction" else FRONT
        title = FIXED[key] if place.field else "The mail as a whole"
    return Found(finding, language, key, title, accepted(finding, issue))
