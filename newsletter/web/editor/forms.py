"""The form of an item, made from the fields of its kind: what stands in its inputs, and back.

What stands in a form is kept as it was typed, by the names of the inputs: a list of texts each (``Raw``). Values are
read from it field by field; what cannot be read goes on as it was typed, so that the model says what is wrong with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from newsletter.issue.model import Issue
from newsletter.issue.toml import Path
from newsletter.items.base import Part
from newsletter.items.describe import FieldDescription, describe_fields
from newsletter.web.editor.fields import ENTRIES, Raw, Row, Shown, widget_of

__all__ = ["Raw", "Row", "Shown", "fields_of", "input_of", "raw_of", "read", "shown", "widget_of"]

_NOT_IN_FRONT = {"slug", "overrides"}


def fields_of(model: type[Part], *, introduction: bool = False) -> tuple[FieldDescription, ...]:
    """The fields of a form: the title first, the text after what is known of the item, for whom it is at the end."""
    fields = {one.name: one for one in describe_fields(model)}
    if model is Issue:
        wanted = [name for name in fields if (name == "introduction") is introduction and name not in _NOT_IN_FRONT]
        return tuple(fields[name] for name in wanted)
    own = [name for name in fields if name not in {"id", "title", "body", "audience"}]
    return tuple(fields[name] for name in ("title", *own, "body", "audience"))


def raw_of(fields: Iterable[FieldDescription], values: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """What stands in the inputs for ``values``."""
    raw: dict[str, list[str]] = {}
    for one in fields:
        raw |= _RAW.get(widget_of(one), _raw_text)(one, prefix + one.name, values.get(one.name))
    return raw


_Raw = Callable[[FieldDescription, str, Any], dict[str, list[str]]]


def _raw_text(one: FieldDescription, name: str, value: Any) -> dict[str, list[str]]:
    return {name: ["" if value is None else str(value)]}


def _raw_moment(one: FieldDescription, name: str, value: date | None) -> dict[str, list[str]]:
    clock = value.time().isoformat() if isinstance(value, datetime) else ""
    day = "" if value is None else f"{value:%Y-%m-%d}"
    return {f"{name}.day": [day], f"{name}.time": [clock.removesuffix(":00") if len(clock) == 8 else clock]}


def _raw_several(one: FieldDescription, name: str, value: Sequence[str] | None) -> dict[str, list[str]]:
    return {name: list(value or ())}


def _raw_list(one: FieldDescription, name: str, value: Sequence[str] | None) -> dict[str, list[str]]:
    return {name: ["\n".join(value or ())]}


def _raw_tick(one: FieldDescription, name: str, value: bool | None) -> dict[str, list[str]]:
    return {name: ["on"] if value else []}


def _raw_entries(one: FieldDescription, name: str, value: Sequence[Mapping[str, Any]] | None) -> dict[str, list[str]]:
    rows = value or ()
    raw = {name: [str(number) for number in range(len(rows))]}
    for number, row in enumerate(rows):
        sort = str(row.get("do") or next(iter(one.parts)))
        raw[f"{name}.{number}.do"] = [sort]
        raw |= raw_of(_inputs(one.parts[sort]), row, f"{name}.{number}.")
    return raw


_RAW: Mapping[str, _Raw] = {
    "entries": _raw_entries,
    "moment": _raw_moment,
    "ticks": _raw_several,
    "zones": _raw_several,
    "list": _raw_list,
    "tick": _raw_tick,
}


def _inputs(fields: Iterable[FieldDescription]) -> tuple[FieldDescription, ...]:
    """The fields of a sort of entry but for its sort, which cannot be changed."""
    return tuple(one for one in fields if one.name != "do")


def read(
    fields: Iterable[FieldDescription], raw: Raw, base: Mapping[str, Any] | None = None, prefix: str = ""
) -> dict[str, Any]:
    """The values that stand in ``raw``. What stands there as it did for ``base`` has the very value of ``base``."""
    values = {}
    for one in fields:
        name, widget = prefix + one.name, widget_of(one)
        if base is not None and widget != ENTRIES:
            shown = _RAW.get(widget, _raw_text)(one, name, base.get(one.name))
            if all(_plain(raw.get(key, []), widget) == _plain(texts, widget) for key, texts in shown.items()):
                values[one.name] = base.get(one.name)
                continue
        values[one.name] = _READ.get(widget, _read_text)(one, name, raw)
    return values


def _plain(texts: Iterable[str], widget: str) -> list[str]:
    return [text.replace("\r\n", "\n") for text in texts if text or widget not in {"zones", "ticks"}]


_Read = Callable[[FieldDescription, str, Raw], Any]


def _first(raw: Raw, name: str) -> str:
    return (raw.get(name) or [""])[0].replace("\r\n", "\n")


def _read_text(one: FieldDescription, name: str, raw: Raw) -> Any:
    text = _first(raw, name)
    return text if text.strip() or one.required or one.default is not None else None


def _read_date(one: FieldDescription, name: str, raw: Raw) -> Any:
    text = _first(raw, name).strip()
    return _day(text) if text or one.required else None


def _read_moment(one: FieldDescription, name: str, raw: Raw) -> Any:
    day, clock = (_first(raw, f"{name}.{part}").strip() for part in ("day", "time"))
    if not day and not clock:
        return "" if one.required else None
    found = _day(day)
    if not clock or not isinstance(found, date):
        return found if day else clock
    try:
        return datetime.combine(found, time.fromisoformat(clock))
    except ValueError:
        return f"{day} {clock}"


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _read_several(one: FieldDescription, name: str, raw: Raw) -> tuple[str, ...]:
    return tuple(text.strip() for text in raw.get(name, []) if text.strip())


def _read_list(one: FieldDescription, name: str, raw: Raw) -> tuple[str, ...]:
    return tuple(line.strip() for line in _first(raw, name).split("\n") if line.strip())


def _read_tick(one: FieldDescription, name: str, raw: Raw) -> bool:
    return bool(raw.get(name))


def _read_entries(one: FieldDescription, name: str, raw: Raw) -> tuple[dict[str, Any], ...]:
    rows = []
    for key in raw.get(name, []):
        sort = _first(raw, f"{name}.{key}.do")
        fields = one.parts.get(sort, ())
        row = read(_inputs(fields), raw, prefix=f"{name}.{key}.")
        told = any(part.name == "do" for part in fields) or not fields
        rows.append({"do": sort, **row} if told else row)
    return tuple(rows)


_READ: Mapping[str, _Read] = {
    "entries": _read_entries,
    "moment": _read_moment,
    "date": _read_date,
    "ticks": _read_several,
    "zones": _read_several,
    "list": _read_list,
    "tick": _read_tick,
}


def shown(
    fields: Iterable[FieldDescription], raw: Raw, wrong: Mapping[str, str], prefix: str = ""
) -> tuple[Shown, ...]:
    """The fields as a form shows them, with what is wrong (by the name of the input)."""
    fields = tuple(fields)
    pictured = any(one.name == "alt" for one in fields)
    return tuple(
        Shown(
            name=prefix + one.name,
            about=one,
            raw=raw,
            wrong=wrong.get(prefix + one.name, ""),
            file=("picture" if pictured else "file") if one.type == "file" else "",
            rows=tuple(_row(one, prefix + one.name, key, raw, wrong) for key in raw.get(prefix + one.name, []))
            if one.parts
            else (),
            blank=tuple(
                Row("KEY", sort, shown(_inputs(parts), {}, {}, f"{prefix}{one.name}.KEY."))
                for sort, parts in one.parts.items()
            ),
        )
        for one in fields
    )


def _row(one: FieldDescription, name: str, key: str, raw: Raw, wrong: Mapping[str, str]) -> Row:
    sort = _first(raw, f"{name}.{key}.do")
    return Row(key, sort, shown(_inputs(one.parts.get(sort, ())), raw, wrong, f"{name}.{key}."))


def input_of(path: Path, raw: Raw) -> str:
    """The name of the input that ``path`` (entries counted from 0) leads to; the field of a list for its entries."""
    name = str(path[0]) if path else ""
    for step, following in zip(path[1:], [*path[2:], None], strict=False):
        keys = raw.get(name, [])
        if isinstance(step, int):
            if following is None or step >= len(keys) or f"{name}.{keys[step]}.do" not in raw:
                return name
            name = f"{name}.{keys[step]}"
        else:
            name = f"{name}.{step}"
    return name
