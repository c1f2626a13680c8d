"""One's own account."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from newsletter.web.access import account_of, desk
from newsletter.web.desk import draw


@desk()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, password, second factor."""
    return draw(request, "said", title=account_of(request).name, words="")


@desk()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Sets the second factor up."""
    return draw(request, "said", title="Second factor", words="")
