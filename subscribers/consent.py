"""Who agreed to what: each change of a subscription goes through here, with its evidence.

The rules: only the reader's own word brings a subscription back; an opt-out stands from the moment that it is
committed; evidence is only ever added. (An import writes its evidence in bulk: ``subscribers.importing``.)
"""

import re
from datetime import datetime

from django.db import transaction

from subscribers import optouts
from subscribers.address import Address
from subscribers.models import Consent, MailingList, Subscriber, Subscription

_State = Subscription.State
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class TokenError(ValueError):
    """What was given is no token: a link was cut or changed on its way."""


def record(
    subscription: Subscription, action: Consent.Action, *, at: datetime, source: str, wording: str = ""
) -> Consent:
    """Add evidence: what happened, when, where (the name of a form or of a person at the desk), in which words."""
    return Consent.objects.create(subscription=subscription, action=action, at=at, source=source, wording=wording)


def subscribe(
    address: Address, mailing_list: MailingList, *, at: datetime, source: str, wording: str = ""
) -> Subscription:
    """The reader asks to be on ``mailing_list``: active at once, or pending until ``confirm`` where the list asks for
    a double opt-in. What is active stays as it is. A suppression is not lifted by this."""
    with transaction.atomic():
        subscriber, _ = Subscriber.objects.get_or_create(email_norm=address.norm, defaults={"email": address.email})
        subscription, _ = Subscription.objects.get_or_create(subscriber=subscriber, list=mailing_list)
        if subscription.state != _State.ACTIVE:
            subscription.state = _State.PENDING if mailing_list.double_opt_in else _State.ACTIVE
            subscription.save(update_fields=["state"])
            record(subscription, Consent.Action.SUBSCRIBED, at=at, source=source, wording=wording)
    return subscription


def confirm(token: str, *, at: datetime, source: str) -> None:
    """The reader followed the link of the confirmation: what is pending becomes active, all else stays.

    Raises:
        TokenError: ``token`` is none.
    """
    _move(token, {_State.PENDING}, _State.ACTIVE, Consent.Action.CONFIRMED, at=at, source=source)


def unsubscribe(token: str, *, at: datetime, source: str) -> None:
    """The reader wants no more mail of this list. Idempotent, and the same for any well-formed token, known or not:
    nobody learns from it who is a subscriber, and a link in an old mail always works.

    Raises:
        TokenError: ``token`` is none.
        OSError: the log of opt-outs cannot be written; then nothing is changed.
    """
    before = {_State.PENDING, _State.ACTIVE}
    _move(token, before, _State.UNSUBSCRIBED, Consent.Action.UNSUBSCRIBED, at=at, source=source)


def _move(token: str, before: set[_State], after: _State, action: Consent.Action, *, at: datetime, source: str) -> None:
    if not _TOKEN.fullmatch(token):
        raise TokenError("this link is not whole; use the one in the mail, to its last character")
    with transaction.atomic():
        # The condition stands in the update, so that of two calls at once one records.
        if Subscription.objects.filter(token=token, state__in=before).update(state=after):
            subscription = Subscription.objects.select_related("subscriber", "list").get(token=token)
            record(subscription, action, at=at, source=source)
            if after == _State.UNSUBSCRIBED:
                optouts.append([optouts.unsubscribed(subscription, at)])
