"""One field as a form shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.items.describe import FieldDescription
from newsletter.render.words import direction

Raw = Mapping[str, list[str]]
"""What stands in a form: a list of texts by the name of the input."""

ENTRIES = "entries"


@dataclass(frozen=True)
class Row:
    """One entry of a field of entries: its key in the names of its inputs, its sort, its fields."""

    key: str
    sort: str
    fields: tuple["Shown", ...]
    common: tuple["Shown", ...] = ()
    """What is the same in every language."""
    fixed: bool = False
    """It is that of the issue: a translation neither moves nor removes it."""


@dataclass(frozen=True)
class Shown:
    """One field as a form shows it."""

    name: str
    about: FieldDescription
    raw: Raw
    wrong: str = ""
    file: str = ""
    """``picture`` or ``file`` where the field names one."""
    rows: tuple[Row, ...] = ()
    blank: tuple[Row, ...] = ()
    """A new entry of each sort."""
    lang: str = ""
    """The language that is written in it."""
    beside: "Shown | None" = None
    """In a translation: the same field of the issue."""
    sort: str = "text"
    """In a translation, as ``newsletter.issue.translating.sort_of`` says."""
    older: tuple[tuple[str, str], ...] = ()
    """In a translation that is older than the issue: what went and what came there since."""

    @property
    def widget(self) -> str:
        """How it is drawn: a name of a macro in ``field.html``."""
        return widget_of(self.about)

    @property
    def text(self) -> str:
        """What stands in its one input."""
        return (self.raw.get(self.name) or [""])[0]

    def part(self, name: str) -> str:
        """What stands in the input ``name`` of a field that has several."""
        return (self.raw.get(f"{self.name}.{name}") or [""])[0]

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return any(self.raw.get(self.name, [])) or bool(self.part("day"))

    @property
    def dir(self) -> str:
        """In which direction its language is written; by what is written where that is not known."""
        return direction(self.lang) if self.lang else "auto"

    @property
    def texts(self) -> list[str]:
        """What stands in its inputs, where it has several of one name."""
        return [text for text in self.raw.get(self.name, []) if text]


def widget_of(about: FieldDescription) -> str:
    """How a field is drawn."""
    special = {
        ENTRIES: "entries",
        "date and time": "moment",
        "date": "date",
        "true or false": "tick",
        "choice": "choice",
        "list of choice": "ticks",
        "time zone": "zone",
        "list of time zone": "zones",
        "language": "language",
        "web address": "address",
        "file": "file",
        "Markdown": "markdown",
    }
    if about.type in special:
        return special[about.type]
    if about.type.startswith("list of "):
        return "list"
    return "lines" if about.lines else "line"
