"""The last look before an issue is mailed, and the start."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from newsletter.delivery import approval as rules
from newsletter.delivery.approval import Audience, NotApproved
from newsletter.delivery.mailing import start_mailing
from newsletter.delivery.plan import CountMismatch, Plan, existing, list_of, plan_mailing
from newsletter.delivery.schedule import Schedule, ScheduleError, read_schedule
from newsletter.models import Approval, Mailing, Revision, Role
from newsletter.render import fill
from newsletter.reports import difference
from newsletter.reports.crowds import crowds, named
from newsletter.settings_base import read_span
from newsletter.store.assets import not_kept
from newsletter.store.revisions import open_revision
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import draw, note
from newsletter.web.pages import this_site
from newsletter.web.sending.shared import Trouble, revision_of, sentence, span_words, told

_SALT = "newsletter.send"
_OPEN = timedelta(hours=12)
"""So long the form can be sent off after it was shown."""
LATEST = {"30m": "30 minutes", "2h": "2 hours", "12h": "12 hours", "1d": "a day"}


@dataclass
class _Typed:
    """What stands in the form for the start."""

    count: str = ""
    when: str = "now"
    at: str = ""
    zone: str = ""
    latest: str = "2h"
    wrong_count: str = ""
    wrong_time: str = ""


@desk(Role.EDITOR, Role.SENDER)
@require_safe
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """What goes out, from whom, to whom, and how that differs from last time."""
    revision = revision_of(slug)
    return _page(request, revision, _asked(request, revision))


@desk(Role.SENDER)
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Starts the mailing that the form showed, once, if everything still is as it was shown."""
    revision, typed = revision_of(slug), _typed(request)
    try:
        shown = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_OPEN)
        whom = Audience.of_json(shown["audience"])
    except signing.BadSignature:
        problems = ["The page was open for too long. Look at everything again, then type the number."]
        return _page(request, revision, _asked(request, revision), typed=typed, problems=problems, status=409)
    try:
        with told():
            mailing = _started_since(revision, whom, shown["at"]) or _started(request, revision, whom, typed, shown)
    except Trouble as error:
        if isinstance(error.error, CountMismatch):
            typed.wrong_count, typed.count = "Look who gets it now, then type the number that stands here.", ""
        mend = [f"{sentence(error.error.mend)}."] if isinstance(error.error, NotApproved) else []
        problems = [*map(sentence, error.lines), *mend]
        return _page(request, revision, whom, typed=typed, problems=problems, status=409 if error.error else 400)
    return to(request, reverse("mailing", kwargs={"number": mailing.pk}))


def _started(
    request: HttpRequest, revision: Revision, whom: Audience, typed: "_Typed", shown: dict[str, Any]
) -> Mailing:
    """Raises ``Trouble``, and what ``start_mailing`` does."""
    now, who = datetime.now(UTC), account_of(request).name
    if shown["revision"] != revision.pk:
        raise Trouble([f"The issue was changed meanwhile: this is revision {revision.number}. Nothing was sent."])
    schedule, count = _schedule(typed, now), _number(typed)
    if typed.wrong_count or typed.wrong_time:
        raise Trouble([])
    mailing = start_mailing(
        this_site(),
        revision,
        whom.list,
        confirm_count=count,
        actor=who,
        now=now,
        schedule=schedule,
        part=whom.part(),
    )
    if mailing.started_at == now:
        slug = revision.issue.slug
        note(request, "send", f"mailing {mailing.pk}", issue=slug, revision=revision.number, recipients=mailing.count)
    return mailing


