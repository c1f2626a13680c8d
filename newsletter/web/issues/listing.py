"""Every issue, the newest first."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.store.revisions import newest_revisions
from newsletter.web.access import desk
from newsletter.web.desk import draw


@desk()
@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """Every issue, the newest first."""
    return draw(request, "issues", revisions=newest_revisions())
