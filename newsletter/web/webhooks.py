"""What providers post here. Nobody is answered before what they said is on the disk; it is looked into after."""

from datetime import UTC, datetime

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from newsletter.events import inbox, sendgrid
from newsletter.web.access import public
from newsletter.web.middleware import takes
from newsletter.web.pages import this_site

LARGEST = 2_500_000
"""Bytes of a post. SendGrid's have 768 KB; what is far beyond is answered 413."""


@public
@takes(LARGEST + 100_000)
@require_POST
def from_sendgrid(request: HttpRequest) -> HttpResponse:
    """SendGrid's Event Webhook: 204 once the post is kept, 403 unless SendGrid signed it with the site's key."""
    try:
        body = request.body
    except RequestDataTooBig:
        body = b" " * (LARGEST + 1)
    if len(body) > LARGEST:
        return _said("A post may have 2.5 MB at most.", 413)
    key = this_site().settings.providers.sendgrid.webhook_key
    if key is None:
        return _said("This site does not listen to SendGrid: webhook_key is not set under [providers.sendgrid].", 403)
    now = datetime.now(UTC)
    signed = {name: request.headers.get(name, "") for name in (sendgrid.SIGNATURE, sendgrid.TIMESTAMP)}
    signature, timestamp = signed.values()
    if not sendgrid.genuine(key, signature=signature, timestamp=timestamp, body=body, now=now):
        return _said("This was not signed by the key of this site, or long ago.", 403)
    inbox.take(sendgrid.NAME, body, at=now, headers=signed)
    return HttpResponse(status=204)


def _said(words: str, status: int) -> HttpResponse:
    return HttpResponse(words + "\n", content_type="text/plain; charset=utf-8", status=status)
