"""Complaints."""

from newsletter.checks import People
from tests.checks.build import Case


def _case(
    mailed: int, complained: int, says: str = "", level: str = "warning", languages: tuple[str, ...] = ("en", "fr")
) -> Case:
    people = People(count=100, mailed=mailed, complained=complained, tested=True)
    return Case(says=says, level=level, at=(None, "list"), languages=languages, people=people)


BAD = [
    _case(10_000, 10, "10 of 10,000 mails"),
    _case(10_000, 29, "that is too many"),
    _case(3_000, 3, "3 of 3,000"),
    _case(1_000_000, 1_000, "1,000 of 1,000,000"),
    _case(10_000, 30, "30 of 10,000", "error"),
    _case(10_000, 40, "put all of them into spam", "error"),
    _case(1_000, 3, "3 of 1,000", "error"),
    _case(10, 5, "5 of 10", "error"),
    _case(0, 3, "3 of 0", "error"),
]

NEAR = [
    Case(),
    Case(people=People(count=10), languages=("en",)),
    *(_case(mailed, 0) for mailed in (0, 1, 10, 1_000, 1_000_000)),
    *(_case(mailed, 1) for mailed in (1, 2, 10, 100, 999, 1_000)),
    *(_case(mailed, 2) for mailed in (1, 2, 10, 100, 999, 1_999)),
    *(_case(mailed, 3) for mailed in (3_001, 4_000, 10_000, 1_000_000)),
    *(_case(10_000, number) for number in (3, 5, 8, 9)),
    *(_case(1_000_000, number) for number in (10, 100, 999)),
    _case(10_000, 40, languages=("fr", "en")),
    _case(10_000, 20, languages=("es", "en")),
    _case(10_000, 20, languages=()),
]
