"""Every issue by its stage, and a search in what they say."""

from collections import Counter
from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.reports.issues import Stage, standings
from newsletter.store.revisions import matching
from newsletter.web.access import account_of, desk
from newsletter.web.desk import draw

STAGES = {
    "drafts": ("Drafts", (Stage.DRAFT,)),
    "in-review": ("In review", (Stage.REVIEW, Stage.APPROVED)),
    "scheduled": ("Scheduled", (Stage.SCHEDULED,)),
    "sending": ("Sending", (Stage.SENDING, Stage.PAUSED)),
    "sent": ("Sent", (Stage.SENT,)),
}
"""What is shown together, and what it is called."""
BADGES = {
    Stage.REVIEW: "warning",
    Stage.APPROVED: "now",
    Stage.SCHEDULED: "now",
    Stage.SENDING: "now",
    Stage.PAUSED: "bad",
    Stage.SENT: "good",
}
ON_A_PAGE = 50


@desk()
@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """Every issue, the newest first; ``?stage=`` those at one stage, ``?search=`` those that say these words."""
    found = standings(now=datetime.now(UTC))
    if words := request.GET.get("search", "").strip()[:200]:
        there = matching(words)
        found = [one for one in found if one.issue.pk in there]
    counts = Counter(one.stage for one in found)
    chosen = request.GET.get("stage", "")
    shown = [one for one in found if one.stage in STAGES[chosen][1]] if chosen in STAGES else found
    return draw(
        request,
        "issues",
        page=Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")),
        stages=[
            (key, label, sum(counts[stage] for stage in held), key == chosen) for key, (label, held) in STAGES.items()
        ],
        stage=chosen if chosen in STAGES else "",
        badges=BADGES,
        search=words,
        any=bool(found) or bool(words),
        may_start=account_of(request).may("editor"),
        all_count=len(found),
    )
