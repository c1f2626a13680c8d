"""Links that were mailed to an address to prove that whoever follows them reads its mail: download, erase, move."""

import json
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from newsletter.web.access import public
from newsletter.web.pages import language_of, page, words
from subscribers import links, moving
from subscribers.erasure import erase
from subscribers.exporting import export
from subscribers.links import Purpose
from subscribers.models import MailedLink


@public
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows what it is for, with one button, and changes nothing; POST does it, once. A link that was used, has
    expired or never was gets one and the same page."""
    found = links.find(key, Purpose.DOWNLOAD, Purpose.ERASE, Purpose.MOVE)
    now = datetime.now(UTC)
    if found is None or found.used_at is not None or found.expires_at <= now:
        return _gone(request)
    if request.method != "POST":
        return _shown(request, str(found.purpose), found)
    if found.purpose == Purpose.ERASE:
        erase(found.subscriber, at=now, actor="the reader")  # and the link with it
        return page(request, "public/erased", reader_language=found.subscriber.language)
    if found.purpose == Purpose.MOVE:
        wording = words(language_of(request, found.subscriber.language))["move_button"]
        if moving.move(found, at=now, wording=wording):
            return _shown(request, "moved", found)
    elif links.use(found, at=now):
        return _file(found)
    return _gone(request)


def _shown(request: HttpRequest, name: str, found: MailedLink) -> HttpResponse:
    return page(request, f"public/{name}", reader_language=found.subscriber.language)


def _gone(request: HttpRequest) -> HttpResponse:
    return page(request, "public/gone", title="link_gone_title", text="link_gone_text")


def _file(found: MailedLink) -> HttpResponse:
    known = json.dumps(export(found.subscriber), ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(known + "\n", content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
