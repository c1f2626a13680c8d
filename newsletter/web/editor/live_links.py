"""The links of an issue are followed by a button; what is behind them then stands among the findings for an hour."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from newsletter.delivery.preflight import contexts_of
from newsletter.issue.problems import IssueError
from newsletter.models import Role
from newsletter.outside import kept, links
from newsletter.web.access import desk, to
from newsletter.web.desk import done
from newsletter.web.editor.wording import revision_or_404
from newsletter.web.pages import this_site


@desk(Role.EDITOR)
@require_POST
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow the links of the newest revision. Takes seconds, a minute where many servers are slow."""
    site, now = this_site(), datetime.now(UTC)
    found = reverse("issue-checks", kwargs={"slug": slug})
    try:
        urls = links.links_of(context for _, context in contexts_of(site, revision_or_404(slug), now=now))
    except IssueError:  # the page that follows says what is wrong
        return to(request, found)
    visits = links.follow(site, urls)
    kept.keep(site, visits, now=datetime.now(UTC))
    done(request, f"{len(visits)} link{'' if len(visits) == 1 else 's'} followed. What was found stands below.")
    return to(request, found)
