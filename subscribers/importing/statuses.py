"""What a word in a column of statuses means."""

import re

from subscribers.models import Subscription, Suppression

_State = Subscription.State
_Reason = Suppression.Reason

_WORDS = {
    (_State.ACTIVE, ""): "active subscribed confirmed enabled optedin optin yes y true 1 x ja oui sí si نعم",
    (_State.PENDING, ""): "pending unconfirmed notconfirmed nonsubscribed transactional",
    (_State.UNSUBSCRIBED, ""): "unsubscribed inactive disabled optedout optout no n false 0 left archived nein non لا",
    (_State.ACTIVE, _Reason.BOUNCED): "bounced bounce hardbounce hardbounced cleaned undeliverable invalid bouncing "
    "previousbounce",
    (_State.UNSUBSCRIBED, _Reason.COMPLAINED): "complained complaint spam spamcomplaint abuse previousspamcomplaint "
    "spamreport",
    (_State.UNSUBSCRIBED, _Reason.MANUAL): "suppressed blocked blocklisted blacklisted donotmail donotcontact",
}
STATUSES = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
"""What a status means: the state of a new subscription, and why the address is suppressed."""

_EITHER = "yes y true 1 x ja oui sí si نعم no n false 0 nein non لا"
_SURE = (
    "subscribed unsubscribed unconfirmed notconfirmed nonsubscribed optedin optin optedout optout bounced bounce "
    "hardbounce hardbounced cleaned undeliverable bouncing previousbounce complained complaint spam spamcomplaint "
    "spamreport previousspamcomplaint suppressed blocklisted blacklisted donotmail donotcontact"
)
YES_OR_NO = frozenset(_EITHER.split())
SURE = frozenset(_SURE.split())
"""Those that say who is subscribed, whatever the title of their column is."""


def plain_word(written: str) -> str:
    """A status by its letters and digits alone; a sign before them stays."""
    return re.sub(r"(?<=\w)[\W_]+", "", written.strip()).casefold()
