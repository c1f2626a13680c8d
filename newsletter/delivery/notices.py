"""Tells the editor by mail that a mailing is finished, was paused, or has stalled; once at most for each time.

A notice is written down before it is handed to the provider, and never tried again.
"""

import html
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Max

from newsletter.delivery import journal, ledger
from newsletter.delivery.control import BY_PERSON
from newsletter.delivery.messages import Composer, Envelope, Recipient
from newsletter.delivery.providers.base import Accepted, Ambiguous, Outcome, Provider, Submission
from newsletter.delivery.providers.outbox import Outbox
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.trial import INERT_TOKEN
from newsletter.models import Attempt, Delivery, Mailing, Notice
from newsletter.render.rendering import Rendering
from newsletter.site import Site
from subscribers.stores import on_postgres

NOBODY = "nobody is sending it"


def tell(
    site: Site, mailing: Mailing, *, now: datetime, provider: Provider | None = None, stalled: bool = False
) -> Notice | None:
    """Mail the editor if ``mailing`` is finished or paused by itself, or ``stalled`` (see ``stalls``), and they do not
    know; the notice that was sent.

    The outbox puts it into ``notices/``. What goes wrong is in the state of the notice, and stops nobody.
    """
    mailing.refresh_from_db()
    kind = _kind(mailing) or ("stalled" if stalled and mailing.state == Mailing.State.RUNNING else None)
    sender = site.settings.sender
    address = site.settings.delivery.notify or sender.reply_to or sender.email
    if kind is None or address is None or mailing.dry_run:
        return None
    last = Attempt.objects.filter(batch__mailing=mailing).aggregate(last=Max("pk"))["last"] or 0
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                key=f"mailing/{mailing.pk}/{kind}/{last}", kind=kind, address=address, attempt_at=now
            )
    except IntegrityError:
        return None
    if kind == "finished":
        journal.note("mailing", mailing=mailing.pk, state=kind)
    elif kind == "stalled":
        journal.warn("mailing", mailing=mailing.pk, state=kind, reason=NOBODY)
    try:
        outcome = _send(site, mailing, notice, provider or _provider(site, mailing), now)
        notice.state = _state(outcome)
    except Exception as error:  # whatever it is, the mailing itself is not harmed by it
        notice.state = Notice.State.UNKNOWN
        journal.warn("notice failed", notice=notice.pk, error=type(error).__name__)
    notice.save(update_fields=["state"])
    journal.note("notice", notice=notice.pk, mailing=mailing.pk, kind=kind, state=notice.state)
    return notice


def _kind(mailing: Mailing) -> str | None:
    if mailing.state == Mailing.State.PAUSED:
        return None if mailing.reason.startswith(BY_PERSON) else "paused"
    if mailing.state == Mailing.State.RUNNING and not ledger.any_open(mailing.pk):
        return "finished"
    return None


def _provider(site: Site, mailing: Mailing) -> Provider:
    provider = provider_for(site, mailing.provider)
    return Outbox(site, site.notices) if isinstance(provider, Outbox) else provider


def _send(site: Site, mailing: Mailing, notice: Notice, provider: Provider, now: datetime) -> Outcome:
    slug = mailing.revision.issue.slug
    subject = f"{slug}: mailing {mailing.pk} is {notice.kind}"
    rendering = plain(subject, "\n".join(_lines(mailing, notice.kind)))
    envelope = Envelope(
        sender_name=site.settings.sender.name or site.settings.site.name,
        sender_email=site.settings.sender.email or notice.address,
        reply_to=notice.address,
        base_url=site.settings.site.base_url,
        list_name="Notices to editors",
        list_slug="notices",
        issue_slug="notice",
        date=now,
    )
    recipient = Recipient(secrets.token_urlsafe(16), notice.address, "", INERT_TOKEN, {})
    submission = Submission(f"notice-{notice.pk}", rendering, envelope, Composer(rendering, envelope), (recipient,))
    try:
        answer = provider.submit(submission)
    finally:
        provider.close()
    return answer.outcomes.get(recipient.delivery, Ambiguous())


def plain(subject: str, text: str) -> Rendering:
    """A mail that is nothing but ``text``."""
    return Rendering("en", subject, "", f"<pre>{html.escape(text)}</pre>\n", text + "\n", ())


def _lines(mailing: Mailing, kind: str) -> list[str]:
    counted = Delivery.objects.filter(mailing=mailing).values_list("state").annotate(number=Count("pk"))
    said = NOBODY if kind == "stalled" else mailing.reason
    reason = f": {said}" if said else ""
    lines = [f"Mailing {mailing.pk} of {mailing.revision.issue.slug} to {mailing.list.slug} is {kind}{reason}.", ""]
    lines += [f"{number:>9,}  {state}" for state, number in sorted(counted)]
    lines += [f"{mailing.count:>9,}  recipients in all", ""]
    if kind == "paused":
        lines += ["It goes on, once that is mended, with:", f"newsletter mailing resume {mailing.pk}"]
    elif kind == "stalled":
        lines += [
            "It goes on where it stopped, and nobody is mailed twice, once one of these runs again:",
            "newsletter worker" if on_postgres() else "newsletter serve",
            f"newsletter mailing resume {mailing.pk}",
        ]
    else:
        lines += ["Who it was, and why:", f"newsletter mailing report {mailing.pk}"]
    return lines


def _state(outcome: Outcome) -> Notice.State:
    if isinstance(outcome, Accepted):
        return Notice.State.ACCEPTED
    return Notice.State.UNKNOWN if isinstance(outcome, Ambiguous) else Notice.State.FAILED
