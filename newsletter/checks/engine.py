"""Runs the checks on an issue and its rendering.

A check is a function ``(Context) -> Iterator[Finding]`` under :func:`check`, in a file of its own in
``newsletter.checks.rules``, where it is found. Checks are pure: the time is in the context, nothing is fetched.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from newsletter.checks import rules as package
from newsletter.checks.context import Context
from newsletter.checks.finding import Finding, Fix, Level
from newsletter.issue.model import Issue

__all__ = ["Check", "Context", "Finding", "Fix", "Level", "check", "checks", "run_checks"]


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
