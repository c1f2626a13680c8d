"""Twenty issues as people write them: how many sound places the checks take for faults, and how many of the faults that
are put into them they find. The numbers stand at the end of the test output."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.checks import Context, Finding, checks, run_checks
from newsletter.issue.files import load
from newsletter.issue.model import Issue
from newsletter.items.registry import kinds
from newsletter.render import Organisation, Theme, load_theme, render
from tests.checks.mutators import MUTATORS, Mutant, mutants

ISSUES = sorted((Path(__file__).parent / "issues").glob("*.md"))
ADDRESS = "USHRN, 1 Example Street, Atlanta, USA"
ORGANISATION = Organisation(name="USHRN", postal_address=ADDRESS, domain="news.example.org")
TRUE = {("en-02-treaty-body", "zones-apart")}
"""Findings that are right: the event lies in the weeks in which America has changed its clocks, and Europe has not."""
NOTED = {"open-promise"}
"""A promise is no fault; the note keeps it from being forgotten."""
RECALL, PRECISION = 0.9, 0.95
"""What each check reaches at least."""


@dataclass(frozen=True)
class Sound:
    """An issue without faults, with all that is worked out once."""

    context: Context
    findings: tuple[Finding, ...]


@cache
def theme() -> Theme:
    return load_theme("default")


@cache
def sound(path: Path) -> Sound:
    """The issue as it leaves: at ten in the morning of its date, written three days before."""
    issue = load(path).issue
    assert issue.date
    leaves = datetime(issue.date.year, issue.date.month, issue.date.day, 10, tzinfo=ZoneInfo(issue.timezone))
    rendering = render(issue, theme(), organisation=ORGANISATION)
    context = Context(
        issue, rendering, theme(), ORGANISATION, leaves, written=leaves - timedelta(days=3), scheduled=True
    )
    return Sound(context, run_checks(context))


def false_ones(path: Path) -> list[Finding]:
    """What is found in a sound issue though nothing is wrong."""
    return [one for one in sound(path).findings if (path.stem, one.check) not in TRUE and one.check not in NOTED]


def _told(path: Path, finding: Finding) -> str:
    return (
        f"{path.stem}: {finding.level} ({finding.check}) {finding.place.item} {finding.place.field}: {finding.message}"
    )


@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.stem)
def test_at_most_one_finding_is_false_in_an_issue_of_real_length(path, record_property):
    words = len(path.read_text(encoding="utf-8").split())
    assert words >= 400
    found = false_ones(path)
    record_property("told", "\n".join(_told(path, finding) for finding in found))
    assert len(found) <= 1, [_told(path, finding) for finding in found]


def test_what_is_found_in_sound_issues_is_a_golden(golden):
    now = "".join(f"{_told(path, finding)}\n" for path in ISSUES for finding in sound(path).findings)
    assert golden("checks/issues.txt", now) == now


def test_the_issues_are_of_all_kinds_and_three_languages():
    issues = [sound(path).context.issue for path in ISSUES]
    assert len(issues) == 20
    assert {item.kind for issue in issues for item in issue.items} == set(kinds())
    assert Counter(issue.language for issue in issues).keys() >= {"en", "es", "fr"}


def test_mutators_know_nothing_of_the_checks():
    for file in (Path(__file__).parent / "mutators").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            modules = [*names, getattr(node, "module", None) or ""]
            assert not any("newsletter.checks" in name or name == "newsletter" for name in modules), file.name


def of_mutant(path: Path, mutant: Mutant) -> Context:
    """The context of a mutant. What the checks of texts, links and dates do not look at stays as it was rendered."""
    base = sound(path).context
    rendering = base.rendering
    if mutant.foot:
        rendering = replace(rendering, html=rendering.html.replace(ADDRESS, f"{mutant.foot}, {ADDRESS}"))
    return replace(base, issue=mutant.issue, rendering=rendering, others=mutant.others, written=_long_before(base))


def _long_before(context: Context) -> datetime:
    """In another week and month than that in which the mail leaves."""
    return context.now - timedelta(days=40)


@cache
def _known(path: Path) -> Counter[tuple[str, str | None, str]]:
    context = sound(path).context
    found = run_checks(replace(context, written=_long_before(context)))
    return Counter((one.check, one.place.item, one.message) for one in found)


def _new(path: Path, mutant: Mutant) -> Iterator[Finding]:
    """The findings that were not there before the fault."""
    known = _known(path).copy()
    context = of_mutant(path, mutant)
    for name in sorted(MUTATORS):
        for finding in checks()[name].find(context):
            key = finding.check, finding.place.item, finding.message
            if known[key]:
                known[key] -= 1
            else:
                yield finding


def test_faults_that_are_put_in_are_found_and_nothing_else(record_property):
    put, hit, wrong = Counter[str](), Counter[str](), Counter[str]()
    missed: list[str] = []
    false: list[str] = []
    for path in ISSUES:
        for finding in false_ones(path):
            wrong[finding.check] += 1
        for check, name, mutant in mutants(sound(path).context.issue, sound(path).context.now):
            put[check] += 1
            found = list(_new(path, mutant))
            if any(one.check == check and one.place.item == mutant.item for one in found):
                hit[check] += 1
            else:
                missed.append(f"{path.stem} {check} {name}")
            for one in found:
                if one.check != check:
                    wrong[one.check] += 1
                    false.append(f"{name} in {_told(path, one)}")
    lines = [f"{'check':<20}{'faults':>8}{'found':>8}{'false':>8}{'recall':>9}{'precision':>11}"]
    for check in sorted(put):
        recall, precision = hit[check] / put[check], hit[check] / max(hit[check] + wrong[check], 1)
        lines.append(f"{check:<20}{put[check]:>8}{hit[check]:>8}{wrong[check]:>8}{recall:>9.3f}{precision:>11.3f}")
    record_property(
        "told", "\n".join([*lines, *(f"missed: {one}" for one in missed), *(f"false: {one}" for one in false)])
    )
    low = [check for check in put if hit[check] / put[check] < RECALL]
    loose = [check for check in put if hit[check] / max(hit[check] + wrong[check], 1) < PRECISION]
    assert not low, f"{low}: {missed}"
    assert not loose, f"{loose}: {false}"
    assert min(put.values()) >= 10
    assert sum(put.values()) > 600


def test_a_mutant_is_the_same_in_every_run():
    context = sound(ISSUES[0]).context
    first, second = (
        [(check, name, mutant) for check, name, mutant in mutants(context.issue, context.now)] for _ in range(2)
    )
    assert first == second
    assert all(isinstance(mutant.issue, Issue) for _, _, mutant in first)
