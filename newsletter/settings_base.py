"""What every section of the settings is made of."""

import tomllib
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_span(value: object) -> timedelta:
    """A span of time as it is written: ``5m``, ``2h``. Raises ``ValueError``."""
    if isinstance(value, str) and value[:-1].isdigit() and len(value) < 8 and value[-1:] in _UNITS:
        return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
    if isinstance(value, timedelta):
        return value
    if value == 0:
        return timedelta()
    raise ValueError(f"'{value}' is not a span of time; write a number and s, m, h or d, such as '5m'")


Duration = Annotated[timedelta, BeforeValidator(read_span)]
ATTRIBUTE_KINDS = ("text", "number", "date", "yes/no")


def read_kind(value: object) -> str | tuple[str, ...]:
    """The type of an attribute as it is written: one of the words above, or the options of a choice, as a list (also in
    the words of TOML) or with commas between. Raises ``ValueError``."""
    if isinstance(value, str) and value in ATTRIBUTE_KINDS:
        return value
    options = _options(value.strip()) if isinstance(value, str) else value
    if not (
        isinstance(options, list | tuple) and len(options) > 1 and all(isinstance(one, str) and one for one in options)
    ):
        raise ValueError(f'write {", ".join(ATTRIBUTE_KINDS)}, or the options of a choice: ["member", "ally"]')
    if any(len(one) > 200 for one in options) or len({one.casefold() for one in options}) < len(options):
        raise ValueError("the options of a choice must differ, and have 200 characters at most")
    return tuple(options)


def _options(written: str) -> object:
    if not written.startswith("["):
        return [part.strip() for part in written.split(",")]
    try:
        return tomllib.loads(f"options = {written}")["options"]
    except tomllib.TOMLDecodeError:
        return None


AttributeKind = Annotated[str | tuple[str, ...], BeforeValidator(read_kind)]


class Section(BaseModel):
    """A section of newsletter.toml; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
