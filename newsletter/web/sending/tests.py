"""Test mails of an issue."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.models import Role
from newsletter.web.access import desk
from newsletter.web.desk import draw


@desk(Role.EDITOR, Role.APPROVER, Role.SENDER)
@require_safe
def tests(request: HttpRequest, slug: str) -> HttpResponse:
    """Test mails of an issue."""
    return draw(request, "said", title="Tests", words="")
