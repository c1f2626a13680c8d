"""What became of a mailing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.models import Role
from newsletter.web.access import desk
from newsletter.web.desk import draw


@desk(Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)
@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """What became of a mailing."""
    return draw(request, "said", title="Report", words="")
