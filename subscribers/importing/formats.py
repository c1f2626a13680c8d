"""Exports of other programs, known by their columns, and what each says of consent.

Sources: Mailchimp, "View or export contacts" (an archive of files of subscribed, unsubscribed, non-subscribed and
cleaned contacts); Action Network, "Reports" (columns that begin with ``can2_``; the statuses are those of
https://actionnetwork.org/docs/v2/people); SendGrid, "Export contacts" and the suppressions under
https://www.twilio.com/docs/sendgrid/ui/sending-email.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from subscribers.importing.errors import FileError
from subscribers.models import Subscription, Suppression

_State = Subscription.State
_Reason = Suppression.Reason
Verdict = tuple[str, str]
"""The state of a subscription, and why the address is suppressed."""


@dataclass(frozen=True, slots=True)
class Format:
    """An export: ``name`` says of what, ``told`` what that means here."""

    name: str
    told: str
    verdict: Verdict | None = None
    """What becomes of each row, whatever it says of itself; nobody is subscribed by it."""
    fields: dict[str, str] = field(default_factory=dict)
    """Titles (letters and digits) that mean something else than elsewhere -> field; empty for nothing."""


_LEFT = (_State.UNSUBSCRIBED.value, "")
_BOUNCED = (_State.PENDING.value, _Reason.BOUNCED.value)
_COMPLAINED = (_State.UNSUBSCRIBED.value, _Reason.COMPLAINED.value)
_EVERYBODY = "everybody in it is unsubscribed"
_SUPPRESSED = "everybody in it is suppressed, and nobody subscribed"
_NO_SIGN_UP = {"createdat": "", "created": "", "updatedat": "", "lastupdated": "", "address": ""}


def recognise(titles: Sequence[str], filename: str, sample: Iterable[Sequence[str]]) -> Format | None:
    """The export that has these ``titles`` (their letters and digits), if it is one that is known.

    Raises:
        FileError: it is an export from which nothing follows.
    """
    names = {title for title in titles if title}
    name = filename.casefold()
    if {"leid", "euid"} & names or {"memberrating", "optintime"} <= names:
        return _mailchimp(names, name)
    if any(title.startswith("can2") for title in names):
        return _action_network(names)
    if "contactid" in names and names & {"email", "emailaddress"}:
        return Format(
            "SendGrid: contacts",
            "it does not say who left: import SendGrid's unsubscribes, bounces and spam reports into this list, too",
            fields=_NO_SIGN_UP,
        )
    return _sendgrid(names, name, list(titles), sample)


def _mailchimp(names: set[str], filename: str) -> Format:
    # The columns of times decide; the name of the file only where they are missing, and never for a subscription.
    fields = {"address": "", "state": ""}
    if filename.startswith(("nonsubscribed", "non-subscribed", "non_subscribed")):
        raise FileError(
            f"{filename} holds Mailchimp's non-subscribed contacts: they never agreed to be mailed",
            "import subscribed_….csv; who did agree elsewhere belongs into a file of their own",
        )
    if {"cleantime", "cleancampaignid", "cleancampaigntitle"} & names or filename.startswith("cleaned"):
        return Format("Mailchimp: cleaned contacts (their mail bounced)", _SUPPRESSED, _BOUNCED, fields)
    if {"unsubtime", "unsubcampaignid", "unsubcampaigntitle"} & names or filename.startswith("unsubscribed"):
        return Format("Mailchimp: unsubscribed contacts", _EVERYBODY, _LEFT, fields)
    return Format("Mailchimp: subscribed contacts", "the times of opt-in and confirmation are kept", None, fields)


def _action_network(names: set[str]) -> Format:
    fields = {**_NO_SIGN_UP, "state": ""}
    statuses = {"emailsubscriptionstatus", "subscriptionstatus", "can2subscriptionstatus", "status"}
    told = "the column of statuses says who is subscribed"
    if not names & {*statuses, "can2emailsubscriptionstatus"}:
        told = "no column says who is subscribed: everybody in it is taken as such; add 'Email Subscription Status'"
    return Format("Action Network: activists", told, fields=fields)


def _sendgrid(names: set[str], filename: str, titles: list[str], sample: Iterable[Sequence[str]]) -> Format | None:
    times = {"created": "unsubscribed", "createdat": "unsubscribed"}
    suppressed = {"created": "suppressed_at", "createdat": "suppressed_at", "status": "", "reason": ""}
    if names in ({"status", "reason", "email", "created"}, {"reason", "email", "created"}):
        if "block" in filename:
            raise FileError(
                f"{filename} holds SendGrid's blocks: mails that were refused once, for a passing reason",
                "nothing follows from it; import the bounces, spam reports and unsubscribes",
            )
        what = "bounces" if "status" in names else "invalid addresses"
        return Format(f"SendGrid: {what}", _SUPPRESSED, _BOUNCED, suppressed)
    if names == {"email", "created", "ip"}:
        return Format("SendGrid: spam reports", _SUPPRESSED, _COMPLAINED, suppressed)
    if {"email", "groupid"} <= names and names & {"created", "createdat"}:
        return Format("SendGrid: unsubscribes of a group", _EVERYBODY, _LEFT, times)
    if names == {"email", "created"} and _are_epochs(titles.index("created"), sample):
        if "spam" in filename:
            return Format("SendGrid: spam reports", _SUPPRESSED, _COMPLAINED, suppressed)
        told = f"{_EVERYBODY}; if it is a list of sign-ups instead: --column created=opted_in"
        return Format("SendGrid: unsubscribes", told, _LEFT, times)
    return None


def _are_epochs(index: int, sample: Iterable[Sequence[str]]) -> bool:
    """Are these all seconds since 1970, as SendGrid writes times?"""
    written = [cells[index].strip() for cells in sample if index < len(cells) and cells[index].strip()]
    return bool(written) and all(len(cell) == 10 and cell.isascii() and cell.isdigit() for cell in written)
