"""An issue as readers will see it. Nothing is changed here."""

import mimetypes
import re
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from newsletter.checks import Context, Finding, run_checks
from newsletter.issue.problems import IssueError
from newsletter.models import Revision
from newsletter.render import Filled, fill
from newsletter.site import Site
from newsletter.store.assets import media_of
from newsletter.store.identity import organisation_of, theme_of
from newsletter.store.local import Page, render_pages
from newsletter.store.revisions import UnknownIssue, newest, open_revision
from newsletter.web.access import desk
from newsletter.web.desk import draw
from newsletter.web.pages import this_site

_PREVIEW = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""A mail is shown without scripts, forms or anything from elsewhere, in a frame that may do nothing."""
_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
VIEWS = {"desktop": "Desktop", "phone": "Phone", "text": "Text"}


@desk()
@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """One issue with its inbox line, the mail as readers see it, and what the checks find."""
    revision = _revision(slug)
    try:
        pages = _pages(this_site(), revision)
    except IssueError as error:
        return draw(request, "issue", revision=revision, problems=error.problems)
    language = request.GET.get("language", "")
    page = pages.get(language) or next(iter(pages.values()))
    shown = request.GET.get("show", "")
    return draw(
        request,
        "issue",
        views=VIEWS,
        revision=revision,
        problems=(),
        issue=page.issue,
        preheader=page.rendering.preheader,
        languages=list(pages),
        language=page.issue.language,
        filled=_filled(page),
        show=shown if shown in VIEWS else "desktop",
        dark="dark" in request.GET,
        findings=_findings(page),
    )


@desk()
@require_safe
def mail(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """The HTML of the mail alone, for a frame; ``?dark`` shows it as in dark mode."""
    html = _filled(_page(slug, language)).html
    response = HttpResponse(_DARK.sub("@media all" if "dark" in request.GET else "@media not all", html))
    response.headers["Content-Security-Policy"] = _PREVIEW
    return response


@desk()
@require_safe
def mail_file(request: HttpRequest, slug: str, language: str, name: str) -> HttpResponseBase:
    """A picture, document or calendar that the HTML of the mail refers to."""
    content = _page(slug, language).files.get(name)
    if content is None:
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # The frame of a sandboxed mail is of no origin, so even this server is another to it.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if not kind.startswith("image/"):
        response.headers["Content-Disposition"] = "attachment"
    return response


def _revision(slug: str) -> Revision:
    try:
        return newest(slug)
    except UnknownIssue:
        raise Http404 from None


def _pages(site: Site, revision: Revision) -> dict[str, Page]:
    """The pages of an issue by language, its own first."""
    opened = open_revision(revision)
    issues = (opened.issue, *opened.translations.values())
    made = render_pages(issues, media_of(site, revision.assets), site, now=revision.at, before={})
    return {page.issue.language: page for page in made}


def _page(slug: str, language: str) -> Page:
    try:
        return _pages(this_site(), _revision(slug))[language]
    except (IssueError, KeyError):
        raise Http404 from None


def _filled(page: Page) -> Filled:
    """As a reader of whom nothing is known gets it; the unsubscribe link leads nowhere."""
    return fill(page.rendering, {"unsubscribe_url": "#", "preferences_url": "#"})


def _findings(page: Page) -> tuple[Finding, ...]:
    site = this_site()
    return run_checks(Context(page.issue, page.rendering, theme_of(site), organisation_of(site), datetime.now(UTC)))
