"""What a file tells of when its readers agreed or left, for the evidence."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from subscribers.models import Subscription

MAX_TOLD = 300

TOLD = {"opted_in": "opted in", "confirmed": "confirmed", "unsubscribed": "unsubscribed", "suppressed_at": "suppressed"}
"""Fields of times, each with what happened then; of two, the later one counts."""
NOTHING = ("", "")


def told_of(fields: Mapping[str, int], cells: Sequence[str], state: str, now: datetime) -> tuple[str, str]:
    """What the file says of when it happened, and that time: of the opt-out, else of the confirmation or opt-in."""
    words, moment = [], ""
    for field, what in TOLD.items():
        if field not in fields or not any(map(str.isdigit, written := cells[fields[field]].strip())):
            continue  # a mere yes tells nothing more
        if field == "unsubscribed" and state != Subscription.State.UNSUBSCRIBED:
            continue
        origin = fields.get(f"{field}_from")
        place = cells[origin].strip() if origin is not None else ""
        words.append(f"{what} {_plain(written)}" + (f" from {_plain(place)}" if place else ""))
        moment = _moment(written, now) or moment
    return "; ".join(words)[:MAX_TOLD], moment


def _plain(written: str) -> str:
    return "".join(char for char in written if char.isprintable())[:60]


def _moment(written: str, now: datetime) -> str:
    """A time in UTC, where it is written beyond doubt: 2020-11-09 14:30:00, with a zone or in UTC, or seconds since
    1970."""
    try:
        if len(written) == 10 and written.isascii() and written.isdigit():
            at = datetime.fromtimestamp(int(written), UTC)
        else:
            at = datetime.fromisoformat(written.removesuffix(" UTC"))
            at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at.year >= 1970 and at <= now else ""
