"""Who agreed to what: each change of a subscription goes through here, with its evidence.

The rules: only the reader's own word brings a subscription back; an opt-out stands from the moment that it is
committed; evidence is only ever added. (An import writes its evidence in bulk: ``subscribers.importing``.)
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from subscribers import optouts, suppression
from subscribers.address import Address
from subscribers.models import Consent, FormerToken, MailingList, Subscriber, Subscription, Suppression

_State = Subscription.State
_Action = Consent.Action
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
OWN_WORD = frozenset({Suppression.Reason.UNSUBSCRIBED, Suppression.Reason.ERASED, Suppression.Reason.BOUNCED})
"""Suppressions of an address that its reader may lift, by a link that was mailed to it. The others are not theirs."""


class TokenError(ValueError):
    """What was given is no token: a link was cut or changed on its way."""


def record(
    subscription: Subscription,
    action: Consent.Action,
    *,
    at: datetime,
    source: str,
    wording: str = "",
    confirms: Consent | None = None,
) -> Consent:
    """Add evidence: what happened, when, where (the name of a form or of a person at the desk), in which words, and
    the evidence of the request that it confirms."""
    return Consent.objects.create(
        subscription=subscription, action=action, at=at, source=source[:200], wording=wording, confirms=confirms
    )


def subscribe(
    address: Address, mailing_list: MailingList, *, at: datetime, source: str, wording: str = ""
) -> Subscription:
    """The reader asks to be on ``mailing_list``: active at once, or after ``confirm`` where the list asks for a double
    opt-in. Until then who is new is pending, and who unsubscribed stays so. What is active stays as it is. A
    suppression is not lifted by this."""
    with transaction.atomic():
        subscriber, _ = Subscriber.objects.get_or_create(email_norm=address.norm, defaults={"email": address.email})
        subscription, _ = Subscription.objects.get_or_create(subscriber=subscriber, list=mailing_list)
        if subscription.state != _State.ACTIVE:
            if not mailing_list.double_opt_in:
                subscription.state = _State.ACTIVE
                subscription.save(update_fields=["state"])
            record(subscription, _Action.SUBSCRIBED, at=at, source=source, wording=wording)
    return subscription


def confirm(token: str, *, at: datetime, source: str, wording: str = "") -> bool:
    """The reader confirmed what they asked for: it becomes active, unless they unsubscribed since. False where nothing
    changed.

    Raises:
        TokenError: ``token`` is none.
    """
    _check(token)
    with transaction.atomic():
        subscription = of_token(token)
        if subscription is None:
            return False
        asked = last_request(subscription)
        before = {_State.PENDING} if asked is None else {_State.PENDING, _State.UNSUBSCRIBED, _State.REMOVED}
        rows = Subscription.objects.filter(pk=subscription.pk, state__in=before)
        changed = rows.update(state=_State.ACTIVE, paused_until=None) > 0
        if changed:
            record(subscription, _Action.CONFIRMED, at=at, source=source, wording=wording, confirms=asked)
    return changed


def unsubscribe(token: str, *, at: datetime, source: str) -> None:
    """The reader wants no more mail of this list. Idempotent, and the same for any well-formed token, known or not:
    nobody learns from it who is a subscriber, and a link in an old mail always works.

    Raises:
        TokenError: ``token`` is none.
        OSError: the log of opt-outs cannot be written; then nothing is changed.
    """
    unsubscribe_all([(token, at)], source=source)


def unsubscribe_all(wishes: Sequence[tuple[str, datetime]], *, source: str) -> None:
    """The same for several tokens, each with its time, together on the disk. Raises as ``unsubscribe`` does; then
    nothing is changed for any of them."""
    for token, _ in wishes:
        _check(token)
    times = dict(wishes)
    with transaction.atomic():
        rows = Subscription.objects.select_related("subscriber", "list").select_for_update(of=("self",)).order_by("pk")
        rows = rows.exclude(state=_State.UNSUBSCRIBED)
        found = {one.pk: (one, times[one.token]) for one in rows.filter(token__in=times)}
        # Only then: what is merged meanwhile has its token there.
        former = dict(FormerToken.objects.filter(token__in=times).values_list("subscription_id", "token"))
        found |= {one.pk: (one, times[former[one.pk]]) for one in rows.filter(pk__in=former.keys() - found.keys())}
        if not found:
            return
        Subscription.objects.filter(pk__in=found).update(state=_State.UNSUBSCRIBED)
        Consent.objects.bulk_create(
            Consent(subscription=one, action=_Action.UNSUBSCRIBED, at=at, source=source[:200])
            for one, at in found.values()
        )
        optouts.append([optouts.unsubscribed(one, at) for one, at in found.values()])


def leave(subscriptions: Iterable[Subscription], *, at: datetime, source: str) -> None:
    """Several at once, as ``unsubscribe``; each with its subscriber and list at hand."""
    with transaction.atomic():
        left = []
        for one in subscriptions:
            rows = Subscription.objects.filter(pk=one.pk).exclude(state=_State.UNSUBSCRIBED)
            if rows.update(state=_State.UNSUBSCRIBED):
                record(one, _Action.UNSUBSCRIBED, at=at, source=source)
                left.append(optouts.unsubscribed(one, at))
        optouts.append(left)


def resubscribe(subscription: Subscription, *, at: datetime, source: str, wording: str = "") -> bool:
    """The reader takes it up (again) on a page that only who reads their mail can open: active at once. That they
    unsubscribed from everything is over with it; what else keeps mail from them stays. False where it was active."""
    with transaction.atomic():
        rows = Subscription.objects.filter(pk=subscription.pk).exclude(state=_State.ACTIVE)
        if not rows.update(state=_State.ACTIVE, paused_until=None):
            return False
        asked = last_request(subscription)
        new = not subscription.consents.exists()
        action = _Action.CONFIRMED if asked else _Action.SUBSCRIBED if new else _Action.RESUBSCRIBED
        record(subscription, action, at=at, source=source, wording=wording, confirms=asked)
        subscriber = subscription.subscriber
        lift_own_word(Address(subscriber.email, subscriber.email_norm), {Suppression.Reason.UNSUBSCRIBED}, at=at)
    return True


def lift_own_word(address: Address, reasons: Iterable[str], *, at: datetime) -> None:
    """Lift what keeps mail from ``address`` where it is one of ``reasons``, all of them in ``OWN_WORD``."""
    standing = suppression.reasons([address.norm]).get(address.norm)
    if standing in OWN_WORD and standing in set(reasons):
        suppression.lift(address, at=at)


def last_request(subscription: Subscription) -> Consent | None:
    """The evidence of a request that was neither confirmed nor taken back since."""
    last = subscription.consents.order_by("-pk").first()
    return last if last is not None and last.action == _Action.SUBSCRIBED else None


def of_token(token: str) -> Subscription | None:
    """The subscription of a token, also where it was merged into another since."""
    rows = Subscription.objects.select_related("subscriber", "list")
    return rows.filter(token=token).first() or rows.filter(former_tokens__token=token).first()


def _check(token: str) -> None:
    if not _TOKEN.fullmatch(token):
        raise TokenError("this link is not whole; use the one in the mail, to its last character")
