"""Who may see which page. Every view says so with one of these marks; a test holds all addresses to it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django_otp import user_has_device

from newsletter.models import Account, Role
from newsletter.web.pages import this_site

View = Callable[..., HttpResponseBase]
_R = TypeVar("_R", bound=HttpResponseBase)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Without any referrer browsers send "Origin: null" with a form, which cannot be told from another site's.
    "Referrer-Policy": "same-origin",
}
"""Of the desk, unless a view sets its own: scripts and styles only from files of this site."""

_LARGEST = 1_000_000
"""Bytes of a form: the text of an issue at most. Views that take files say so with ``middleware.takes``."""
_CODE = ("sign-in-code", "sign-out")
"""What those may reach who have a second factor and have not given it yet."""
_SET_UP = ("second-factor", "sign-out")
"""What those may reach who must first set one up."""


def public(view: View) -> View:
    """For anybody, without an account. A key in the address or a signature is what such a page goes by, never a cookie:
    another site's form gains nothing, and mail programs and services must be able to post."""
    exempt: View = csrf_exempt(view)
    exempt.access = "public"  # type: ignore[attr-defined]
    return exempt


def entrance(view: View) -> View:
    """For whoever is about to sign in or to set the site up; its forms are guarded like those of the desk."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _refuse_null(request)
        return of_desk(view(request, *args, **kwargs))

    guarded.access = "entrance"  # type: ignore[attr-defined]
    return guarded


def desk(*roles: Role) -> Callable[[View], View]:
    """For people who are signed in and have one of ``roles``; where none is named, for all of them. Administrators see
    every page. A site without any account leads to its set-up, visitors who are not signed in to the sign-in."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if away := _elsewhere(request):
                return away
            if roles and not account_of(request).may(*roles):
                from newsletter.web.errors import forbidden  # noqa: PLC0415  (errors draws pages of the desk)

                return forbidden(request, roles)
            _refuse_null(request)
            return of_desk(view(request, *args, **kwargs))

        guarded.access = frozenset(roles)  # type: ignore[attr-defined]
        guarded.largest = getattr(view, "largest", _LARGEST)  # type: ignore[attr-defined]
        return guarded

    return mark


def of_desk(response: _R) -> _R:
    """``response`` with the headers of the desk's pages, where it has not set its own."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def account_of(request: HttpRequest) -> Account:
    """Who is signed in; for views of the desk only."""
    if not isinstance(request.user, Account):
        raise TypeError("nobody is signed in: is the view marked with desk()?")
    return request.user


def _refuse_null(request: HttpRequest) -> None:
    """Nobody can type U+0000 into a form, and PostgreSQL takes it in no text."""
    if any("\0" in value for _, values in request.POST.lists() for value in values):
        raise BadRequest("U+0000 in what was sent")


def _elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Where a visitor must go first; ``None`` for who is signed in as the site wants it."""
    if not isinstance(request.user, Account):
        if not Account.objects.exists():
            return to(request, reverse("setup"))
        return to(request, asking(request, "sign-in"))
    name = request.resolver_match.url_name if request.resolver_match else ""
    if request.user.is_verified():  # type: ignore[attr-defined]  # django_otp's middleware adds it
        return None
    if user_has_device(request.user):
        return None if name in _CODE else to(request, asking(request, "sign-in-code"))
    if this_site().settings.desk.second_factor == "required" and name not in _SET_UP:
        return to(request, reverse("second-factor"))
    return None


def asking(request: HttpRequest, name: str) -> str:
    """The address of the page ``name``, which leads on to what was asked for."""
    asked = request.get_full_path() if request.method in {"GET", "HEAD"} and not is_part(request) else ""
    return reverse(name) + (f"?{urlencode({'next': asked})}" if asked not in {"", "/"} else "")


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def to(request: HttpRequest, url: str) -> HttpResponse:
    """Leads the browser to ``url``, whether it asked for a page or for a part of one."""
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def local_path(path: str) -> str:
    """``path`` where it is one of this site, else the desk's first page: nobody is led away to another site."""
    here = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if here else "/"
