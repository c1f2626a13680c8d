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
from newsletter.checks.overrides import out_of_date
from newsletter.issue.model import Issue
from newsletter.items.base import Item

__all__ = ["Check", "Context", "Finding", "Fix", "Level", "check", "check_all", "checks", "run_checks"]


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
    needs: str = ""
    """The value of the context without which there is nothing that it could look at."""

    def can_look(self, context: Context) -> bool:
        """Whether ``context`` has what it needs."""
        return not self.needs or bool(getattr(context, self.needs))


def check(
    name: str, *levels: Level, bad: str, good: str, needs: str = ""
) -> Callable[[Callable[[Context], Iterable[Finding]]], Check]:
    """Makes a function the check ``name``; its docstring becomes the documentation. Without the value ``needs`` of the
    context it is not run."""

    def make(find: Callable[[Context], Iterable[Finding]]) -> Check:
        return Check(name, levels, " ".join((find.__doc__ or "").split()), bad, good, find, needs)

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
    """All findings in the order of the mail: front matter, introduction, items, then the mail as a whole. Accepted
    warnings are among them (``overrides.accepted``), and a note for each override that fits nothing any more."""
    return tuple(finding for _, finding in check_all([context]))


def check_all(contexts: Iterable[Context]) -> tuple[tuple[str, Finding], ...]:
    """The findings of an issue in all its languages, and variants of each, with the language: each once, a language
    after the other, in the order of the mail."""
    by_language: dict[str, list[Context]] = {}
    for context in contexts:
        by_language.setdefault(context.issue.language, []).append(context)
    found = []
    for language, alike in by_language.items():
        findings = dict.fromkeys(finding for context in alike for finding in _found(context))
        judged = {one.name for context in alike for one in checks().values() if one.can_look(context)}
        notes = out_of_date(alike[0].issue, findings, judged)
        items = [item for context in alike for item in context.issue.items]
        found += [(language, finding) for finding in sorted([*findings, *notes], key=_order(items))]
    return tuple(found)


def _found(context: Context) -> Iterable[Finding]:
    return (finding for one in checks().values() if one.can_look(context) for finding in one.find(context))


def _order(items_in_turn: Iterable[Item]) -> Callable[[Finding], tuple[int, int, int, int, str]]:
    fields = list(Issue.model_fields)
    items: dict[str, tuple[int, list[str]]] = {}
    for item in items_in_turn:
        items.setdefault(item.id, (len(items), list(type(item).model_fields)))

    def order(finding: Finding) -> tuple[int, int, int, int, str]:
        line = finding.place.line or 0
        name = (finding.place.field or "").split("[")[0].split(".")[0]
        if finding.place.item in items:
            number, own = items[finding.place.item]
            return 1, number, own.index(name) if name in own else -1, line, finding.check
        if name in fields:
            return 0, 0, fields.index(name), line, finding.check
        return 2, 0, 0, line, finding.check

    return order
