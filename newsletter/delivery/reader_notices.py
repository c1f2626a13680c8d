"""Mails to one reader about their subscription: written down in the transaction that wants them, sent soon after.

A page answers before any mail is made, so its time tells nothing; and what is written down is sent after a crash, too.
A notice is handed to the provider once, unless the provider surely did not take it. Once it is sent, neither its
address nor what it said is kept.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from newsletter.delivery import journal, staff_mail
from newsletter.delivery.messages import Composer, Envelope, Recipient
from newsletter.delivery.notices import plain
from newsletter.delivery.plan import NO_SENDER
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Barred,
    Outcome,
    Postponed,
    Provider,
    RateLimited,
    Refused,
    Submission,
    Unreachable,
)
from newsletter.delivery.providers.outbox import Outbox
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.trial import INERT_TOKEN
from newsletter.models import Notice
from newsletter.render.notice import render_notice
from newsletter.render.rendering import Rendering
from newsletter.site import Site
from newsletter.store.identity import organisation_of, template_folders, theme_of
from subscribers import links, signup, throttle
from subscribers.ports import Notice as Wanted

_State = Notice.State
_NOT_TAKEN = (Unreachable, RateLimited, Postponed, Barred)
"""Surely not accepted, and perhaps later."""
TRIES = 8
_WAIT = timedelta(minutes=1)
"""Before the second try; twice as long before each one after that."""
_MOST = 500
"""Of one round."""


def add(wanted: Wanted) -> None:
    """Write a notice down, once for its key: what ``subscribers.ports.notify`` is."""
    from django.utils import timezone  # noqa: PLC0415

    Notice.objects.get_or_create(
        key=wanted.key,
        defaults={
            "kind": wanted.kind,
            "address": wanted.address,
            "language": wanted.language,
            "values": dict(wanted.values),
            "state": _State.WAITING,
            "attempt_at": timezone.now(),
        },
    )


def send_waiting(site: Site, *, now: Callable[[], datetime], provider: Provider | None = None) -> int:
    """Do what the sign-up forms that wait ask for, then send each notice that is due; how many were handed over.

    Several processes may do so at once: a notice belongs to the one that moves it on.
    """
    signup.take_waiting(at=now())
    due = Notice.objects.filter(state=_State.WAITING, attempt_at__lte=now()).order_by("pk")[:_MOST]
    waiting = list(due)
    if not waiting:
        return 0
    way = provider or _provider(site)
    try:
        return sum(_send(site, notice, way, now) for notice in waiting)
    finally:
        way.close()


def tidy(*, at: datetime) -> None:
    """Forget what no longer serves: counts of yesterday, links long expired, addresses that nobody confirmed."""
    throttle.forget(before=at - timedelta(days=2))
    links.forget(at=at)
    signup.forget_unconfirmed(at=at)


def _send(site: Site, notice: Notice, provider: Provider, now: Callable[[], datetime]) -> bool:
    """Hand one notice over, if it still waits; whether that was done."""
    with transaction.atomic():
        rows = Notice.objects.filter(pk=notice.pk, state=_State.WAITING)
        if not rows.update(state=_State.SUBMITTING, attempt_at=now()):
            return False
        key = links.mint(notice.values["link"], at=now()) if "link" in notice.values else ""
    if key is None:  # nobody wants it any more
        Notice.objects.filter(pk=notice.pk).delete()
        return False
    try:
        outcome = _submit(site, notice, key, provider, now())
    except Exception as error:  # whatever it is, other notices are not harmed by it
        outcome = Ambiguous()
        journal.warn("notice failed", notice=notice.pk, error=type(error).__name__)
    _settle(notice, outcome, now())
    journal.note("notice", notice=notice.pk, kind=notice.kind, state=notice.state)
    return True


def _settle(notice: Notice, outcome: Outcome, at: datetime) -> None:
    tries = int(notice.values.get("tries", 0)) + 1
    if isinstance(outcome, _NOT_TAKEN) and tries < TRIES:
        notice.state, notice.attempt_at = _State.WAITING, at + _WAIT * 2 ** (tries - 1)
        notice.values = {**notice.values, "tries": tries}
        journal.warn("notice waits", notice=notice.pk, reason=outcome.reason)
    else:
        unknown = isinstance(outcome, Ambiguous)
        notice.state = (
            _State.ACCEPTED if isinstance(outcome, Accepted) else _State.UNKNOWN if unknown else _State.FAILED
        )
        notice.address, notice.language, notice.values = "", "", {}
    notice.save(update_fields=["state", "attempt_at", "address", "language", "values"])


def _submit(site: Site, notice: Notice, key: str, provider: Provider, at: datetime) -> Outcome:
    settings = site.settings
    if problems := provider.check() or (() if settings.sender.email or isinstance(provider, Outbox) else (NO_SENDER,)):
        return Barred(problems[0])
    if (rendering := _rendering(site, notice, key)) is None:
        return Refused("nobody may sign in by it any more")
    sender = settings.sender
    envelope = Envelope(
        sender_name=sender.name or settings.site.name,
        sender_email=sender.email or notice.address,
        reply_to=sender.reply_to or sender.email or notice.address,
        base_url=settings.site.base_url,
        list_name="",
        list_slug="",
        issue_slug="notice",
        date=at,
    )
    recipient = Recipient(secrets.token_urlsafe(16), notice.address, "", INERT_TOKEN, {})
    call = Submission(f"notice-{notice.pk}", rendering, envelope, Composer(rendering, envelope), (recipient,))
    return provider.submit(call).outcomes.get(recipient.delivery, Ambiguous())


def _rendering(site: Site, notice: Notice, key: str) -> Rendering | None:
    settings, values = site.settings, notice.values
    if "account" in values:
        words = staff_mail.words_of(site, notice)
        return plain(*words) if words else None
    if "text" in values:  # to somebody who works here (``approval_notices``)
        return plain(str(values["subject"]), str(values["text"]))
    return render_notice(
        notice.kind,
        language=notice.language or settings.site.language,
        theme=theme_of(site),
        organisation=organisation_of(site),
        url=_url(settings.site.base_url, notice, key),
        list_name=str(values.get("list", "")),
        templates=template_folders(site),
    )


def _url(base: str, notice: Notice, key: str) -> str:
    if token := notice.values.get("token"):
        return f"{base}/p/{token}"
    if not key:
        return ""
    return f"{base}/{'c' if notice.kind == 'confirm' else 'l'}/{key}"


def _provider(site: Site) -> Provider:
    provider = provider_for(site)
    return Outbox(site, site.notices) if isinstance(provider, Outbox) else provider
