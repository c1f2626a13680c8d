"""A new issue, started from what is there."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from newsletter.issue.problems import IssueError
from newsletter.models import Revision, Role
from newsletter.reports.issues import standings
from newsletter.store.pool import pool
from newsletter.store.promises import owed
from newsletter.store.starting import StartError, start_from_files, start_issue
from newsletter.web.access import account_of, desk
from newsletter.web.desk import done, draw, note
from newsletter.web.middleware import takes
from newsletter.web.pages import this_site

FILES = 50_000_000
"""Bytes of an issue with its pictures and documents."""


@desk(Role.EDITOR)
@takes(FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The form: a title, and what to begin with; or the files of an issue that was written elsewhere."""
    problems: list[str] = []
    if request.method == "POST":
        try:
            revision = _started(request)
            note(request, "started", f"issue {revision.issue.slug}", revision=revision.number)
            done(request, f"“{revision.issue.title}” is started.")
            return HttpResponseRedirect(reverse("issue", kwargs={"slug": revision.issue.slug}))
        except StartError as error:
            problems = [str(error)]
        except IssueError as error:
            problems = [f"{one.message}{_place(one.place.file, one.place.line)}" for one in error.problems[:20]]
    earlier = standings(now=datetime.now(UTC))
    chosen = request.POST if request.method == "POST" else request.GET
    return draw(
        request,
        "issue-new",
        status=400 if problems else 200,
        problems=problems,
        title=chosen.get("title", "")[:200],
        earlier=[one.issue for one in earlier],
        previous=chosen.get("previous", earlier[0].issue.slug if earlier else ""),
        owed=owed(this_site()),
        promises="promises" in chosen or request.method != "POST",
        items=pool(),
        picked=set(chosen.getlist("item")),
    )


def _started(request: HttpRequest) -> Revision:
    site, account, now = this_site(), account_of(request), datetime.now(UTC)
    if files := request.FILES.getlist("files"):
        return start_from_files(site, {str(one.name): one.read() for one in files}, account=account, at=now)
    numbers = {int(one) for one in request.POST.getlist("item") if one.isdecimal() and len(one) < 18}
    return start_issue(
        site,
        request.POST.get("title", "").strip(),
        account=account,
        at=now,
        previous=_previous(request.POST.get("previous", "")),
        promises="promises" in request.POST,
        items=[row for row in pool() if row.pk in numbers],
    )


def _previous(slug: str) -> str:
    if slug and not Revision.objects.filter(issue__slug=slug).exists():
        raise StartError("the issue to begin with is not there any more; choose another")
    return slug


def _place(file: str | None, line: int | None) -> str:
    return f" ({file}, line {line})" if file and line else f" ({file})" if file else ""
