"""What SendGrid's v3 API takes, by its published rules.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
https://www.twilio.com/docs/sendgrid/api-reference/cancel-scheduled-sends
https://www.twilio.com/docs/sendgrid/api-reference/bounces-api/retrieve-all-bounces
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

Problem = tuple[str | None, str]
"""Field and message."""

TOP = {
    "personalizations": list, "from": dict, "reply_to": dict, "reply_to_list": list, "subject": str, "content": list,
    "attachments": list, "template_id": str, "headers": dict, "categories": list, "custom_args": dict, "send_at": int,
    "batch_id": str, "asm": dict, "ip_pool_name": str, "mail_settings": dict, "tracking_settings": dict,
    "sections": dict,
}  # fmt: skip
PERSON = {
    "to": list, "cc": list, "bcc": list, "from": dict, "subject": str, "headers": dict, "substitutions": dict,
    "dynamic_template_data": dict, "custom_args": dict, "send_at": int,
}  # fmt: skip
TRACKING = {"click_tracking", "open_tracking", "subscription_tracking", "ganalytics"}
MAIL_SETTINGS = {
    "bypass_list_management", "bypass_spam_management", "bypass_bounce_management", "bypass_unsubscribe_management",
    "footer", "sandbox_mode",
}  # fmt: skip
RESERVED = {
    "x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding", "to", "from",
    "subject", "reply-to", "cc", "bcc",
}  # fmt: skip
LISTS = {"bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes"}
ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
MOST_BYTES = 30_000_000
MOST_AHEAD = 72 * 3600
BATCH_LIFE = 10 * 86_400
CANCEL_MARGIN = 600
SLOTS = 10


def problems(body: Any, *, now: float, batches: Collection[str]) -> Iterator[Problem]:
    """Field and message of everything that would be refused; ``batches`` are the ids that hold."""
    if not isinstance(body, dict):
        yield None, "Bad Request"
        return
    yield from _typed(body, TOP, "")
    for name in ("personalizations", "from", "subject", "content"):
        if not body.get(name):
            yield name, "is required"
    people = _list(body, "personalizations")
    if len(people) > 1_000:
        yield "personalizations", f"{len(people)} personalizations: 1,000 at most"
    seen: set[str] = set()
    total = 0
    for number, person in enumerate(people):
        total += sum(len(_list(person, name)) for name in ("to", "cc", "bcc"))
        yield from _person(person, f"personalizations.{number}", seen)
    if total > 1_000:
        yield "personalizations", "1,000 recipients at most"
    yield from _shared(body)
    yield from _schedule(body, now, batches)


def list_problem(name: str, asked: dict[str, str]) -> tuple[int, list[Problem]] | None:
    """What is wrong with a question for a list of suppressions: status and message."""
    if name not in LISTS:
        return 404, [(None, "not found")]
    for key, value in asked.items():
        if key not in {"start_time", "end_time", "limit", "offset", "email"}:
            return 400, [(key, "is not a known parameter")]
        if key != "email" and not value.isdecimal():
            return 400, [(key, "must be a number")]
    if int(asked.get("limit", 500)) > 500:
        return 400, [("limit", "500 at most")]
    return None


def page_of(entries: list[dict[str, Any]], asked: dict[str, str]) -> list[dict[str, Any]]:
    """The page that is asked for, of the entries between two times, the newest first."""
    first, last = int(asked.get("start_time", 0)), int(asked.get("end_time", 2**40))
    found = sorted((one for one in entries if first <= one["created"] <= last), key=lambda one: -one["created"])
    start = int(asked.get("offset", 0))
    return found[start : start + int(asked.get("limit", 500))]


def _person(person: Any, where: str, seen: set[str]) -> Iterator[Problem]:
    if not isinstance(person, dict):
        yield where, "must be an object"
        return
    yield from _typed(person, PERSON, where + ".")
    if not person.get("to"):
        yield where + ".to", "is required"
    for name in ("to", "cc", "bcc"):
        for row, one in enumerate(_list(person, name)):
            yield from _address(one, f"{where}.{name}.{row}")
            email = str(one.get("email", "")).lower()
            if email in seen:
                yield f"{where}.{name}.{row}.email", "Each email address should be unique between to, cc, and bcc."
            seen.add(email)
    yield from _headers(person.get("headers", {}), where + ".headers")
    for name in ("substitutions", "custom_args"):
        yield from _strings(person.get(name, {}), f"{where}.{name}")
    if any(not re.fullmatch(r"[A-Za-z0-9_]{8,}", token) for token in person.get("substitutions", {})):
        yield f"{where}.substitutions", "a tag that could stand in content by itself"


def _address(one: Any, where: str) -> Iterator[Problem]:
    if not isinstance(one, dict) or set(one) - {"email", "name"}:
        yield where, "an object of email and name"
    elif not isinstance(one.get("email"), str) or not ADDRESS.fullmatch(one["email"]) or len(one["email"]) > 320:
        yield where + ".email", "Does not contain a valid address."
    elif not isinstance(one.get("name", ""), str) or re.search("[;,\r\n]", one.get("name", "")):
        yield where + ".name", "a name has no ; or ,"


def _shared(body: dict[str, Any]) -> Iterator[Problem]:
    sender = body.get("from")
    if isinstance(sender, dict):
        yield from _address(sender, "from")
        if not all(isinstance(value, str) and value.isascii() for value in sender.values()):
            yield "from", "no Unicode"
    if "reply_to" in body:
        yield from _address(body["reply_to"], "reply_to")
    kinds = []
    for number, part in enumerate(_list(body, "content")):
        if set(part) != {"type", "value"} or not all(isinstance(value, str) and value for value in part.values()):
            yield f"content.{number}", "type and value, neither empty"
        kinds.append(part.get("type"))
    if kinds != sorted(kinds, key=["text/plain", "text/html"].index) or len(set(kinds)) != len(kinds):
        yield "content", "text/plain first, then text/html"
    categories = _list(body, "categories")
    if len(categories) > 10 or len(set(categories)) != len(categories):
        yield "categories", "10 at most, unique"
    if not all(isinstance(one, str) and 0 < len(one) <= 255 for one in categories):
        yield "categories", "strings of at most 255 characters"
    yield from _headers(body.get("headers", {}), "headers")
    yield from _strings(body.get("custom_args", {}), "custom_args")
    for section, known in (("tracking_settings", TRACKING), ("mail_settings", MAIL_SETTINGS)):
        for name, value in body.get(section, {}).items():
            if name not in known or not isinstance(value, dict) or not isinstance(value.get("enable"), bool):
                yield f"{section}.{name}", "is not a known setting"


def _schedule(body: dict[str, Any], now: float, batches: Collection[str]) -> Iterator[Problem]:
    send_at = body.get("send_at")
    if isinstance(send_at, int) and send_at > now + MOST_AHEAD:
        yield "send_at", "at most 72 hours ahead"
    if "batch_id" in body and body["batch_id"] not in batches:
        yield "batch_id", "The batch id is invalid."


def _headers(headers: dict[str, Any], where: str) -> Iterator[Problem]:
    for name, value in headers.items():
        if name.lower() in RESERVED or not re.fullmatch("[!-9;-~]+", name):
            yield f"{where}.{name}", "is reserved"
        if not isinstance(value, str) or not value.isascii() or re.search("[\r\n]", value):
            yield f"{where}.{name}", "one line of ASCII"


def _strings(values: dict[str, Any], where: str) -> Iterator[Problem]:
    if not all(isinstance(value, str) for value in values.values()):
        yield where, "must be strings"
    elif sum(len(f"{name}{value}".encode()) for name, value in values.items()) > 10_000:
        yield where, "10,000 bytes at most"


def _list(where: Any, name: str) -> list[Any]:
    found = where.get(name) if isinstance(where, dict) else None
    return found if isinstance(found, list) else []


def _typed(found: dict[str, Any], known: dict[str, type], where: str) -> Iterator[Problem]:
    for name, value in found.items():
        if name not in known:
            yield where + name, "is not a known field"
        elif not isinstance(value, known[name]) or isinstance(value, bool):
            yield where + name, f"must be {known[name].__name__}"
