"""What every answer has, and how large a request may be."""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import resolve

from newsletter.delivery.current import this_site

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
"""Bytes of a request, unless its view takes files or posts of a service: :func:`takes`."""
_THIS_MACHINE = re.compile(r"(localhost|127\.0\.0\.1)(:\d{1,5})?")

View = Callable[..., HttpResponseBase]


def safe_headers(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuses a foreign Host and what is too large, and sets each header above that the view has not set."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase
        this_site()  # the hosts that are served here may have changed
        try:
            request.get_host()
            if int(request.META.get("CONTENT_LENGTH") or 0) > _largest(request.path_info):
                response = HttpResponse("This is too much at once.\n", status=413, content_type="text/plain")
            else:
                response = get_response(request)
        except DisallowedHost:
            response = HttpResponseBadRequest("This host is not served here.\n", content_type="text/plain")
        else:
            if not _THIS_MACHINE.fullmatch(request.get_host()):
                for cookie in response.cookies.values():
                    cookie["secure"] = True
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return answer


def without_null(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuses the character U+0000 in an address or a cookie: nobody can type it, and PostgreSQL takes it in no text
    (https://www.postgresql.org/docs/current/datatype-character.html). Of forms see ``access.desk``."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            raise Http404
        asked = (value for _, values in request.GET.lists() for value in values)
        if any("\0" in value for value in (*request.COOKIES.values(), *asked)):
            raise BadRequest("U+0000 in what was sent")
        return get_response(request)

    return answer


def takes(size: int) -> Callable[[View], View]:
    """Lets ``view`` take requests of up to ``size`` bytes."""

    def mark(view: View) -> View:
        view.largest = size  # type: ignore[attr-defined]
        return view

    return mark


def _largest(path: str) -> int:
    try:
        return getattr(resolve(path).func, "largest", _LARGEST_BODY)
    except Http404:
        return _LARGEST_BODY


class Csrf(CsrfViewMiddleware):
    """Django's, which remembers from its start which origins it trusts; ours may change with the site's address."""

    @property
    def allowed_origins_exact(self) -> set[str]:
        """The origins as they are now."""
        return set(settings.CSRF_TRUSTED_ORIGINS)
