"""Whether an issue may be mailed: submitted, approved or sent back, and what changed since."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from newsletter.delivery import approval as rules
from newsletter.delivery.approval import ApprovalError, Audience
from newsletter.issue.model import Issue
from newsletter.models import Approval, Revision, Role
from newsletter.reports.crowds import crowds, named
from newsletter.store.assets import not_kept
from newsletter.store.comments import comments_by_item
from newsletter.store.revisions import open_revision
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw
from newsletter.web.pages import this_site
from newsletter.web.sending.shared import WATCHERS, Trouble, revision_of, sentence, told

BADGES = {"waiting": "warning", "approved": "good", "returned": "bad", "void": "bad", "withdrawn": ""}
WORDS = {"waiting": "waits", "approved": "approved", "returned": "sent back", "void": "void", "withdrawn": "withdrawn"}
_LONGEST = 5_000


@desk(*WATCHERS)
@require_safe
def approval(request: HttpRequest, slug: str) -> HttpResponse:
    """How it stands, what was said, and the form for whoever may submit or decide now."""
    return show(request, revision_of(slug))


@desk(Role.EDITOR)
@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for approval of the revision that the form showed."""
    revision, said = revision_of(slug), request.POST
    whom = Audience(said.get("list", ""), tuple(said.getlist("only")), tuple(said.getlist("without")))
    text = said.get("note", "").strip()[:_LONGEST]
    try:
        if said.get("revision") != str(revision.pk):
            raise ApprovalError("the issue was changed meanwhile; look at it again, then submit it")
        with told():
            made = rules.submit(this_site(), revision, whom, by=account_of(request), note=text, now=datetime.now(UTC))
    except ApprovalError as error:
        return show(request, revision, whom=whom, typed=text, problems=[sentence(str(error))], status=400)
    except Trouble as error:
        return show(request, revision, whom=whom, typed=text, problems=error.lines, status=400)
    readers = "1 reader" if made.count == 1 else f"{made.count:,} readers"
    done(request, f"Submitted for approval: revision {revision.number} to {readers}. Approvers are told by mail.")
    return to(request, reverse("approval", kwargs={"slug": slug}))


@desk(Role.APPROVER)
@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Approves what the page showed, or sends it back."""
    revision = revision_of(slug)
    found = rules.newest_of(revision.issue)
    reason, approve = request.POST.get("reason", "").strip()[:_LONGEST], request.POST.get("do") == "approve"
    try:
        if found is None or request.POST.get("approval") != f"{found.pk}":
            raise ApprovalError("something else was submitted meanwhile; look at it first")
        with told():
            rules.decide(
                this_site(), found, by=account_of(request), approve=approve, reason=reason, now=datetime.now(UTC)
            )
    except ApprovalError as error:
        return show(request, revision, typed=reason, problems=[sentence(str(error))], status=409)
    except Trouble as error:
        return show(request, revision, typed=reason, problems=error.lines, status=409)
    done(request, "Approved. A sender can mail it now." if approve else "Sent back. The editor is told by mail.")
    return to(request, reverse("approval", kwargs={"slug": slug}))


@desk(Role.EDITOR)
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes back what was submitted, or approved."""
    revision = revision_of(slug)
    found = rules.newest_of(revision.issue)
    try:
        if found is None or request.POST.get("approval") != f"{found.pk}":
            raise ApprovalError("something else was submitted meanwhile; look at it first")
        rules.withdraw(found, by=account_of(request), now=datetime.now(UTC))
    except ApprovalError as error:
        return show(request, revision, problems=[sentence(str(error))], status=409)
    done(request, "Withdrawn. It can be changed and submitted again.")
    return to(request, reverse("approval", kwargs={"slug": slug}))


def show(
    request: HttpRequest,
    revision: Revision,
    *,
    whom: Audience | None = None,
    typed: str = "",
    problems: list[str] | None = None,
    wrong: tuple[str, str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; ``wrong`` is a comment that could not be kept: item, what was typed, why."""
    site, who, now = this_site(), account_of(request), datetime.now(UTC)
    found, unseen = rules.newest_of(revision.issue), []
    if found:
        try:
            with not_kept(), told():
                rules.looked(site, found, now=now)
        except Trouble as error:
            unseen = error.lines
    waiting = found is not None and found.state == Approval.State.WAITING
    standing = found is not None and found.state in rules.STANDING
    mailed = rules.mailed_by(found) if found and standing else None
    opened = open_revision(revision)
    before = Audience.of_json(found.audience) if found else Audience(opened.issue.list or "")
    values: dict[str, Any] = {
        "slug": revision.issue.slug,
        "issue": revision.issue,
        "revision": revision,
        "approval": found,
        "for_whom": named(Audience.of_json(found.audience)) if found else "",
        "needed": rules.needed(site),
        "one_operator": site.settings.site.one_operator,
        "why_not": rules.may_decide(site, found, who) if found and waiting else "",
        "may_decide": waiting and who.may(Role.APPROVER),
        "may_submit": who.may(Role.EDITOR) and not standing,
        "may_withdraw": who.may(Role.EDITOR) and standing and not mailed,
        "may_send": who.may(Role.SENDER)
        and found is not None
        and found.state == Approval.State.APPROVED
        and not mailed,
        "mailed": mailed,
        "unseen": unseen,
        "problems": problems or ([wrong[2]] if wrong and wrong[0] not in _places(opened.issue) else []),
        "typed": typed,
        "wrong": wrong or ("", "", ""),
        "whom": whom or before,
        "crowds": crowds(now=now) if who.may(Role.EDITOR) and not standing else None,
        "items": opened.issue.items,
        "comments": comments_by_item(revision.issue),
        "may_comment": who.may(Role.EDITOR, Role.APPROVER),
        "may_resolve": who.may(Role.EDITOR),
        "history": rules.history(revision.issue),
        "badges": BADGES,
        "words": WORDS,
    }
    return draw(request, "approval", status=status, **values)


def _places(issue: Issue) -> set[str]:
    """What can be commented on: each item, and the whole."""
    return {"", *(item.id for item in issue.items)}
