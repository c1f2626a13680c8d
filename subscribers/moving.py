"""A reader's mail goes to another address from now on: proven by a link that was mailed there.

Somebody of that address may be known already. It is the same person then, who reads the mail of both: what is known of
them becomes one, and nobody is told that it was two.
"""

from datetime import datetime

from django.db import transaction

from subscribers import consent, links, ports, throttle
from subscribers.address import Address, normalise
from subscribers.models import Consent, Feedback, FormerToken, MailedLink, Subscriber, Subscription, TopicChoice
from subscribers.preferences import A_DAY, Preferences
from subscribers.signup import may_ask

SOURCE = "change of address"
_MOST = 3
_ACTIVE = Subscription.State.ACTIVE


def ask(now: Preferences, to: Address, *, at: datetime) -> None:
    """Mail a link to the new address; one a day for an address, a few a day for a reader."""
    subscriber = now.subscriber
    with transaction.atomic():
        if (
            to.email != subscriber.email
            and may_ask(to)
            and throttle.allow("move link", str(subscriber.pk), most=_MOST, within=A_DAY, at=at)
            and throttle.allow("move mail", to.norm, most=1, within=A_DAY, at=at)
        ):
            link = links.make(links.Purpose.MOVE, subscriber, at=at, data={"email": to.email})
            notice = ports.Notice(f"link/{link.pk}", "move", to.email, subscriber.language, {"link": link.pk})
            ports.notify(notice)


def move(link: MailedLink, *, at: datetime, wording: str) -> bool:
    """The button behind the link was pressed. False where the link was used before, or has expired."""
    to = normalise(str(link.data["email"]))
    with transaction.atomic():
        if not links.use(link, at=at):
            return False
        subscriber = link.subscriber
        before, language = subscriber.email, subscriber.language
        known = Subscriber.objects.filter(email_norm=to.norm).exclude(pk=subscriber.pk).first()
        if known is not None:
            _merge(known, subscriber)
        subscriber.email, subscriber.email_norm = to.email, to.norm
        subscriber.save()
        consent.lift_own_word(to, consent.OWN_WORD, at=at)
        for one in subscriber.subscriptions.filter(state=_ACTIVE):
            consent.record(one, Consent.Action.CONFIRMED, at=at, source=SOURCE, wording=wording)
        ports.notify(ports.Notice(f"moved/{link.pk}", "moved", before, language))
    return True


def _merge(known: Subscriber, into: Subscriber) -> None:
    """All that is known of ``known`` becomes part of ``into``, whose own word counts where they differ. ``known`` is
    gone then; the links in mails to it work on."""
    mine = {one.list_id: one for one in into.subscriptions.all()}
    for theirs in known.subscriptions.all():
        if theirs.list_id in mine:
            _merge_subscription(theirs, mine[theirs.list_id])
        else:
            Subscription.objects.filter(pk=theirs.pk).update(subscriber=into)
    chosen = TopicChoice.objects.filter(subscriber=into).values("topic")
    TopicChoice.objects.filter(subscriber=known).exclude(topic__in=chosen).update(subscriber=into)
    Feedback.objects.filter(subscriber=known).update(subscriber=into)
    into.attributes = {**known.attributes, **into.attributes}
    for name in ("name", "language", "timezone"):
        setattr(into, name, getattr(into, name) or getattr(known, name))
    known.delete()


def _merge_subscription(theirs: Subscription, mine: Subscription) -> None:
    """Active where either was: both addresses are theirs, and one of them gets it today."""
    Consent.objects.filter(subscription=theirs).update(subscription=mine)
    theirs.former_tokens.update(subscription=mine)
    FormerToken.objects.create(token=theirs.token, subscription=mine)
    if theirs.state == _ACTIVE and mine.state != _ACTIVE:
        Subscription.objects.filter(pk=mine.pk).update(state=_ACTIVE, paused_until=theirs.paused_until)
    theirs.delete()