@desk(Role.EDITOR, Role.SENDER)
@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is behind a number of the difference, by pages."""
    revision = revision_of(slug)
    whom, why = _asked(request, revision), request.GET.get("why", "")[:100]
    page = int(text) if (text := request.GET.get("page", "")).isdecimal() and text.isascii() and len(text) < 7 else 1
    try:
        with told():
            found, more = difference.people(
                list_of(whom.list), whom.part(), revision, at=datetime.now(UTC), why=why, page=page
            )
    except Trouble as error:
        return _page(request, revision, whom, problems=error.lines, status=400)
    return draw(
        request,
        "send-people",
        slug=slug,
        issue=revision.issue,
        people=found,
        why=why,
        query=_query(whom),
        page=page,
        more=more,
        new=difference.NEW,
    )


def _asked(request: HttpRequest, revision: Revision) -> Audience:
    """The audience that the address names, else the one it was submitted for, else the list that the issue names."""
    said = request.GET
    if "list" in said:
        return Audience(
            said["list"], tuple(filter(None, said.getlist("only"))), tuple(filter(None, said.getlist("without")))
        )
    given = rules.newest_of(revision.issue)
    if given and given.state in rules.STANDING:
        return Audience.of_json(given.audience)
    return Audience(open_revision(revision).issue.list or "")


def _query(whom: Audience) -> str:
    """``whom`` as part of an address."""
    return urlencode({"list": whom.list, "only": whom.only, "without": whom.without}, doseq=True)


def _page(
    request: HttpRequest,
    revision: Revision,
    whom: Audience,
    *,
    typed: _Typed | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    site, now, who = this_site(), datetime.now(UTC), account_of(request)
    found: dict[str, Any] = {"plan": None}
    lines = list(problems or [])
    if whom.list:
        try:
            with told(), not_kept():
                found = _found(revision, whom, now)
        except Trouble as error:
            lines += [one for one in map(sentence, error.lines) if one not in lines]
            status = 400 if status == 200 and "list" in request.GET else status
    plan: Plan | None = found["plan"]
    undo = site.settings.delivery.undo if plan and plan.provider != "outbox" else timedelta()
    shown = {"revision": revision.pk, "audience": whom.as_json(), "at": now.isoformat()}
    return draw(
        request,
        "send",
        status=status,
        slug=revision.issue.slug,
        issue=revision.issue,
        revision=revision,
        whom=whom,
        whom_words=named(whom) if whom.list else "",
        query=_query(whom),
        crowds=crowds(now=now),
        **{"mailing": None, "difference": None, "approval": None, "not_approved": "", **found},
        needed=rules.needed(site),
        may_send=who.may(Role.SENDER),
        undo=undo,
        undo_words=span_words(undo),
        leaves_at=now + undo,
        lead=plan.lead if plan else timedelta(),
        zone=site.settings.site.timezone,
        latest=LATEST,
        typed=typed or _Typed(zone=site.settings.site.timezone),
        problems=lines,
        token=signing.dumps(shown, salt=_SALT),
        new=difference.NEW,
    )


def _found(revision: Revision, whom: Audience, now: datetime) -> dict[str, Any]:
    """The plan, the approval it has or lacks, and the difference since the last mailing."""
    site, part, mailing_list = this_site(), whom.part(), list_of(whom.list)
    if there := existing(revision, mailing_list, part):
        return {"plan": None, "mailing": there}
    plan = plan_mailing(site, revision, whom.list, now=now, part=part)
    approved: Approval | None = None
    not_approved = ""
    try:
        approved = rules.require(site, plan, now=now)
        if approved:
            rules.looked(site, approved, now=now)
            approved = rules.require(site, plan, now=now)
    except NotApproved as error:
        not_approved = error.why
    return {
        "plan": plan,
        "approval": approved,
        "not_approved": sentence(not_approved),
        "subjects": [(language, fill(one, {}).subject) for language, one in plan.renderings.items()],
        "difference": difference.difference(mailing_list, part, revision, at=now),
        "warnings": [(one, plan.accepted.get((language, one.key))) for language, one in plan.findings],
    }


def _started_since(revision: Revision, whom: Audience, shown_at: str) -> Mailing | None:
    """A mailing of the issue to the same people that was started after the form was shown, also if it was cancelled
    since: a form that was left open starts nothing a second time."""
    rows = Mailing.objects.filter(revision__issue=revision.issue_id, list__slug=whom.list)
    part = whom.part().as_json()
    since = rows.filter(started_at__gt=datetime.fromisoformat(shown_at)).order_by("-pk")
    return next((one for one in since if one.audience == part), None)


def _typed(request: HttpRequest) -> _Typed:
    said = request.POST
    return _Typed(
        count=said.get("count", "").strip()[:20],
        when="later" if said.get("when") == "later" else "now",
        at=said.get("at", "").strip()[:40],
        zone=said.get("zone", "").strip()[:80],
        latest=said.get("latest", "") if said.get("latest") in LATEST else "2h",
    )


def _schedule(typed: _Typed, now: datetime) -> Schedule | None:
    if typed.when == "now":
        return None
    try:
        return read_schedule(typed.at, typed.zone, latest=read_span(typed.latest), now=now)
    except ScheduleError as error:
        typed.wrong_time = sentence(str(error))
    return None


def _number(typed: _Typed) -> int:
    plain = "".join(char for char in typed.count if char not in ",.'’  \u202f")
    if plain.isascii() and plain.isdecimal():
        return int(plain)
    typed.wrong_count = "Type the number of readers, in digits."
    return -1
