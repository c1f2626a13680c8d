"""Whether an issue may be mailed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.models import Role
from newsletter.web.access import desk
from newsletter.web.desk import draw


@desk(Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)
@require_safe
def approval(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether an issue may be mailed."""
    return draw(request, "said", title="Approval", words="")
