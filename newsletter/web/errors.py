"""Pages that say what went wrong."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse

from newsletter.models import Account, Role
from newsletter.web.access import of_desk
from newsletter.web.desk import draw
from newsletter.web.pages import page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent cannot be understood."""
    return page(request, "public/error", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, or none for this visitor."""
    if isinstance(getattr(request, "user", None), Account):
        words = "The address may have been typed wrongly, or what stood there is gone."
        return _said(request, 404, "There is nothing here", words)
    return page(request, "public/error", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """It is our fault."""
    return page(request, "public/error", status=500)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was sent by another site's page, or by one of ours from before the last signing in."""
    return _said(
        request,
        403,
        "This form could not be taken",
        "It was open for too long, or cookies are switched off. Go back, load the page anew, and send it again.",
    )


def too_often(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Too many wrong passwords."""
    return _said(
        request,
        429,
        "Too many tries",
        "The password was wrong too often. Wait a quarter of an hour, or ask an administrator for a new link.",
    )


def forbidden(request: HttpRequest, roles: Iterable[Role]) -> HttpResponse:
    """Somebody is signed in, but not for this."""
    wanted = " or ".join(f"{'an' if role.label[0] in 'AE' else 'a'} {role.label.lower()}" for role in roles)
    return _said(
        request, 403, "This is not yours to do", f"Only {wanted} can do this. An administrator can give you that role."
    )


def _said(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    return of_desk(draw(request, "said", status=status, title=title, words=words))
