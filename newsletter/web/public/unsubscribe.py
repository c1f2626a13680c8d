"""The link of every mail by which a reader leaves a list."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from newsletter.web.access import public
from newsletter.web.pages import language_of, page, words
from newsletter.web.together import Together
from subscribers import consent

_unsubscribes: Together[tuple[str, datetime]] = Together(
    lambda wishes: consent.unsubscribe_all(wishes, source="unsubscribe link")
)
"""A mailing brings many in its first minutes."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a page with one button and changes nothing: mail scanners follow links. POST unsubscribes, from that
    page or in one click from a mail program (RFC 8058, section 3.2): no cookie, no redirect, whatever the body says.
    ``POST ?back`` is the button of the page that follows, for who did not mean it.

    The answer is the same for every token that is whole, known or not.
    """
    if request.method != "POST":
        return page(request, "public/unsubscribe")
    now = datetime.now(UTC)
    if "back" not in request.GET:
        _unsubscribes.call((token, now))
        return page(request, "public/unsubscribed")
    if subscription := consent.of_token(token):
        wording = words(language_of(request))["back_button"]
        consent.resubscribe(subscription, at=now, source="unsubscribe page", wording=wording)
    return page(request, "public/back")
