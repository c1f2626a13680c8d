"""What people say of an issue and of its items, beside it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from newsletter.issue.pieces import cut
from newsletter.models import Comment, Issue, Revision, Role
from newsletter.store.comments import CommentError, comments_by_item, resolve, say
from newsletter.web.access import account_of, desk, is_part, to
from newsletter.web.desk import done, draw, note
from newsletter.web.editor.wording import address_of, revision_or_404


@dataclass(frozen=True)
class Thread:
    """A comment and what was answered; ``of`` is the id of an item that is not in the issue any more."""

    comment: Comment
    answers: tuple[Comment, ...]
    of: str = ""


def threads_of(issue: Issue, key: str, ids: tuple[str, ...]) -> list[Thread]:
    """What was said of the item ``key``, oldest first. What is not about an item that is there stands beside front
    matter and introduction."""
    by_item = comments_by_item(issue)
    whole = key.startswith("~")
    items = [item for item in by_item if item not in ids] if whole else [key]
    rows = sorted((row for item in items for row in by_item.get(item, [])), key=lambda row: (row.at, row.pk))
    answers: dict[int, list[Comment]] = {}
    for row in rows:
        if row.answers_id:
            answers.setdefault(row.answers_id, []).append(row)
    return [
        Thread(row, tuple(answers.get(row.pk, ())), row.item if whole else "") for row in rows if not row.answers_id
    ]


def open_counts(issue: Issue) -> dict[str, int]:
    """Item id -> how many comments of it are not dealt with."""
    rows = Comment.objects.filter(issue=issue, resolved_at=None, answers=None).values_list("item", flat=True)
    found: dict[str, int] = {}
    for item in rows:
        found[item] = found.get(item, 0) + 1
    return found


@desk(Role.EDITOR, Role.APPROVER)
@require_POST
def write(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Keeps what somebody says of an item, or answers."""
    revision = revision_or_404(slug)
    answered = request.POST.get("answers", "")
    comment = _comment(revision.issue, answered) if answered else None
    problem = ""
    try:
        item = "" if key.startswith("~") else key
        made = say(revision, item, request.POST.get("text", ""), by=account_of(request), at=_now(), answers=comment)
        note(request, "commented", f"issue {slug}", item=made.item)
    except CommentError as error:
        problem = str(error)
    return _beside(request, slug, key, problem)


@desk(Role.EDITOR, Role.APPROVER)
@require_POST
def settle(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Marks a comment as dealt with, or opens it again."""
    issue = revision_or_404(slug).issue
    comment = _comment(issue, request.POST.get("comment", ""))
    if comment.resolved_at:
        Comment.objects.filter(pk=comment.pk).update(resolved_at=None, resolved_by=None)
        note(request, "opened a comment again", f"issue {slug}", item=comment.item)
    elif resolve(issue, comment.pk, by=account_of(request), at=_now()):
        note(request, "resolved a comment", f"issue {slug}", item=comment.item)
    return _beside(request, slug, key, "")


def _beside(request: HttpRequest, slug: str, key: str, problem: str) -> HttpResponse:
    if not is_part(request):
        if problem:
            done(request, f"Not kept: {problem}.")
        return to(request, f"{address_of(slug, key)}#comments")
    status = 422 if problem else 200
    return draw(
        request, "editor/comments", status=status, **comments_beside(request, revision_or_404(slug), key, problem)
    )


def comments_beside(request: HttpRequest, revision: Revision, key: str, problem: str = "") -> dict[str, Any]:
    """What stands beside the item ``key`` of what people said of it."""
    return {
        "slug": revision.issue.slug,
        "key": key,
        "threads": threads_of(revision.issue, key, cut(revision.source).ids),
        "may_comment": account_of(request).may(Role.EDITOR, Role.APPROVER),
        "comment_problem": problem,
        "comment_typed": request.POST.get("text", "") if problem else "",
    }


def _comment(issue: Issue, number: str) -> Comment:
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    return get_object_or_404(Comment, issue=issue, pk=int(number))


def _now() -> datetime:
    return datetime.now(UTC)
