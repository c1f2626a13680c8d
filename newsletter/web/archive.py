"""Sent issues in a browser, where the site has ``archive`` on: as they were mailed, to nobody in particular."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.delivery.frozen import thaw_rendering
from newsletter.models import Mailing, Rendering
from newsletter.render import fill
from newsletter.web.access import public
from newsletter.web.pages import page, this_site

_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail has styles and pictures of its own, and links that open elsewhere; nothing in it may run."""


@public
@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """The issue as it was last mailed, in its own language or in ``?language=``. What was never mailed is not here."""
    settings = this_site().settings.site
    sent = Rendering.objects.filter(mailing__revision__issue__slug=slug, variant="")
    sent = sent.exclude(mailing__state=Mailing.State.CANCELLED).order_by("-mailing_id", "pk")
    if asked := request.GET.get("language"):
        sent = sent.filter(language=asked)
    if not settings.archive or not (row := sent.first()):
        raise Http404
    # An unsubscribe link is a reader's own; here it leads to where that is said.
    own = f"{settings.base_url}/u/own"
    filled = fill(thaw_rendering(row), {"unsubscribe_url": own, "preferences_url": own})
    response = HttpResponse(filled.html)
    response.headers["Content-Security-Policy"] = _CSP
    response.headers["Content-Language"] = row.language
    return response


@public
@require_safe
def own_link(request: HttpRequest) -> HttpResponse:
    """Says where one's own unsubscribe link is."""
    return page(request, "public/own-link")
