"""The model of the readers: who said what and when, and so who may be mailed. It knows nothing of the store."""

from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass, field

ADDRESS = "reader{}@example.org"
OUT = {"unsubscribed", "complained"}
"""What a file says of those who left."""
NEVER = {"complained", "bounced"}
"""What a file says of addresses that are never to be mailed."""


def person_of(address: str) -> int:
    """The number of the reader with that address."""
    return int(address.removeprefix("reader").partition("@")[0])


@dataclass
class Reader:
    """One who is known. ``outs`` are the lines of the log that the store has evidence of; times are seconds."""

    state: str
    own_word: int = -1
    outs: set[int] = field(default_factory=set)


@dataclass
class Known:
    """What a store knows of readers, and so what a copy of it takes along."""

    readers: dict[int, Reader] = field(default_factory=dict)
    never: set[int] = field(default_factory=set)
    files: set[tuple[tuple[int, str, str], ...]] = field(default_factory=set)


class Readers:
    """What is known now, and the log of opt-outs, which no restore takes back."""

    def __init__(self) -> None:
        self.known = Known()
        self.log: list[tuple[int, int, str]] = []
        """Time, person, what they did."""

    def mailable(self) -> frozenset[int]:
        """Who may be mailed."""
        active = {who for who, reader in self.known.readers.items() if reader.state == "active"}
        return frozenset(active - self.known.never)

    def subscribes(self, who: int, at: int) -> None:
        """They ask to be on the list; what is active stays so."""
        reader = self.known.readers.setdefault(who, Reader("pending"))
        if reader.state != "active":
            reader.state, reader.own_word = "pending", at

    def confirms(self, who: int, at: int) -> None:
        """They follow the link of the confirmation."""
        reader = self.known.readers[who]
        if reader.state == "pending":
            reader.state, reader.own_word = "active", at

    def leaves(self, who: int, at: int) -> None:
        """They follow the link to leave."""
        reader = self.known.readers.get(who)
        if reader and reader.state != "unsubscribed":
            self._out(reader, who, at)

    def is_never_mailed(self, who: int, at: int) -> None:
        """Somebody says so of their address."""
        if who not in self.known.never:
            self.known.never.add(who)
            self.log.append((at, who, "never"))

    def come_in_a_file(self, rows: Iterable[tuple[int, str, str]], at: int) -> None:
        """Each with a name and a status. A file adds, and takes away; it brings nobody back."""
        content = tuple(rows)
        if content in self.known.files:
            return
        self.known.files.add(content)
        for who, _, status in content:
            reader = self.known.readers.get(who)
            if reader is None:
                reader = self.known.readers[who] = Reader("pending" if status == "pending" else "active")
                new = True
            else:
                new = False
            if status in OUT and (new or reader.state != "unsubscribed"):
                self._out(reader, who, at)
        for who, _, status in content:
            if status in NEVER:
                self.is_never_mailed(who, at)

    def copy(self) -> Known:
        """What a backup takes along."""
        return deepcopy(self.known)

    def put_back(self, kept: Known) -> None:
        """The store knows what it knew then, and all opt-outs since that were written down: who left stays away,
        unless they came back by their own word that it knows of."""
        self.known = deepcopy(kept)
        for number, (at, who, deed) in enumerate(self.log):
            reader = self.known.readers.get(who)
            if deed == "never" or (reader is None and deed == "left"):
                self.known.never.add(who)
            elif reader and number not in reader.outs and reader.own_word <= at:
                reader.state = "unsubscribed"
                reader.outs.add(number)

    def _out(self, reader: Reader, who: int, at: int) -> None:
        reader.state = "unsubscribed"
        reader.outs.add(len(self.log))
        self.log.append((at, who, "left"))


def written(rows: Collection[tuple[int, str, str]]) -> str:
    """The file that says so."""
    lines = [f"{ADDRESS.format(who)},{name},{status}" for who, name, status in rows]
    return "\n".join(["email,name,status", *lines, ""])
