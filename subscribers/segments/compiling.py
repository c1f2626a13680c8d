"""Conditions as a query on ``Subscriber``: every value is a bound parameter, every field a known one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar

from django.db.models import Exists, Expression, F, Func, Model, OuterRef, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import StrIndex, Substr
from django.db.models.lookups import Exact, GreaterThan

from subscribers.address import AddressError, normalise_host
from subscribers.models import Consent, MailingList, Subscriber, Subscription, Topic, TopicChoice
from subscribers.segments.conditions import Condition, Conditions
from subscribers.segments.fields import FIELDS, SegmentError, kind_of, registered

_Row = TypeVar("_Row", bound=Model)
_YES = (Consent.Action.IMPORTED, Consent.Action.SUBSCRIBED, Consent.Action.CONFIRMED, Consent.Action.RESUBSCRIBED)
_ORDER = {"equals": "exact", "less": "lt", "at most": "lte", "more": "gt", "at least": "gte"}
_JSON = {"number": ("number", "integer", "real"), "yes/no": ("boolean", "true", "false")}
_STRING = ("string", "text")
"""What PostgreSQL and SQLite call the types of JSON."""


class _TypeOf(Func):
    """What kind of JSON value an attribute has: one that was kept before its type was changed compares with nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(F("attributes"))
        self._name = name

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, values = compiler.compile(self.source_expressions[0])
        return f"json_type({column}, %s)", [*values, f'$."{self._name}"']

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, values = compiler.compile(self.source_expressions[0])
        return f"jsonb_typeof({column} -> %s)", [*values, self._name]


def compiled(conditions: Conditions) -> Q:
    """The condition on ``Subscriber``. Raises ``SegmentError`` where it names a list, topic or issue that is none."""
    parts = [_turned(_one(condition)) if condition.negated else _one(condition) for condition in conditions.conditions]
    return reduce(and_ if conditions.match == "all" else or_, parts, Q()) if parts else Q()


def _turned(positive: Q) -> Q:
    """Everybody else, among them those of whom nothing is known."""
    return ~Q(Exists(Subscriber.objects.filter(positive, pk=OuterRef("pk"))))


def _one(one: Condition) -> Q:
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    return reduce(or_, (_single(one.field, one.op, value) for value in values))


def _single(field: str, op: str, value: Any) -> Q:
    if named := registered(field):
        return named(value)
    if field in FIELDS:
        return _BUILT_IN[field](op, value)
    return _attribute(field, op, value)


def _attribute(name: str, op: str, value: Any) -> Q:
    if op == "empty":
        place = f"attributes__{name}"
        return Q((f"{place}__isnull", True)) | Q((place, None)) | Q((place, ""))
    kind = kind_of(name)
    types = _STRING if isinstance(kind, tuple) else _JSON.get(kind, _STRING)
    typed = reduce(or_, (Q(Exact(_TypeOf(name), Value(one))) for one in types))
    if op in {"contains", "starts with"}:
        return typed & _text(KeyTextTransform(name, "attributes"), op, value)
    return typed & Q(**{f"attributes__{name}__{_ORDER.get(op, 'exact')}": value})


def _text(expression: Expression | F, op: str, value: str) -> Q:
    """The same on every store: letters count as they are written."""
    if op == "empty":
        return Q(Exact(expression, Value("")))
    if op in {"contains", "starts with"}:
        place = StrIndex(expression, Value(value))
        return Q(GreaterThan(place, Value(0)) if op == "contains" else Exact(place, Value(1)))
    return Q(Exact(expression, Value(value)))


def _language(op: str, value: Any) -> Q:
    here = _text(F("language"), op, value)
    return here | _text(F("language"), "starts with", f"{value}-") if op in {"equals", "one of"} else here


def _domain(op: str, value: Any) -> Q:
    try:
        value = value if op == "empty" else normalise_host(value)
    except AddressError:
        value = value.casefold()  # a part of one
    return _text(Substr("email_norm", StrIndex("email_norm", Value("@")) + 1), op, value)


def _list(_: str, slug: Any) -> Q:
    active = Subscription.objects.filter(list=named_row(MailingList, "list", slug), state=Subscription.State.ACTIVE)
    return Q(Exists(active.filter(subscriber=OuterRef("pk"))))


def _topic(_: str, slug: Any) -> Q:
    return Q(Exists(TopicChoice.objects.filter(subscriber=OuterRef("pk"), topic=named_row(Topic, "topic", slug))))


def named_row(model: type[_Row], what: str, slug: str) -> _Row:
    """The row of that slug. Raises ``SegmentError`` with the nearest name."""
    if found := model._default_manager.filter(slug=slug).first():
        return found
    there = list(model._default_manager.order_by("slug").values_list("slug", flat=True))
    near = get_close_matches(slug, there, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there is: {', '.join(there[:10])}" if there else "there is none"
    raise SegmentError(f"there is no {what} '{slug[:80]}'; {hint}")


def _consent(op: str, value: Any) -> Q:
    """On the day of the latest yes."""
    given = Consent.objects.filter(subscription__subscriber=OuterRef("pk"), action__in=_YES)
    if op == "empty":
        return ~Q(Exists(given))
    start = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
    end = start + timedelta(days=1)
    from_it, after_it = Exists(given.filter(at__gte=start)), Exists(given.filter(at__gte=end))
    answers = {
        "equals": Q(from_it) & ~Q(after_it),
        "less": Q(Exists(given)) & ~Q(from_it),
        "at most": Q(Exists(given)) & ~Q(after_it),
        "more": Q(after_it),
        "at least": Q(from_it),
    }
    return answers[op]


_BUILT_IN: dict[str, Callable[[str, Any], Q]] = {
    "name": lambda op, value: _text(F("name"), op, value),
    "timezone": lambda op, value: _text(F("timezone"), op, value),
    "language": _language,
    "domain": _domain,
    "list": _list,
    "topic": _topic,
    "consent": _consent,
}
