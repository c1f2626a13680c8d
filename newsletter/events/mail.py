"""One mail that came to the mailbox for bounces: what it is, and what it tells.

It may be a bounce (RFC 3464, or what servers write instead), a complaint (ARF, RFC 5965), a reader's wish to leave
(subject ``unsubscribe``), or nothing of the kind: an automatic reply (RFC 3834), a challenge, a letter. Anybody can
write to that mailbox, so only who knows the secret name of a mail of ours can have its reader suppressed: it is in the
address that the bounce went to (VERP), in the Message-ID of the mail that came back, or in its unsubscribe link. A
bounce that names an address and none of these counts as soft at most; a wish to leave takes effect for the address that
it comes from, and suppresses nobody.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256

from newsletter.events import bounces
from newsletter.events.told import Reading, Told, words
from newsletter.models import Event
from subscribers.address import AddressError, normalise
from subscribers.models import Feedback

NAME = "mailbox"
SIZE = 400_000
"""Bytes of a mail that are looked at; what a bounce says stands at its beginning."""
_LINE = 4_000
"""Bytes of a line that are looked at (RFC 5322 allows 998)."""
_PARTS = 100
"""Parts of a mail; one with more was made to keep us busy."""
_DATED = timedelta(days=30)
"""A mail's own date counts where it is no older than this."""
_KINDS = {
    "hard": Event.Kind.BOUNCED,
    "soft": Event.Kind.BOUNCED,
    "deferred": Event.Kind.DEFERRED,
    "delivered": Event.Kind.DELIVERED,
}
_WORST = ("hard", "soft", "deferred", "delivered")
_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")
_VERP = re.compile(r"\+([A-Za-z0-9_-]{22})@")
_OURS = re.compile(rb"^message-id:\s*<([A-Za-z0-9_-]{22})@", re.IGNORECASE | re.MULTILINE)
_REPLY_TO = re.compile(r"<([A-Za-z0-9_-]{22})@")
_LINK = re.compile(rb"^list-unsubscribe:\s*<[^<>\s]{1,200}/u/([A-Za-z0-9_-]{22})>", re.IGNORECASE | re.MULTILINE)
_LEAVE = re.compile(
    r"(please )?unsubscribe( me)?|(darme|darse) de baja|baja|cancelar (la )?suscripci[oó]n"
    r"|(me |se )?d[eé]sabonner|d[eé]sinscription|abmelden|abmeldung|إلغاء الاشتراك",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"out of (the )?office|automatic reply|auto[- ]?(reply|response|matic)|on vacation|away from (my|the)"
    r"|fuera de (la )?oficina|respuesta autom[aá]tica|ausente"
    r"|r[eé]ponse automatique|absence|absent du bureau|en cong[eé]"
    r"|abwesen|automatische antwort|nicht im b[uü]ro|resposta autom[aá]tica|risposta automatica|fuori sede"
    r"|رد تلقائي|خارج المكتب|自动回复|不在|автоответ"
    r"|please confirm|confirm your (message|e-?mail|request)|verify your (message|e-?mail)|challenge|whitelist",
    re.IGNORECASE,
)
_UNREADABLE = (MessageError, RecursionError, LookupError, ValueError, AttributeError, TypeError)
"""What parsers raise on nonsense."""
_COMPLAINTS = frozenset({"abuse", "fraud", "complaint"})
_OPT_OUTS = frozenset({"opt-out", "opt-out-list", "unsubscribe"})


def read(body: bytes, headers: Mapping[str, str], received: datetime) -> Reading:
    """What a mail tells; nothing where it is of no concern, such as an automatic reply."""
    found = Reading(size=1)
    raw = b"\n".join(line[:_LINE] for line in body[:SIZE].splitlines())
    if raw.lower().count(b"content-type:") > _PARTS:
        found.problems.append(f"this mail has over {_PARTS} parts")
        return found
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        found.told = _told(message, raw, sha256(body).hexdigest(), received)
    except _Nameless as error:
        found.problems.append(str(error))
    except _UNREADABLE as error:
        found.problems.append(f"this mail cannot be read: {type(error).__name__}")
    return found


class _Nameless(Exception):
    """It says something, but not of which mail."""


def _told(message: Message, raw: bytes, name: str, received: datetime) -> list[Told]:
    at = _date(message, received)
    inner = raw.partition(b"\n\n")[2]
    if kind := _complaint(message):
        return [_complained(kind, message, inner, name, at)] if kind in _COMPLAINTS | _OPT_OUTS else []
    if _wants_to_leave(message) and message.get_content_type() != "multipart/report":
        return _leaves(message, name, at)
    if _automatic(message) and not _from_a_server(message):
        return []
    found = bounces.failures(message)
    if not found:
        return []
    if delivery := _of_which(message, inner):
        worst = max(found, key=lambda one: -_WORST.index(one.severity))
        return [_bounced(worst, name, at, delivery=delivery)]
    told = []
    for number, one in enumerate(found):
        try:
            norm = normalise(one.address).norm
        except AddressError:
            continue
        told.append(_bounced(one, f"{name}:{number}", at, address=norm))
    return told


