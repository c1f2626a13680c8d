"""Texts that nobody writes, and that a check must get through all the same: the time grows with their length, and not
with its square."""

import time

import pytest

from newsletter.checks import checks
from tests.checks.build import Case, context
from tests.checks.mutators import MUTATORS

_LENGTH = 40_000
TEXTS = {
    "open brackets": "[" * 1_900 + "a" * 30_000,
    "open links": "[a](" * 1_900 + "b" * 30_000,
    "words": "word " * 8_000,
    "one word twice": "the " * 10_000,
    "spaces": "a" + " " * _LENGTH + "b",
    "blank lines": "\n \n" * 13_000 + "x",
    "digits": "1" * _LENGTH,
    "times": "14:30 " * 6_000,
    "times with zones": "14:30 Geneva time " * 2_000,
    "half days": "3 p.m. " * 5_000,
    "months": "May 5 " * 6_000,
    "weekdays": "Monday, " * 5_000,
    "quotation marks": '"' * _LENGTH,
    "opened quotations": "“" * _LENGTH,
    "backticks": "`" * _LENGTH,
    "backticks apart": "` " * 20_000,
    "tags": "<insert " * 5_000,
    "copyright": "copyright A " * 3_000 + "© " + "Aa " * 3_000,
    "a host without end": "https://" + "a." * 20_000,
    "a mail without host": "a." * 20_000 + "@",
    "registering": "register by " * 3_000,
    "entities": "&amp" * 10_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_is_slow(name):
    made = context(Case(issue={"introduction": TEXTS[name]}, scheduled=True, others=("September 2020 UPR Updates",)))
    start = time.process_time()
    for check in sorted(MUTATORS):
        list(checks()[check].find(made))
    assert time.process_time() - start < 3
