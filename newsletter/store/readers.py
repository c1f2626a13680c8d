"""Readers one by one, as people at the desk and on the command line add, change and find them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from newsletter.items.text import check_characters, check_one_line, check_slug
from newsletter.items.values import check_zone
from subscribers import consent, signup, suppression
from subscribers.address import Address, AddressError, normalise
from subscribers.attributes import Kind, Value, declared, parse
from subscribers.importing.rows import language_of
from subscribers.models import MailingList, Subscriber, Subscription

FOUND = 50
"""The most readers that a search shows."""


class ReaderError(ValueError):
    """It cannot be done; the message says why. ``field`` is what to look at."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def facts_of(
    *,
    name: str | None = None,
    language: str | None = None,
    timezone: str | None = None,
    attributes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What was written of a reader, each of its type; what is ``None`` is not spoken of, and an empty attribute is
    taken away. Raises ``ReaderError``."""
    facts: dict[str, Any] = {}
    if name is not None:
        facts["name"] = _checked("name", lambda: check_one_line(check_characters(name.strip()))[:200])
    if language is not None:
        facts["language"] = _checked("language", lambda: language.strip() and _language(language.strip()))
    if timezone is not None:
        facts["timezone"] = _checked("timezone", lambda: timezone.strip() and check_zone(timezone.strip()))
    for key, value in (attributes or {}).items():
        kind = declared().get(key)
        if kind is None:
            names = ", ".join(sorted(declared()))
            raise ReaderError(f"'{key[:60]}' is no attribute; write NAME=VALUE, NAME one of {names}", key)
        typed = _checked(key, partial(_parsed, kind, value)) if value.strip() else None
        facts.setdefault("attributes", {})[key] = typed
    return facts


def _parsed(kind: Kind, value: str) -> Value:
    return parse(kind, check_one_line(check_characters(value)))


def _checked(field: str, check: Any) -> Any:
    try:
        return check()
    except ValueError as error:
        said = str(error) if field in {"name", "language", "timezone"} else f"{field}: {error}"
        raise ReaderError(said, field) from None


def _language(written: str) -> str:
    if found := language_of(written):
        return found
    raise ValueError(f"'{written[:40]}' is no language tag; write it such as en, es or pt-BR")


def change_reader(subscriber: Subscriber, facts: Mapping[str, Any]) -> None:
    """What is known of ``subscriber`` is ``facts`` (of ``facts_of``) from now on."""
    facts = dict(facts)
    known = {**subscriber.attributes, **facts.pop("attributes", {})}
    subscriber.attributes = {name: value for name, value in known.items() if value is not None}
    for name, value in facts.items():
        setattr(subscriber, name, value)
    subscriber.save(update_fields=["attributes", *facts])


def add_reader(
    address: Address, mailing_list: MailingList, facts: Mapping[str, Any], *, source: str, at: datetime
) -> tuple[Subscription, bool]:
    """Takes one reader into a list, at their word: active, or once they confirm it where the list asks for that; and
    whether a mail that asks them goes out now (an address gets one a day). Raises ``ReaderError``."""
    if reason := suppression.reasons([address.norm]).get(address.norm):
        raise ReaderError(f"{address.email} is suppressed ({reason}) and would not be mailed", "email")
    if not source.strip() or len(source) > 200:
        raise ReaderError("say in up to 200 characters how they asked for it", "source")
    with transaction.atomic():
        subscription = consent.subscribe(address, mailing_list, at=at, source=source.strip())
        change_reader(subscription.subscriber, facts)
    waiting = subscription.state != Subscription.State.ACTIVE
    return subscription, waiting and signup.mail_confirmation(subscription, at=at)


def search(words: str, *, after: int = 0) -> list[Subscriber]:
    """Up to ``FOUND`` + 1 readers whose address or name holds each of ``words``, by their number, from ``after`` on;
    the newest where nothing is asked for. One address in full is looked up by itself."""
    rows: QuerySet[Subscriber] = Subscriber.objects.prefetch_related("subscriptions__list")
    if not words.strip():
        newest = rows.filter(pk__lt=after) if after else rows
        return list(newest.order_by("-pk")[: FOUND + 1])
    if (norm := _whole_address(words)) and (found := rows.filter(email_norm=norm).first()):
        return [found]
    for word in words.split()[:5]:
        rows = rows.filter(Q(email_norm__contains=word.lower()) | Q(name__icontains=word))
    return list(rows.filter(pk__gt=after).order_by("pk")[: FOUND + 1])


def _whole_address(words: str) -> str:
    try:
        return normalise(words).norm
    except AddressError:
        return ""


def make_list(slug: str, name: str, *, public: bool, double_opt_in: bool) -> MailingList:
    """A new mailing list. Raises ``ReaderError``."""
    name = name.strip() or slug.replace("-", " ").capitalize()
    try:
        check_slug(slug)
    except ValueError as error:
        raise ReaderError(str(error), "slug") from None
    if len(slug) > 80:
        raise ReaderError(f"the name in addresses has {len(slug)} characters; 80 are the most", "slug")
    fresh = {"name": list_name(name), "public": public, "double_opt_in": double_opt_in}
    made, new = MailingList.objects.get_or_create(slug=slug, defaults=fresh)
    if not new:
        raise ReaderError(f"there is a list '{slug}' already", "slug")
    return made


def list_name(name: str) -> str:
    """``name`` as one of a list. Raises ``ReaderError``."""
    try:
        checked = check_one_line(check_characters(name.strip()))
    except ValueError as error:
        raise ReaderError(str(error), "name") from None
    if not 0 < len(checked) <= 200:
        raise ReaderError("the name has 1 to 200 characters", "name")
    return checked