def _bounced(one: bounces.Failure, name: str, at: datetime, *, delivery: str = "", address: str = "") -> Told:
    feedback = None
    if one.severity in {"hard", "soft"}:
        feedback = Feedback.Kind.HARD if one.severity == "hard" and delivery else Feedback.Kind.SOFT
    return Told(
        name,
        _KINDS[one.severity],
        at,
        delivery=delivery,
        address=address,
        feedback=feedback,
        detail=words(one.detail),
    )


def _complaint(message: Message) -> str:
    """The type of feedback, where the mail is a report of it."""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            payload = part.get_payload()
            text = "".join(map(str, payload)) if isinstance(payload, list) else str(payload)
            told = re.search(r"^feedback-type:\s*([\w-]{1,40})", text, re.IGNORECASE | re.MULTILINE)
            return told[1].lower() if told else "other"
    return ""


def _complained(kind: str, message: Message, inner: bytes, name: str, at: datetime) -> Told:
    delivery, token = _of_which(message, inner), _first(_LINK, inner)
    if not delivery and not token:
        raise _Nameless("a complaint about no mail that is known here: neither its Message-ID nor its link is ours")
    opt_out = kind in _OPT_OUTS
    return Told(
        name,
        Event.Kind.UNSUBSCRIBED if opt_out else Event.Kind.COMPLAINED,
        at,
        delivery=delivery,
        token=token,
        feedback=Feedback.Kind.UNSUBSCRIBE if opt_out else Feedback.Kind.COMPLAINT,
        detail=f"feedback report: {kind}",
    )


def _wants_to_leave(message: Message) -> bool:
    subject = _decoded(message, "subject").strip(" \t\r\n.!\"'*")
    return bool(_LEAVE.fullmatch(subject))


def _leaves(message: Message, name: str, at: datetime) -> list[Told]:
    delivery = _verp(message) or _first_in(_REPLY_TO, _header(message, "in-reply-to"))
    address = ""
    if not delivery:
        pairs = getaddresses([_header(message, "from")])
        if len(pairs) != 1:
            raise _Nameless("somebody wants to leave, and it is not said who")
        try:
            address = normalise(pairs[0][1]).norm
        except AddressError:
            raise _Nameless("somebody wants to leave, and the address is none") from None
    return [
        Told(
            name,
            Event.Kind.UNSUBSCRIBED,
            at,
            delivery=delivery,
            address=address,
            feedback=Feedback.Kind.UNSUBSCRIBE,
            everywhere=not delivery,
            detail="a mail with the subject unsubscribe",
        )
    ]


def _automatic(message: Message) -> bool:
    """Nobody wrote it, and it is no bounce: out of office, a challenge, a list's mail."""
    submitted = _header(message, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(message.get(name) for name in ("x-autoreply", "x-autorespond", "x-autorespond-to", "x-auto-reply-from")):
        return True
    if _header(message, "precedence").lower() in {"auto_reply", "auto-reply", "list"}:
        return True
    return bool(_AWAY.search(_decoded(message, "subject")))


def _from_a_server(message: Message) -> bool:
    """Bounces may say that they are automatic, too."""
    sender = _header(message, "from").lower()
    if message.get("x-failed-recipients") or "mailer-daemon@" in sender or "postmaster@" in sender:
        return True
    return any(part.get_content_type() == "message/delivery-status" for part in message.walk())


def _verp(message: Message) -> str:
    """The delivery that the address names to which the mail came."""
    for name in _TO:
        for value in message.get_all(name, []):
            if found := _VERP.search(str(value)):
                return found[1]
    return ""


def _of_which(message: Message, inner: bytes) -> str:
    """The delivery that a bounce or complaint is about. Some servers write addresses in small letters; then the mail
    that came back has the name as it is."""
    address, returned = _verp(message), _first(_OURS, inner)
    return returned if address.lower() == returned.lower() else address or returned


def _date(message: Message, received: datetime) -> datetime:
    """When it was written, as far as that can be believed."""
    try:
        told = parsedate_to_datetime(_header(message, "date"))
        at = told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return received
    return at if received - _DATED <= at <= received else received


def _header(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _decoded(message: Message, name: str) -> str:
    try:
        return str(make_header(decode_header(_header(message, name))))
    except (ValueError, LookupError, HeaderParseError):
        return _header(message, name)


def _first(pattern: re.Pattern[bytes], raw: bytes) -> str:
    found = pattern.search(raw)
    return found[1].decode() if found else ""


def _first_in(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
