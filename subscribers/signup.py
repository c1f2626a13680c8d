"""Signing up on a page: a form, a mail with a link, one press of a button.

Anybody can type anybody's address into a form. So the page that takes it writes one row whoever it is (``ask``), and
all else happens afterwards (``take_waiting``): its answer, and the time it takes, tell nobody who is known. An address
gets one mail a day at most, and nothing of what was typed stands in it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from subscribers import consent, links, ports, throttle
from subscribers.address import Address, normalise
from subscribers.hashing import value_hash
from subscribers.models import Consent, MailedLink, MailingList, SignUp, Subscriber, Subscription, Suppression
from subscribers.topics import choose

A_DAY = timedelta(days=1)
UNCONFIRMED = timedelta(days=30)
"""After so long, an address that nobody confirmed is forgotten."""
_KEPT = ("first_name",)
"""What a form says of its reader, kept once the address is confirmed."""


def ask(
    mailing_list: MailingList,
    address: Address,
    *,
    at: datetime,
    source: str,
    wording: str,
    language: str = "",
    first_name: str = "",
    topics: Sequence[str] = (),
) -> None:
    """Somebody sent the form of a public list."""
    details = {"first_name": first_name, "topics": list(topics)}
    SignUp.objects.create(
        list=mailing_list,
        email=address.email,
        language=language,
        details=details,
        source=source[:200],
        wording=wording,
        at=at,
    )


def take_waiting(*, at: datetime) -> int:
    """Do what the forms that wait ask for, each in a transaction of its own; how many these were."""
    done = 0
    for number in list(SignUp.objects.order_by("pk").values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            waiting = SignUp.objects.select_related("list").filter(pk=number).first()
            if waiting is not None and SignUp.objects.filter(pk=number).delete()[0]:  # one process does it
                _take(waiting, at)
                done += 1
    return done


def ask_again(link: MailedLink, *, at: datetime) -> None:
    """A confirmation that expired is wanted after all: another mail, unless there was one today."""
    with transaction.atomic():
        subscription = _subscription_of(link)
        if link.used_at is None and link.expires_at <= at and subscription is not None:
            mail_confirmation(subscription, at=at, data=link.data)


def mail_confirmation(subscription: Subscription, *, at: datetime, data: dict[str, object] | None = None) -> bool:
    """Mail a link that confirms what was asked for, unless the address must not be mailed, or had such a mail today;
    whether that was done. ``data`` is what the form said."""
    subscriber = subscription.subscriber
    address = Address(subscriber.email, subscriber.email_norm)
    with transaction.atomic():
        if not may_ask(address) or not _first_today(address, at):
            return False
        _mail_link(subscription, data or {"subscription": subscription.pk}, at)
    return True


def confirm(link: MailedLink, *, at: datetime, source: str, wording: str) -> bool:
    """The button behind the link was pressed. False where the link was used before, or has expired.

    What the reader unsubscribed from since they asked stays so.
    """
    with transaction.atomic():
        if not links.use(link, at=at):
            return False
        subscription = _subscription_of(link)
        if subscription is None:
            return True
        if subscription.state == Subscription.State.ACTIVE:  # but suppressed: their word is for that
            consent.record(subscription, Consent.Action.CONFIRMED, at=at, source=source, wording=wording)
            confirmed = True
        else:
            confirmed = consent.confirm(subscription.token, at=at, source=source, wording=wording)
        if confirmed:
            subscriber = subscription.subscriber
            consent.lift_own_word(Address(subscriber.email, subscriber.email_norm), consent.OWN_WORD, at=at)
            _keep(subscriber, link.data)
    return True


def may_ask(address: Address) -> bool:
    """May a link be mailed to it? Nothing but its reader's own word stands against that."""
    return not _standing(address) - consent.OWN_WORD


