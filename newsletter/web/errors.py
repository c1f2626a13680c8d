"""Pages that say what went wrong."""

from django.http import HttpRequest, HttpResponse

from newsletter.web.pages import page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent cannot be understood."""
    return page(request, "public/error", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, or none for this visitor."""
    return page(request, "public/error", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """It is our fault."""
    return page(request, "public/error", status=500)
