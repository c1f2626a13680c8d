"""Every check against its table: each bad case is found and said, no near miss is."""

from importlib import import_module
from pathlib import Path

import pytest

from newsletter.checks import checks, run_checks
from newsletter.checks import rules as package
from tests.checks.build import Case, context

FILES = sorted(path.stem for path in Path(package.__path__[0]).glob("*.py") if path.stem != "__init__")
NAMES = {name.replace("-", "_"): check for name, check in checks().items()}


def table(which: str) -> list:
    return [
        pytest.param(file, case, id=f"{file}-{number}")
        for file in FILES
        for number, case in enumerate(getattr(import_module(f"tests.checks.tables.{file}"), which))
    ]


def test_every_file_of_the_rules_is_one_check_of_its_name():
    assert sorted(NAMES) == FILES


@pytest.mark.parametrize("file", FILES)
def test_a_check_says_what_it_is_for_and_shows_bad_and_good(file):
    check = NAMES[file]
    assert len(check.about) > 60
    assert check.about.endswith(".")
    assert check.bad
    assert check.good
    assert check.bad != check.good
    assert check.levels
    assert set(check.levels) <= {"error", "warning", "note"}


@pytest.mark.parametrize("file", FILES)
def test_a_table_has_enough_near_misses_and_every_level(file):
    tables = import_module(f"tests.checks.tables.{file}")
    assert len(tables.NEAR) >= 30
    assert {case.level for case in tables.BAD} == set(NAMES[file].levels)


@pytest.mark.parametrize(("file", "case"), table("BAD"))
def test_what_is_bad_is_found(file, case):
    found = list(NAMES[file].find(context(case)))
    matching = [finding for finding in found if case.says in finding.message]
    assert matching, f"{case.says!r} is not said: {[finding.message for finding in found]}"
    finding = matching[0]
    assert finding.check == NAMES[file].name
    assert finding.level == case.level
    assert finding.mend.endswith(".")
    if case.at:
        assert (finding.place.item, finding.place.field) == case.at


@pytest.mark.parametrize(("file", "case"), table("NEAR"))
def test_a_near_miss_is_not_found(file, case):
    assert list(NAMES[file].find(context(case))) == []


def test_a_sound_mail_has_no_finding():
    assert run_checks(context(Case())) == ()
