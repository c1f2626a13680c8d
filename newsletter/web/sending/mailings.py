"""Every mailing, and one while it goes on."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.models import Role
from newsletter.web.access import desk
from newsletter.web.desk import draw


@desk(Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)
@require_safe
def mailings(request: HttpRequest) -> HttpResponse:
    """Every mailing, and one while it goes on."""
    return draw(request, "said", title="Mailings", words="")


@desk(Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)
@require_safe
def mailing(request: HttpRequest, number: int) -> HttpResponse:
    """How one mailing stands."""
    return draw(request, "said", title=f"Mailing {number}", words="")
