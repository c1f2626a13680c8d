"""What somebody at the desk does about a reader, at that reader's word: each a function that the command line calls
too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from subscribers import consent, suppression
from subscribers.address import Address
from subscribers.erasure import erase
from subscribers.models import Subscriber, Subscription, Suppression


@dataclass(frozen=True)
class Said:
    """What came of it, in words; ``done`` where something changed."""

    words: str
    done: bool = True
    detail: dict[str, str] = field(default_factory=dict)


def act(reader: Subscriber, verb: str, said: Mapping[str, str], *, actor: str, at: datetime) -> Said:
    """``unsubscribe`` from a list, ``suppress``, ``lift``, or ``erase`` with the address typed once more."""
    address = Address(reader.email, reader.email_norm)
    if verb == "unsubscribe":
        return _unsubscribe(reader, said.get("list", ""), actor, at)
    if verb == "suppress":
        new = suppression.suppress(address, reason=Suppression.Reason.MANUAL, actor=actor, at=at)
        return Said("No list mails them any more." if new else "They were suppressed already.", new)
    if verb == "lift":
        lifted = suppression.lift(address, at=at, actor=actor)
        still = "; their whole host still is" if suppression.is_suppressed(address) else ""
        return Said(f"They are not suppressed any more{still}." if lifted else "They were not suppressed.", lifted)
    if verb == "erase":
        if said.get("typed", "").strip() != reader.email:
            return Said("That is another address; nothing was erased.", done=False)
        erase(reader, at=at, actor=actor)
        return Said("The reader is forgotten. Copies elsewhere are yours to look after: backups, exported files.")
    return Said("Nothing was done.", done=False)


def _unsubscribe(reader: Subscriber, slug: str, actor: str, at: datetime) -> Said:
    found = Subscription.objects.filter(subscriber=reader, list__slug=slug).select_related("list").first()
    if found is None:
        return Said("They are not on that list.", done=False)
    consent.unsubscribe(found.token, at=at, source=f"at the desk, by {actor}"[:200])
    return Said(f"They are off “{found.list.name}”, and no import brings them back.", detail={"list": slug})
