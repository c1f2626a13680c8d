"""Sent issues in a browser, where the site has ``archive`` on: as they were mailed, to nobody in particular."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.delivery.frozen import thaw_rendering
from newsletter.models import Rendering
from newsletter.render import fill
from newsletter.reports import published
from newsletter.reports.published import Post
from newsletter.store.identity import organisation_of
from newsletter.web.access import public
from newsletter.web.pages import language_of, page, say, this_site
from subscribers.models import MailingList

_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail has styles and pictures of its own, and links that open elsewhere; nothing in it may run."""
ON_A_PAGE = 20
IN_THE_FEED = 30
RECENT = 5


@public
@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """The issue as it was last mailed, in its own language or in ``?language=``. What was never mailed is not here."""
    row = _rendering(slug, request.GET.get("language", ""))
    # An unsubscribe link is a reader's own; here it leads to where that is said.
    own = f"{this_site().settings.site.base_url}/u/own"
    filled = fill(thaw_rendering(row), {"unsubscribe_url": own, "preferences_url": own})
    response = HttpResponse(filled.html)
    response.headers["Content-Security-Policy"] = _CSP
    response.headers["Content-Language"] = row.language
    if "framed" not in request.GET:
        _count(request, row)
    return response


@public
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """What was mailed, the newest first; ``?before=`` goes back."""
    _open()
    before = request.GET.get("before", "")
    number = int(before) if before.isdecimal() and len(before) < 18 else None
    found = published.posts(now=datetime.now(UTC), most=ON_A_PAGE + 1, before=number)
    shown = found[:ON_A_PAGE]
    more = shown[-1].mailing.pk if len(found) > ON_A_PAGE else None
    return _indexed(page(request, "public/archive", posts=shown, more=more, before=number, lists=_lists()))


@public
@require_safe
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """One issue in a page of the site, with what was mailed lately beside it."""
    row = _rendering(slug, request.GET.get("language", ""))
    _count(request, row)
    now = datetime.now(UTC)
    recent = [one for one in published.posts(now=now, most=RECENT + 1) if one.issue.slug != slug][:RECENT]
    own = published.post_of(row.mailing)
    return _indexed(page(request, "public/post", post=own, row=row, recent=recent, lists=_lists()))


@public
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest issues as RSS."""
    _open()
    site, language = this_site().settings.site, language_of(request)
    written = published.rss(
        _newest(),
        title=site.name,
        about=say(language, "archive_about", name=site.name),
        base_url=site.base_url,
        language=site.language,
    )
    return _indexed(HttpResponse(written, content_type="application/rss+xml; charset=utf-8"))


@public
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The events of the newest issues, for calendar programs to subscribe to."""
    _open()
    made = published.events(_newest(), organisation=organisation_of(this_site()), title=this_site().settings.site.name)
    return _indexed(HttpResponse(made, content_type="text/calendar; charset=utf-8"))


@public
@require_safe
def own_link(request: HttpRequest) -> HttpResponse:
    """Says where one's own unsubscribe link is."""
    return page(request, "public/own-link")


def _open() -> None:
    if not this_site().settings.site.archive:
        raise Http404


def _rendering(slug: str, language: str) -> Rendering:
    _open()
    row = published.rendering_of(slug, now=datetime.now(UTC), language=language)
    if row is None:
        raise Http404
    return row


def _newest() -> list[Post]:
    return published.posts(now=datetime.now(UTC), most=IN_THE_FEED)


def _lists() -> list[MailingList]:
    """What readers of the archive can subscribe to."""
    return list(MailingList.objects.filter(public=True).order_by("name"))


def _count(request: HttpRequest, row: Rendering) -> None:
    """One more view, unless nobody looks: a fetch ahead of time, or somebody of the desk."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    if request.method == "GET" and not ahead and settings.SESSION_COOKIE_NAME not in request.COOKIES:
        published.count_view(row.mailing.revision.issue_id, at=datetime.now(UTC))


def _indexed(response: HttpResponse) -> HttpResponse:
    """These pages are for everybody, search engines too."""
    response.headers["X-Robots-Tag"] = "all"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
