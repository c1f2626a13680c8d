"""Values that nobody has, though somebody has a like one: ``country = ch`` where readers have CH."""

from difflib import get_close_matches

from django.db.models import Count, Expression, F, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import StrIndex, Substr

from subscribers import attributes
from subscribers.models import Subscriber
from subscribers.segments.compiling import compiled
from subscribers.segments.conditions import Condition, Conditions

_MOST = 1_000
"""Values that are looked at: those that most readers have."""
_SHOWN = 8
_PERSONAL = {"name", "first_name", "last_name"}
"""Of these only one that is meant is named, not whatever there is."""


def remarks(conditions: Conditions) -> list[str]:
    """A sentence for each value that is asked for and that no reader has, with the nearest that there is."""
    texts = _texts()
    return [
        f"no reader has {one.field} = {value}{_there_are(one.field, texts[one.field], value)}"
        for one in conditions.conditions
        if one.op in {"equals", "one of"} and one.field in texts
        for value in (one.value if isinstance(one.value, tuple) else (one.value,))
        if isinstance(value, str) and not _has(one.field, value)
    ]


def _texts() -> dict[str, Expression | F]:
    """What is free text, and where it stands."""
    own = [name for name, kind in attributes.declared().items() if kind == "text"]
    return {
        **{name: KeyTextTransform(name, "attributes") for name in own},
        "name": F("name"),
        "language": F("language"),
        "timezone": F("timezone"),
        "domain": Substr("email_norm", StrIndex("email_norm", Value("@")) + 1),
    }


def _has(field: str, value: str) -> bool:
    return Subscriber.objects.filter(compiled(Conditions((Condition(field, "equals", value),)))).exists()


def _there_are(field: str, place: Expression | F, value: str) -> str:
    counted = Subscriber.objects.annotate(there=place).values("there").annotate(number=Count("pk"))
    there = [one for one in counted.order_by("-number").values_list("there", flat=True)[:_MOST] if one]
    same = [one for one in there if one.casefold() == value.casefold()]
    if near := same or get_close_matches(value, there, n=1):
        return f"; did you mean '{near[0]}'?"
    if not there:
        return "; nobody has any"
    if field in _PERSONAL:
        return ""
    return f"; there is: {', '.join(there[:_SHOWN])}" + (", …" if len(there) > _SHOWN else "")
