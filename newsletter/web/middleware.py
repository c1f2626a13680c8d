"""What every answer has, and who may see the desk."""

import re
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""Unless a view sets its own: no scripts, nothing from elsewhere, kept by nobody."""

_LARGEST_BODY = 100_000
"""Bytes of a request: no page takes a file. Webhooks have a limit of their own, which the server holds."""
_THIS_MACHINE = re.compile(r"(localhost|127\.0\.0\.1)(:\d{1,5})?")
_RELAYED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA")

View = Callable[..., HttpResponseBase]


def safe_headers(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuses a foreign Host and what is too large, and sets each header above that the view has not set."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase
        try:
            request.get_host()
            too_large = int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST_BODY
            if too_large and not request.path_info.startswith("/webhooks/"):
                response = HttpResponse("This is too much at once.\n", status=413, content_type="text/plain")
            else:
                response = get_response(request)
        except DisallowedHost:
            response = HttpResponseBadRequest("This host is not served here.\n", content_type="text/plain")
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return answer


def only_this_machine(view: View) -> View:
    """Shows ``view`` only to a browser on this machine; to everybody else there is no such page.

    A proxy on this machine connects from here, too: it is told by the name it was asked for, or by what it adds.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (
            ip_address(request.META["REMOTE_ADDR"]).is_loopback
            and _THIS_MACHINE.fullmatch(request.get_host())
            and not any(name in request.META for name in _RELAYED)
        ):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
