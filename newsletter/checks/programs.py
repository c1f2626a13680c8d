"""Which mail programs know what, how many readers they have, and what is seen where something is not known.

The data is in ``newsletter/checks/data``: verdicts of caniemail.com (MIT), shares of a named count, and words of ours.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

Loss = Literal["content", "layout", "looks"]

DATA = Path(__file__).parent / "data"
WEIGHT: dict[Loss, float] = {"content": 1.0, "layout": 0.3, "looks": 0.05}
"""How grave it is when a reader meets it: words that are lost, a broken layout, a plainer look."""
GRAVE = 5.0
SLIGHT = 2.0
"""Points (share of the readers in percent, times the weight of what they lose) from which a finding is a warning, and
from which it is worth a note. Below them readers lose less than the finding would cost an editor."""


@dataclass(frozen=True)
class Program:
    """A mail program."""

    id: str
    """As in the caniemail data, such as ``outlook.windows``."""
    name: str
    group: str
    share: float
    """Of the readers, in percent."""


@dataclass(frozen=True)
class Feature:
    """Something that a mail may use, and how it is found; ``None`` where it is not found that way."""

    slug: str
    title: str
    loss: Loss
    becomes: str
    instead: str
    support: str
    """A letter for each program: y(es), n(o), a(lmost), u(nknown)."""
    property: str | None = None
    value: str | None = None
    selector: str | None = None
    at: str | None = None
    tag: str | None = None
    link: str | None = None
    mime: str | None = None

    @cached_property
    def lost(self) -> float:
        """The share of readers, in percent, whose program does not know it; half of those whose program almost does."""
        pairs = zip(programs(), self.support, strict=True)
        return sum(program.share * {"n": 1.0, "a": 0.5}.get(letter, 0.0) for program, letter in pairs)

    @cached_property
    def level(self) -> Literal["warning", "note"] | None:
        """How grave a finding of it is; ``None`` where it is not worth one."""
        points = self.lost * WEIGHT[self.loss]
        return "warning" if points >= GRAVE else "note" if points >= SLIGHT else None

    @cached_property
    def where(self) -> str:
        """The programs that do not know it, those with most readers first, such as ``Gmail and Outlook on Windows``."""
        worst = "n" if "n" in self.support else "a"
        named: dict[str, float] = {}
        for group in dict.fromkeys(program.group for program in programs()):
            members = [pair for pair in zip(programs(), self.support, strict=True) if pair[0].group == group]
            without = [program for program, letter in members if letter == worst]
            if len(without) == len(members):
                named[group] = sum(program.share for program in without)
            else:
                named |= {program.name: program.share for program in without}
        names = sorted(named, key=lambda name: -named[name])
        if len(names) > 4:
            names[3:] = ["others"]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@cache
def source() -> dict[str, str]:
    """Where the shares come from: ``name``, ``period``, ``url``, ``why``."""
    found: dict[str, str] = _toml("programs")["source"]
    return found


@cache
def programs() -> tuple[Program, ...]:
    """The programs in the order of the data."""
    found = []
    for group in _toml("programs")["group"]:
        members = group["programs"]
        for one in members:
            share = one["share"] if "share" in one else group["share"] / len(members)
            found.append(Program(one["id"], one["name"], group["name"], share))
    return tuple(found)


@cache
def verdicts() -> dict[str, str]:
    """Where the verdicts come from: ``source``, ``date``, ``licence``."""
    return {key: value for key, value in _json().items() if isinstance(value, str)}


@cache
def features() -> tuple[Feature, ...]:
    """The features whose loss is told in words, in the order of the data."""
    known = _json()
    order = [known["programs"].index(program.id) for program in programs()]
    found = []
    for entry in _toml("features")["feature"]:
        one = dict(entry)
        verdict = known["features"][one["slug"]]
        support = "".join(verdict["support"][number] for number in order)
        if one.pop("almost", "") == "no":
            support = support.replace("a", "n")
        found.append(Feature(title=verdict["title"], support=support, **one))
    return tuple(found)


def matches(pattern: str | None, text: str) -> bool:
    """Whether ``pattern`` is all of ``text``, in any case; no pattern asks for nothing."""
    return pattern is None or re.fullmatch(pattern, text.strip(), re.IGNORECASE | re.DOTALL) is not None


@cache
def _json() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "caniemail.json").read_text(encoding="utf-8"))
    return found


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
