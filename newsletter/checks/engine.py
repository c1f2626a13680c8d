"""Runs the checks on an issue and its rendering.

A check is a function ``(Context) -> Iterator[Finding]`` under :func:`check`, in a file of its own in
``newsletter.checks.rules``, where it is found. Checks are pure: the time is in the context, nothing is fetched.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Literal

from newsletter.checks import rules as package
from newsletter.checks.page import Page, read_page
from newsletter.checks.texts import Text, texts_of
from newsletter.issue.model import Issue
from newsletter.issue.problems import Place
from newsletter.render.rendering import Organisation, Rendering
from newsletter.render.theme import Theme

Level = Literal["error", "warning", "note"]
"""An ``error`` blocks sending; a ``warning`` wants a second look; a ``note`` is good to know."""


@dataclass(frozen=True)
class Finding:
    """What one check found at one place, in words for an editor who is no programmer."""

    check: str
    """The name of the check."""
    level: Level
    message: str
    """What is wrong, in one sentence."""
    mend: str
    """What to do about it, in one sentence."""
    place: Place = field(default_factory=Place)
    """Item id and field. Whoever knows the file adds file and line; no item and no field is the mail as a whole."""


@dataclass(frozen=True)
class Context:
    """All that a check may look at."""

    issue: Issue
    rendering: Rendering
    """Of ``issue``, in its language."""
    theme: Theme
    organisation: Organisation
    now: datetime
    """The moment against which events and deadlines are held; it knows its zone."""

    @cached_property
    def page(self) -> Page:
        """What a mail program shows of the HTML."""
        return read_page(self.rendering.html)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text of the issue with its place."""
        return tuple(texts_of(self.issue))


@dataclass(frozen=True)
class Check:
    """One check with what the documentation says of it."""

    name: str
    levels: tuple[Level, ...]
    """The levels its findings may have."""
    about: str
    """What it looks for and why: the docstring of the function."""
    bad: str
    """An example that gives a finding, as it stands in an issue file, a theme or a mail."""
    good: str
    """The same, mended."""
    find: Callable[[Context], Iterable[Finding]]


def check(name: str, *levels: Level, bad: str, good: str) -> Callable[[Callable[[Context], Iterable[Finding]]], Check]:
    """Makes a function the check ``name``; its docstring becomes the documentation."""

    def make(find: Callable[[Context], Iterable[Finding]]) -> Check:
        return Check(name, levels, " ".join((find.__doc__ or "").split()), bad, good, find)

    return make


@cache
def checks() -> MappingProxyType[str, Check]:
    """Every check by its name, in alphabetical order."""
    found = {}
    for module in iter_modules(package.__path__):
        for thing in vars(import_module(f"{package.__name__}.{module.name}")).values():
            if isinstance(thing, Check):
                found[thing.name] = thing
    return MappingProxyType(dict(sorted(found.items())))


def run_checks(context: Context) -> tuple[Finding, ...]:
    """All findings in the order of the mail: front matter, introduction, items, then the mail as a whole."""
    fields = list(Issue.model_fields)
    items = {item.id: (number, list(type(item).model_fields)) for number, item in enumerate(context.issue.items)}

    def order(finding: Finding) -> tuple[int, int, int, int, str]:
        line = finding.place.line or 0
        name = (finding.place.field or "").split("[")[0].split(".")[0]
        if finding.place.item in items:
            number, own = items[finding.place.item]
            return 1, number, own.index(name) if name in own else -1, line, finding.check
        if name in fields:
            return 0, 0, fields.index(name), line, finding.check
        return 2, 0, 0, line, finding.check

    return tuple(sorted((finding for one in checks().values() for finding in one.find(context)), key=order))
