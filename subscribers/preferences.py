"""What readers may change by the link in a mail: lists, topics, language, time zone, a pause, and to leave it all.

A mail gets forwarded, so whoever has its link may be somebody else: nothing here shows the address, or lets it be
downloaded, erased or changed. That takes a link of its own, mailed to the address (``subscribers.links``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from subscribers import consent, links, ports, suppression, throttle
from subscribers.address import Address
from subscribers.models import MailingList, Subscriber, Subscription, Suppression, Topic
from subscribers.topics import choose_only, chosen

A_DAY = timedelta(days=1)
_MOST = 3
"""Mails of a kind that the page sends to one reader in a day."""
_ACTIVE = Subscription.State.ACTIVE


@dataclass(frozen=True)
class Choice:
    """Something to tick."""

    slug: str
    name: str
    on: bool


@dataclass(frozen=True)
class Preferences:
    """How things stand for one reader."""

    subscription: Subscription
    lists: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    language: str
    timezone: str
    paused_until: datetime | None

    @property
    def subscriber(self) -> Subscriber:
        """Whose they are."""
        return self.subscription.subscriber

    @property
    def masked(self) -> str:
        """The address, for its owner to know again: ``a***@e***.org``."""
        return masked(self.subscriber.email_norm)


@dataclass(frozen=True)
class Wanted:
    """How it should be. ``paused_until`` is aware; ``None`` for no pause."""

    lists: Collection[str]
    topics: Collection[str]
    language: str
    timezone: str
    paused_until: datetime | None


def masked(email: str) -> str:
    """The first letter of either part, and the last label of the host."""
    local, _, host = email.rpartition("@")
    return f"{local[:1]}***@{host[:1]}***.{host.rpartition('.')[2]}"


def preferences_of(token: str, *, at: datetime) -> Preferences | None:
    """Those of the reader whose mail has ``token`` in its links; ``None`` where there is no such reader (any more)."""
    subscription = consent.of_token(token)
    if subscription is None:
        return None
    subscriber = subscription.subscriber
    mine = {one.list_id: one for one in subscriber.subscriptions.all()}
    on = {key for key, one in mine.items() if one.state == _ACTIVE}
    shown = MailingList.objects.filter(Q(public=True) | Q(pk__in=on | {subscription.list_id})).order_by("name", "pk")
    picked = set(chosen(subscriber))
    pauses = [one.paused_until for one in mine.values() if one.state == _ACTIVE and one.paused_until]
    return Preferences(
        subscription=subscription,
        lists=tuple(Choice(one.slug, one.name, one.pk in on) for one in shown),
        topics=tuple(Choice(one.slug, one.name, one.slug in picked) for one in Topic.objects.order_by("name", "pk")),
        language=subscriber.language,
        timezone=subscriber.timezone,
        paused_until=max((until for until in pauses if until > at), default=None),
    )


def change(now: Preferences, wanted: Wanted, *, at: datetime, source: str, wordings: dict[str, str]) -> None:
    """Make it as ``wanted``. Lists that the page does not show stay as they are; ``wordings`` says for each list what
    stood beside its box.

    Raises ``OSError`` where the log of opt-outs cannot be written; then nothing is changed.
    """
    subscriber = now.subscriber
    with transaction.atomic():
        subscriber.language, subscriber.timezone = wanted.language, wanted.timezone
        subscriber.save(update_fields=["language", "timezone"])
        choose_only(subscriber, wanted.topics)
        mine = {one.list.slug: one for one in subscriber.subscriptions.select_related("list", "subscriber")}
        for choice in now.lists:
            if choice.slug in wanted.lists and not choice.on:
                one = mine.get(choice.slug) or Subscription.objects.create(
                    subscriber=subscriber, list=MailingList.objects.get(slug=choice.slug)
                )
                consent.resubscribe(one, at=at, source=source, wording=wordings[choice.slug])
        subscriber.subscriptions.filter(state=_ACTIVE).update(paused_until=wanted.paused_until)
        left = [mine[one.slug] for one in now.lists if one.slug not in wanted.lists and one.slug in mine]
        consent.leave(left, at=at, source=source)


def leave_all(now: Preferences, *, at: datetime, source: str) -> None:
    """No more mail of any list, nor of one that somebody puts the reader on later: only their own word ends that.

    Raises ``OSError`` as ``change`` does.
    """
    subscriber = now.subscriber
    with transaction.atomic():
        consent.leave(subscriber.subscriptions.select_related("list", "subscriber"), at=at, source=source)
        address = Address(subscriber.email, subscriber.email_norm)
        suppression.suppress(address, reason=Suppression.Reason.UNSUBSCRIBED, actor=source, at=at)


def mail_link(now: Preferences, purpose: links.Purpose, *, at: datetime) -> None:
    """Mail the reader a link that downloads or erases what is known of them; a few times a day at most."""
    subscriber = now.subscriber
    with transaction.atomic():
        if _allowed(purpose, subscriber, at):
            link = links.make(purpose, subscriber, at=at)
            values = {"link": link.pk}
            ports.notify(
                ports.Notice(f"link/{link.pk}", _KINDS[purpose], subscriber.email, subscriber.language, values)
            )


_KINDS: dict[links.Purpose, ports.Kind] = {links.Purpose.DOWNLOAD: "download", links.Purpose.ERASE: "erase"}


def _allowed(purpose: links.Purpose, subscriber: Subscriber, at: datetime) -> bool:
    return throttle.allow(f"{purpose} link", str(subscriber.pk), most=_MOST, within=A_DAY, at=at)
