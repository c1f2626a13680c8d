"""The last look before an issue is mailed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.models import Role
from newsletter.web.access import desk
from newsletter.web.desk import draw


@desk(Role.EDITOR, Role.SENDER)
@require_safe
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """The last look before an issue is mailed."""
    return draw(request, "said", title="Send", words="")
