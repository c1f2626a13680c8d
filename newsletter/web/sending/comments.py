"""Comments on an issue and its items."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from newsletter.models import Role
from newsletter.store import comments
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, note
from newsletter.web.sending.approval import show
from newsletter.web.sending.shared import revision_of, sentence


@desk(Role.EDITOR, Role.APPROVER)
@require_POST
def comment(request: HttpRequest, slug: str) -> HttpResponse:
    """Keeps a comment."""
    revision, item, text = revision_of(slug), request.POST.get("item", ""), request.POST.get("text", "")
    try:
        comments.say(revision, item, text, by=account_of(request), at=datetime.now(UTC))
    except comments.CommentError as error:
        return show(request, revision, wrong=(item, text[: comments.LONGEST], sentence(str(error))), status=400)
    note(request, "comment", f"issue {slug}", item=item)
    done(request, "Your comment is kept.")
    return to(request, reverse("approval", kwargs={"slug": slug}) + f"#comments-{item or 'whole'}")


@desk(Role.EDITOR)
@require_POST
def resolve(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Marks a comment as dealt with."""
    issue = revision_of(slug).issue
    if number >= 2**63 or not comments.resolve(issue, number, by=account_of(request), at=datetime.now(UTC)):
        raise Http404
    note(request, "resolve comment", f"issue {slug}", comment=number)
    done(request, "Marked as dealt with.")
    return to(request, reverse("approval", kwargs={"slug": slug}) + "#comments")
