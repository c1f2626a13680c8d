"""What is wrong with an input, where, and how to mend it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """Where something stands. ``line`` and ``column`` count from 1."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    item: str | None = None
    """The id of an item; ``None`` for the front matter or the introduction."""
    field: str | None = None
    """A field as it is written in the file, such as ``subject`` or ``actions[1].url``."""


@dataclass(frozen=True)
class Problem:
    """One mistake: ``message`` says what is wrong, ``mend`` what to do about it (it may be part of the message)."""

    message: str
    mend: str = ""
    place: Place = field(default_factory=Place)
    source: str | None = None
    """The line of the file as it stands, to be shown under the message."""


class IssueError(Exception):
    """An issue that cannot be used. ``problems`` holds every mistake, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
