"""The revisions of an issue for people: who worked on it when, in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.models import Revision

PAUSE = timedelta(minutes=10)
"""A longer pause between two saves parts them."""


@dataclass(frozen=True)
class Save:
    """One revision without its text."""

    number: int
    author: str
    at: datetime


@dataclass(frozen=True)
class Session:
    """What one person saved without a longer pause, the newest first."""

    saves: tuple[Save, ...]

    @property
    def author(self) -> str:
        """Who saved it."""
        return self.saves[0].author

    @property
    def last(self) -> Save:
        """The newest of them."""
        return self.saves[0]

    @property
    def first(self) -> Save:
        """The oldest of them."""
        return self.saves[-1]


def history(slug: str, *, below: int | None = None, most: int = 500) -> tuple[list[Session], int | None]:
    """The sessions of the issue ``slug``, the newest first, and where to go on (``below``) if there is more."""
    rows = Revision.objects.filter(issue__slug=slug).order_by("-number")
    if below is not None:
        rows = rows.filter(number__lt=below)
    saves = [Save(*row) for row in rows.values_list("number", "author", "at")[: most + 1]]
    more = saves[most - 1].number if len(saves) > most else None
    return sessions(saves[:most]), more


def sessions(saves: Sequence[Save]) -> list[Session]:
    """``saves``, the newest first, by person and without a longer pause."""
    found: list[list[Save]] = []
    for save in saves:
        if found and found[-1][-1].author == save.author and found[-1][-1].at - save.at <= PAUSE:
            found[-1].append(save)
        else:
            found.append([save])
    return [Session(tuple(one)) for one in found]
