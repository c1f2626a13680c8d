"""Every mailing, and one while it goes on: counted once for all who watch (``reports.watching``)."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.models import Delivery, Mailing, Role
from newsletter.reports import watching
from newsletter.reports.progress import Look
from newsletter.web.access import account_of, desk, is_part
from newsletter.web.desk import draw
from newsletter.web.pages import this_site
from newsletter.web.sending.shared import WATCHERS, mailing_of, span_words
from subscribers.audience import Part
from subscribers.segments import of_json

ON_A_PAGE = 25
UNKNOWN_SHOWN = 50
BADGES = {
    "running": "now",
    "waiting": "now",
    "finished": "good",
    "paused": "warning",
    "stalled": "bad",
    "cancelled": "",
}
WORDS = {"running": "sending", "finished": "sent"}
"""How a state is called here, where that is not its own name."""


@desk(*WATCHERS)
@require_safe
def mailings(request: HttpRequest) -> HttpResponse:
    """Every mailing, the newest first."""
    rows = Mailing.objects.select_related("revision__issue", "list").order_by("-pk")
    page = Paginator(rows.defer("revision__source", "revision__translations"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    looks = [(one, watching.standing(this_site(), one)) for one in page.object_list]
    return draw(request, "mailings", page=page, looks=looks, badges=BADGES, words=WORDS)


@desk(*WATCHERS)
@require_safe
def mailing(request: HttpRequest, number: int) -> HttpResponse:
    """How one mailing stands. A browser that watches asks for the part that changes, and is told when to ask again;
    nothing is sent where nothing changed."""
    found = mailing_of(number)
    seen = watching.latest(this_site(), found)
    every = watching.ask_again(found.pk, request.session.session_key or "")
    values = {"mailing": found, "seen": seen, "every": every, "mark": _mark(seen, every), **_words(found, seen)}
    if is_part(request):
        if request.GET.get("seen") == values["mark"]:
            return HttpResponse(status=204)
        return draw(request, "mailing-part", **values, **_deeds(request, found, seen))
    return draw(request, "mailing", **values, **_deeds(request, found, seen), part_words=_part_words(found))


def show(request: HttpRequest, found: Mailing, *, problem: str, reason: str = "", status: int = 409) -> HttpResponse:
    """The page with what could not be done."""
    watching.forget(found.pk)
    seen = watching.latest(this_site(), found)
    every = watching.EVERY
    values = {"mailing": found, "seen": seen, "every": every, "mark": _mark(seen, every), **_words(found, seen)}
    deeds = _deeds(request, found, seen) | {"problem": problem, "reason": reason}
    return draw(request, "mailing", status=status, **values, **deeds, part_words=_part_words(found))


def _mark(seen: Look, every: int) -> str:
    """Another one where there is something else to show."""
    said = f"{seen.state}/{seen.reason}/{seen.states}/{seen.workers}/{_rounded(seen.rate)}/{_left(seen)}/{every}"
    return sha256(said.encode()).hexdigest()[:12]


def _words(found: Mailing, seen: Look) -> dict[str, Any]:
    now = datetime.now(UTC)
    leaves_at = found.send_at or found.not_before
    scheduled = leaves_at - found.started_at > timedelta(minutes=90) or found.latest_start is not None
    return {
        "badges": BADGES,
        "words": WORDS,
        "undo_until": found.not_before if found.state == "running" and found.not_before > now else None,
        "leaves_at": leaves_at,
        "scheduled": scheduled,
        "left": _left(seen),
        "rate": _rounded(seen.rate) if seen.state == "running" else "",
        "labels": LABELS,
        "late": seen.state == "paused" and found.latest_start is not None and found.latest_start < now,
    }


LABELS = {
    "accepted": "Sent",
    "pending": "Waiting",
    "submitting": "On their way",
    "refused": "Refused",
    "failed": "Failed",
    "unknown": "Unknown",
    "suppressed": "Left out: suppressed",
    "cancelled": "Cancelled",
}


def _deeds(request: HttpRequest, found: Mailing, seen: Look) -> dict[str, Any]:
    """What whoever looks may do now."""
    who, states = account_of(request), seen.states
    may = who.may(Role.SENDER)
    leaving = watching.leaving(this_site(), found)
    return {
        "may": may,
        "may_pause": may and found.state == "running" and seen.state != "finished",
        "may_resume": may and found.state == "paused",
        "may_cancel": may and (found.state != "cancelled" and (seen.state != "finished" or leaving.number > 0)),
        "leaving": leaving,
        "failed": states.get("failed", 0) if may and found.state != "cancelled" else 0,
        "unknown": states.get("unknown", 0) if may else 0,
        "unknown_rows": _unknown(found) if may and states.get("unknown") and who.sees_addresses else [],
        "shown_most": UNKNOWN_SHOWN,
        "problem": "",
        "reason": "",
    }


def _unknown(found: Mailing) -> list[tuple[str, str, str]]:
    rows = Delivery.objects.filter(mailing=found, state=Delivery.State.UNKNOWN).order_by("pk")
    return list(rows.values_list("public_id", "address", "reason")[:UNKNOWN_SHOWN])


def _part_words(found: Mailing) -> str:
    """Which part of the list it goes to; nothing where it is all of it."""
    said = found.audience
    part = Part(tuple(map(of_json, said.get("include", ()))), tuple(map(of_json, said.get("exclude", ()))))
    return part.words() if not part.whole else ""


def _rounded(rate: float | None) -> str:
    if not rate:
        return ""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:,.1f}"


def _left(seen: Look) -> str:
    """The time left, roughly, in words."""
    if seen.seconds_left is None:
        return ""
    seconds = seen.seconds_left
    if seconds < 10:
        return "a few seconds"
    return span_words(timedelta(seconds=seconds if seconds >= 60 else round(seconds / 10) * 10))
