"""The addresses that SendGrid itself mails no more, read once a day: what the webhook missed is in these lists.

``/v3/asm/suppressions/global`` knows single addresses only; the list of them is ``/v3/suppression/unsubscribes``:
https://www.twilio.com/docs/sendgrid/api-reference/suppressions-global-suppressions/retrieve-all-global-suppressions
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from newsletter.delivery import journal
from newsletter.delivery.providers.sendgrid_api import Account, Declined
from newsletter.events import inbox
from newsletter.events.sendgrid import moment
from newsletter.events.told import Reading, Told, words
from newsletter.models import Event, WebhookInbox
from newsletter.site import Site
from subscribers.address import AddressError, normalise
from subscribers.hashing import value_hash
from subscribers.models import Feedback

NAME = "sendgrid-lists"
LISTS: Mapping[str, tuple[Event.Kind, Feedback.Kind]] = {
    "bounces": (Event.Kind.BOUNCED, Feedback.Kind.HARD),
    "blocks": (Event.Kind.BOUNCED, Feedback.Kind.SOFT),
    "invalid_emails": (Event.Kind.BOUNCED, Feedback.Kind.HARD),
    "spam_reports": (Event.Kind.COMPLAINED, Feedback.Kind.COMPLAINT),
    "unsubscribes": (Event.Kind.UNSUBSCRIBED, Feedback.Kind.UNSUBSCRIBE),
}
PAGE = 500
EVERY = timedelta(days=1)
OVERLAP = timedelta(days=2)
"""What is read again each time, for entries that came into a list late."""
AGAIN = timedelta(minutes=30)
"""After a pull that failed the next one is tried this much later."""
_SOFT = re.compile(r"4\.|5\.2\.2|5\.7\.")
_tried: dict[str, datetime] = {}


class PullError(Exception):
    """The lists could not be read whole; the message says why."""


def pull(site: Site, *, now: datetime) -> int:
    """Read every list into the inbox, whole the first time, then what is new; how many entries came.

    Raises ``PullError``: what was read until then is kept, and read again the next time.
    """
    settings = site.settings.providers.sendgrid
    if settings.api_key is None:
        raise PullError("there is no API key: set api_key under [providers.sendgrid] in secrets.toml")
    account = Account(settings)
    last = _last()
    start = f"&start_time={int((last - OVERLAP).timestamp())}" if last else ""
    number = 0
    for name in LISTS:
        entries: list[Any] = []
        offset = 0
        while offset == 0 or len(entries) == PAGE:
            body, entries = _page(account, f"suppression/{name}?limit={PAGE}&offset={offset}{start}")
            end = "yes" if name == list(LISTS)[-1] and len(entries) < PAGE else ""
            inbox.take(NAME, body, at=now, headers={"list": name, "end": end})
            number += len(entries)
            offset += PAGE
    return number


def pull_if_due(site: Site, *, now: datetime) -> bool:
    """The same once a day, where there is an account; whether that was now. What goes wrong is in the log."""
    if site.settings.providers.sendgrid.api_key is None or now < _tried.get(str(site.root), now - AGAIN) + AGAIN:
        return False
    last = _last()
    if last and now < last + EVERY:
        return False
    _tried[str(site.root)] = now
    try:
        pull(site, now=now)
    except PullError as error:
        journal.warn("suppressions", provider="sendgrid", error=str(error))
    return True


def read(body: bytes, headers: Mapping[str, str], received: datetime) -> Reading:
    """What a page of a list tells."""
    kind, feedback = LISTS[headers["list"]]
    entries = json.loads(body)
    found = Reading(size=len(entries))
    for number, entry in enumerate(entries, start=1):
        try:
            at = min(moment(entry.get("created")), received)
            norm = normalise(str(entry.get("email") or "")).norm
        except (AddressError, ValueError, AttributeError) as error:
            found.problems.append(f"entry {number} of {headers['list']}: {error}")
            continue
        soft = headers["list"] == "bounces" and _SOFT.match(str(entry.get("status") or ""))
        found.told.append(
            Told(
                # hashed under the site's key: no address stands in an id
                external_id=f"{headers['list']}:{value_hash(norm)[:32]}:{int(at.timestamp())}",
                kind=kind,
                at=at,
                address=norm,
                feedback=Feedback.Kind.SOFT if soft else feedback,
                everywhere=True,
                strangers=True,
                detail=words(" ".join(str(entry[part]) for part in ("status", "reason") if entry.get(part))),
            )
        )
    return found


def _last() -> datetime | None:
    """When the lists were last read to their end."""
    rows = WebhookInbox.objects.filter(provider=NAME, headers__end="yes").order_by("-received_at")
    return rows.values_list("received_at", flat=True).first()


def _page(account: Account, path: str) -> tuple[bytes, list[Any]]:
    try:
        _, body, _ = account.call("get", path)
        entries = json.loads(body)
    except Declined as error:
        raise PullError(f"SendGrid does not give its lists: {error.reason}") from None
    except Exception as error:  # a broken call, or an answer that is none
        raise PullError(f"SendGrid's lists cannot be read: {type(error).__name__}") from None
    if not isinstance(entries, list):
        raise PullError("SendGrid's answer is no list")
    return body, entries
