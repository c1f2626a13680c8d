"""What everybody can read of the mailed issues: how often it was, and what is kept private."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from newsletter.models import Issue, Role
from newsletter.reports.issues import Stage, standings
from newsletter.reports.published import views_of
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note


@desk(Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """The issues that were mailed or are about to be, each with its views."""
    shown = [one for one in standings(now=datetime.now(UTC)) if one.mailing is not None]
    return draw(
        request,
        "published",
        shown=shown,
        views=views_of([one.issue.pk for one in shown]),
        sent=Stage.SENT,
        may_change=account_of(request).may(Role.EDITOR, Role.SENDER),
    )


@desk(Role.EDITOR, Role.SENDER)
@require_POST
def keep_private(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes an issue out of the public archive, or with ``public`` puts it there."""
    issue = get_object_or_404(Issue, slug=slug)
    issue.private = "public" not in request.POST
    issue.save(update_fields=["private"])
    note(request, "made private" if issue.private else "made public", f"issue {slug}")
    done(request, f"“{issue.title}” is " + ("private now." if issue.private else "in the public archive now."))
    return to(request, reverse("published"))
