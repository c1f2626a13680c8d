"""Where the parts of an issue stand in its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from newsletter.issue.problems import Place, Problem

Key = tuple[str | None, str | None]
"""The id of an item (``None``: the front matter) and a field of it (``None``: its heading)."""


@dataclass(frozen=True)
class Places:
    """The line of every item and field of one file."""

    file: str
    lines: tuple[str, ...] = ()
    starts: Mapping[Key, int] = field(default_factory=dict)

    def place(self, item: str | None, field: str | None = None, line: int = 1) -> Place:
        """Where ``field`` of ``item`` stands, or ``line`` (from 1) of its text. A field that is not in the file is
        placed at its list entry, else at its item."""
        known = f"{field}[1]" if (item, f"{field}[1]") in self.starts else field  # a list of tables begins at its first
        while known is not None and (item, known) not in self.starts:
            known = known.rpartition("[" if known.endswith("]") else ".")[0] or None
        start = self.starts.get((item, known)) or self.starts.get((item, None)) or 1
        return Place(self.file, start + line - 1 if known in {"body", "introduction"} else start, None, item, field)

    def source(self, line: int | None) -> str | None:
        """The line as it stands in the file."""
        return self.lines[line - 1] if line and line <= len(self.lines) else None

    def find(self, problem: Problem) -> Problem:
        """``problem`` with file, line and source. One that has a file or a line already keeps its line."""
        place = problem.place
        if place.file is None and (place.item, place.field) != (None, None):
            found = self.place(place.item, place.field, place.line or 1)
            place = replace(found, column=place.column)
        return replace(problem, place=replace(place, file=self.file), source=self.source(place.line))
