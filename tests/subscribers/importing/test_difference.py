"""What a dry run says of each row, held against what the import then does."""

from pathlib import Path

import pytest

from subscribers import consent, suppression
from subscribers.address import normalise
from subscribers.importing import Difference
from subscribers.models import MailingList, Subscriber
from tests.subscribers.importing.lists import NOW, add, everything, take

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]

KINDS = {"city": "text", "age": "number"}


def differ(path: Path, upr: MailingList, content: str) -> list[Difference]:
    found: list[Difference] = []
    before = everything()
    take(path, upr, content, dry_run=True, difference=found.extend, attributes=KINDS)
    assert everything() == before
    return found


def test_each_row(path: Path, upr: MailingList) -> None:
    for name in ("same", "other", "leaves", "gone", "never"):
        add(upr, name)
    consent.unsubscribe(add(upr, "gone").token, at=NOW, source="link")
    suppression.suppress(normalise("never@example.org"), reason="manual", actor="x", at=NOW)
    suppression.suppress(normalise("erased@example.org"), reason="erased", actor="x", at=NOW)
    Subscriber.objects.filter(email_norm="other@example.org").update(name="Öld", attributes={"age": 3, "city": "Bern"})
    content = (
        "email,status,name,city,age\n"
        "same@example.org,,,,\n"
        "other@example.org,,New,Lima,3\n"
        "leaves@example.org,no,,,\n"
        "gone@example.org,,,,\n"
        "never@example.org,,,,\n"
        "erased@example.org,,,,\n"
        "new@example.org,,Zoë,,\n"
        "left@example.org,no,,,\n"
        "NEW@example.org,,,,\n"
        "broken,,,,\n"
        "bounced@example.org,bounced,,,\n"
    )
    found = {row.line: row for row in differ(path, upr, content)}
    assert {line: row.verdict for line, row in found.items()} == {
        2: "unchanged",
        3: "changed",
        4: "unsubscribed",
        5: "kept",
        6: "suppressed",
        7: "erased",
        8: "new",
        9: "new",
        10: "duplicate",
        11: "refused",
        12: "suppressed",
    }
    assert found[3].changes == {"name": ("Öld", "New"), "city": ("Bern", "Lima")}
    assert found[3].email == "other@example.org"
    assert (found[11].email, found[11].reason[:22]) == ("broken", "the address has no @; ")
    assert found[10].email == "NEW@example.org"
    assert found[9].reason == "as unsubscribed"
    assert "stays unsubscribed" in found[5].reason
    report = take(path, upr, content, attributes=KINDS)
    verdicts = [row.verdict for row in found.values()]
    counts = report.counts
    assert counts.updated == verdicts.count("changed")
    assert counts.opted_out == verdicts.count("unsubscribed")
    assert counts.kept == verdicts.count("kept")
    assert counts.suppressed == verdicts.count("suppressed")
    assert counts.taken == verdicts.count("new") + 1, "one of the suppressed is new"


def test_the_first_of_each_kind(path: Path, upr: MailingList) -> None:
    rows = "".join(f"r{number}@example.org\n" for number in range(30))
    report = take(path, upr, "email\n" + rows + "broken\n", dry_run=True)
    assert [row.line for row in report.first["new"]] == [2, 3, 4, 5, 6]
    assert [row.email for row in report.first["refused"]] == ["broken"]
    assert set(report.first) == {"new", "refused"}


def test_what_another_list_knows_of_them_changes_too(path: Path, upr: MailingList) -> None:
    other = MailingList.objects.create(slug="other", name="Other")
    take(path, other, "email,name\na@example.org,Anna\n")
    [row] = differ(path, upr, "email,name\na@example.org,Zoë\n")
    assert (row.verdict, row.changes) == ("new", {"name": ("Anna", "Zoë")})
