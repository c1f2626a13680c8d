"""Test mails: an issue as a reader would get it, to a few addresses, in no statistics."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import compress

from newsletter.delivery.envelopes import envelope_of
from newsletter.delivery.headers import AddressError, wire_address
from newsletter.delivery.messages import Composer, Recipient
from newsletter.delivery.plan import NO_SENDER, MailingError, NotReady
from newsletter.delivery.providers.base import Accepted, Ambiguous, Outcome, Provider, Refused, Submission
from newsletter.delivery.providers.outbox import Outbox
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.readers import language_for, reader_values
from newsletter.delivery.variants import told_by
from newsletter.issue.model import Issue
from newsletter.models import Revision, TestSend
from newsletter.site import Site
from newsletter.store.rendering import render_revision
from newsletter.store.revisions import open_revision
from subscribers import address as addresses
from subscribers import attributes, audience
from subscribers.models import MailingList, Subscriber
from subscribers.segments import SegmentError

MOST = 10
"""Addresses of one test."""
INERT_TOKEN = "TEST-MAIL-NO-READER-00"  # noqa: S105  (no secret)
"""Stands in the unsubscribe links of test mails; it is nobody's."""


@dataclass(frozen=True)
class Tested:
    """What became of a test mail to ``address``."""

    address: str
    outcome: Outcome


def send_test(
    site: Site,
    revision: Revision,
    to: Sequence[str],
    *,
    actor: str,
    now: datetime,
    reader: Subscriber | None = None,
) -> list[Tested]:
    """Send ``revision`` to each address of ``to``, with "[Test]" in the subject and links that unsubscribe nobody.

    With a ``reader`` it is shown as they would get it, else as to somebody of whom nothing is known. The outbox puts
    test mails into ``testmail/``. Raises ``MailingError`` (too many addresses, settings),
    ``subscribers.address.AddressError``, ``IssueError``.
    """
    if len(to) > MOST:
        raise MailingError(f"a test goes to {MOST} addresses at most; these are {len(to)}")
    people = {found.norm: found.email for found in map(addresses.normalise, to)}
    provider = _provider(site)
    issue = open_revision(revision).issue
    renderings = render_revision(site, revision, segments=_seen_by(issue, reader))
    rendering = renderings[language_for(reader.language if reader else "", renderings, issue.language)]
    mailing_list = MailingList(slug=issue.list or "test", name=issue.list or "Test")
    known = MailingList.objects.filter(slug=mailing_list.slug).first() or mailing_list
    envelope = replace(envelope_of(site, issue, known, slug=revision.issue.slug, date=now), prefix="[Test] ")
    composer = Composer(rendering, envelope)
    values = reader_values(reader, rendering.language, attributes.declared()) if reader else {}
    values |= {"language": rendering.language} if reader else {}
    recipients = [
        Recipient(secrets.token_urlsafe(16), email, "", INERT_TOKEN, {"email": email, **values})
        for email in people.values()
    ]
    try:
        tested = _submit(provider, Submission("test", rendering, envelope, composer, tuple(recipients)))
    finally:
        provider.close()
    TestSend.objects.bulk_create(
        TestSend(revision=revision, address=one.address, by=actor, at=now)
        for one in tested
        if isinstance(one.outcome, Accepted | Ambiguous)
    )
    return tested


def _seen_by(issue: Issue, reader: Subscriber | None) -> tuple[str, ...] | None:
    """Of the segments that items are for, those that the reader is in. Raises ``MailingError``."""
    if reader is None:
        return None
    try:
        return tuple(compress(issue.segments, audience.held_by(reader, told_by(issue))))
    except SegmentError as error:
        raise MailingError(str(error)) from None


def _provider(site: Site) -> Provider:
    """The site's provider, whose settings are complete. Raises ``NotReady``."""
    provider: Provider = provider_for(site)
    if isinstance(provider, Outbox):
        provider = Outbox(site, site.testmail)
    problems = provider.check() or (() if site.settings.sender.email else (NO_SENDER,))
    if problems:
        raise NotReady(problems)
    return provider


def _submit(provider: Provider, submission: Submission) -> list[Tested]:
    """One call for those whose address the provider can write."""
    refused: dict[str, Outcome] = {}
    for recipient in submission.recipients:
        try:
            wire_address(recipient.address, smtputf8=provider.capabilities.smtputf8)
        except AddressError as error:
            refused[recipient.delivery] = Refused(str(error))
    asked = tuple(one for one in submission.recipients if one.delivery not in refused)
    outcomes = {**(provider.submit(replace(submission, recipients=asked)).outcomes if asked else {}), **refused}
    silent = Ambiguous("the provider did not say")
    return [Tested(one.address, outcomes.get(one.delivery, silent)) for one in submission.recipients]
