"""What was found about one thing outside, and what is to be done."""

from dataclasses import dataclass

GOOD, WARNING, BAD = "good", "warning", "bad"


@dataclass(frozen=True)
class Record:
    """A record to add to DNS: ``TXT``, ``CNAME``, ``MX`` or ``PTR``."""

    kind: str
    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}  {self.kind}  {self.value}"


@dataclass(frozen=True)
class Advice:
    """One thing: what it is, how it is (``level``), what was found, what to do where it is not good, and the exact
    records to add."""

    what: str
    level: str
    said: str
    mend: str = ""
    records: tuple[Record, ...] = ()