def forget_unconfirmed(*, at: datetime) -> int:
    """Forget whom somebody signed up long ago and who never confirmed: strangers, as far as anybody knows. How many
    addresses these were."""
    asked = Q(consents__action=Consent.Action.SUBSCRIBED)
    told = Consent.objects.exclude(action=Consent.Action.SUBSCRIBED).values("subscription")
    later = Consent.objects.filter(at__gte=at - UNCONFIRMED).values("subscription")
    pending = Subscription.objects.filter(asked, state=Subscription.State.PENDING)
    pending = pending.exclude(pk__in=told).exclude(pk__in=later)
    people = set(pending.values_list("subscriber_id", flat=True)[:1_000])
    with transaction.atomic():
        theirs = list(pending.filter(subscriber__in=people).values_list("pk", flat=True))
        Subscription.objects.filter(pk__in=theirs).delete()
        alone = Subscriber.objects.filter(pk__in=people, subscriptions=None)
        number = alone.count()
        alone.delete()
    return number


def _take(waiting: SignUp, at: datetime) -> None:
    address = normalise(waiting.email)
    standing = _standing(address)
    if standing - consent.OWN_WORD:
        return
    mailing_list = waiting.list
    subscription = Subscription.objects.filter(subscriber__email_norm=address.norm, list=mailing_list).first()
    active = subscription is not None and subscription.state == Subscription.State.ACTIVE
    if subscription is not None and active and not standing:
        _mail_exists(address, subscription, at)
    elif not mailing_list.double_opt_in and not standing:
        made = consent.subscribe(address, mailing_list, at=waiting.at, source=waiting.source, wording=waiting.wording)
        _keep(made.subscriber, _data(waiting, made))
    elif _first_today(address, at):
        _request(waiting, address, at)


def _request(waiting: SignUp, address: Address, at: datetime) -> None:
    subscriber, _ = Subscriber.objects.get_or_create(email_norm=address.norm, defaults={"email": address.email})
    subscription, _ = Subscription.objects.get_or_create(subscriber=subscriber, list=waiting.list)
    if subscription.state != Subscription.State.ACTIVE:
        asked = Consent.Action.SUBSCRIBED
        consent.record(subscription, asked, at=waiting.at, source=waiting.source, wording=waiting.wording)
    _mail_link(subscription, _data(waiting, subscription), at)


def _data(waiting: SignUp, subscription: Subscription) -> dict[str, object]:
    return {"subscription": subscription.pk, "language": waiting.language, **waiting.details}


def _mail_link(subscription: Subscription, data: dict[str, object], at: datetime) -> None:
    subscriber = subscription.subscriber
    link = links.make(links.Purpose.CONFIRM, subscriber, at=at, data=dict(data))
    language = subscriber.language or str(data.get("language", ""))
    values = {"list": subscription.list.name, "link": link.pk}
    ports.notify(ports.Notice(f"confirm/{link.pk}", "confirm", subscriber.email, language, values))


def _mail_exists(address: Address, subscription: Subscription, at: datetime) -> None:
    """They are told, for whoever typed the address is told nothing."""
    if _first_today(address, at):
        values = {"list": subscription.list.name, "token": subscription.token}
        key = f"exists/{subscription.pk}/{at.isoformat()}"
        reader = subscription.subscriber
        ports.notify(ports.Notice(key, "exists", reader.email, reader.language, values))


def _first_today(address: Address, at: datetime) -> bool:
    return throttle.allow("sign-up mail", address.norm, most=1, within=A_DAY, at=at)


def _standing(address: Address) -> set[str]:
    """Why the address must not be mailed, for itself and for its host: a host's reason is nobody's own word."""
    rows = Suppression.objects.filter(lifted_at=None)
    own = rows.filter(kind=Suppression.Kind.ADDRESS, value_hash=value_hash(address.norm))
    host = rows.filter(kind=Suppression.Kind.DOMAIN, value_hash=value_hash(address.host))
    return set(own.values_list("reason", flat=True)) | ({"host"} if host.exists() else set())


def _subscription_of(link: MailedLink) -> Subscription | None:
    rows = Subscription.objects.select_related("subscriber", "list")
    return rows.filter(pk=link.data.get("subscription"), subscriber=link.subscriber_id).first()


def _keep(subscriber: Subscriber, data: dict[str, object]) -> None:
    """Keep what the form said, where nothing was known before."""
    said = {name: data[name] for name in _KEPT if data.get(name)}
    subscriber.attributes = {**said, **subscriber.attributes}
    subscriber.language = subscriber.language or str(data.get("language", ""))
    subscriber.save(update_fields=["attributes", "language"])
    topics = data.get("topics")
    choose(subscriber, topics if isinstance(topics, list) else [])
