"""The first run: administrator, organisation, provider."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from newsletter.web.access import entrance
from newsletter.web.desk import draw


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Asks for the one-time code, then step by step for what a site needs."""
    return draw(request, "said", title="Set up", words="")
