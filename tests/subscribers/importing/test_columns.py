"""Headers of many programs."""

import pytest

from subscribers.importing.columns import columns_of
from subscribers.importing.errors import FileError


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("email", "email"),
        ("E-Mail", "email"),
        (" Email Address ", "email"),
        ("E-mail-Adresse", "email"),
        ("EMAIL_ADDRESS", "email"),
        ("Correo electrónico", None),
        ("Courriel", "email"),
        ("First Name", "first_name"),
        ("Vorname", "first_name"),
        ("Prénom", "first_name"),
        ("Nachname", "last_name"),
        ("Full name", "name"),
        ("Language", "language"),
        ("Time Zone", "timezone"),
        ("tz", "timezone"),
        ("Status", "status"),
        ("opt-out", "unsubscribed"),
        ("Unsubscribed?", "unsubscribed"),
        ("UNSUB_TIME", "unsubscribed"),
        ("Unsubscribed (date)", "unsubscribed"),
        ("HasOptedOutOfEmail", "unsubscribed"),
        ("Status:", "status"),
        ("City", "city"),
        ("Shoe size", None),
    ],
)
def test_titles(header: str, field: str | None) -> None:
    columns = columns_of(["email", header] if field != "email" else [header], ["city"], place="x.csv:1")
    if field is None:
        assert columns.ignored == (header.strip(),)
    else:
        assert columns.mapping[header.strip()] == field
        assert not columns.ignored


def test_where_each_is() -> None:
    columns = columns_of(["", "Town", "Email", "Notes", "Name"], ["town"], place="x.csv:1")
    assert columns.fields == {"email": 2, "name": 4}
    assert columns.attributes == {"town": 1}
    assert columns.ignored == ("Notes",)


@pytest.mark.parametrize(
    ("header", "message", "mend"),
    [
        (["name", "phone"], "x.csv:1: no column holds addresses; there are 'name', 'phone'", "'email'"),
        (["Emial", "name"], "no column holds addresses", "is 'Emial' the one"),
        (["anna@example.org", "Anna"], "the first line is a reader", "email,name"),
        (["Email", "Name", "E-Mail"], r"columns 1 \('Email'\) and 3 \('E-Mail'\) are both the email", "delete one"),
        (["email", "tz", "Zone"], "are both the timezone", "delete one"),
        (["email", "city", "City"], "are both the city", "delete one"),
    ],
)
def test_a_header_that_cannot_be_understood(header: list[str], message: str, mend: str) -> None:
    with pytest.raises(FileError, match=message) as caught:
        columns_of(header, ["city"], place="x.csv:1")
    assert mend in caught.value.mend


def test_columns_that_mean_nothing_may_repeat() -> None:
    assert columns_of(["email", "note", "note", ""], (), place="x.csv:1").ignored == ("note", "note")


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Mailing Status", ["Active", "Unsubscribed"]),  # by what stands in it
        ("Tag", ["", "opted-out"]),
        ("Einwilligung", ["ja", "nein", ""]),  # by its title, where it is a column of yes and no
        ("Accepts Marketing", ["yes", "no"]),
        ("Newsletter", ["1", "0"]),
    ],
)
def test_a_column_whose_cells_may_forbid_to_mail_is_not_passed_over(title: str, cells: list[str]) -> None:
    sample = [[f"r{number}@example.org", cell] for number, cell in enumerate(cells)]
    with pytest.raises(FileError, match=f"the column '{title}' may say who is not to be mailed"):
        columns_of(["email", title], (), place="x.csv:1", sample=sample)
    with_status = [[*row, "subscribed"] for row in sample]
    assert columns_of(["email", title, "status"], (), place="x.csv:1", sample=with_status).ignored == (title,)


@pytest.mark.parametrize(
    ("title", "cells"), [("Newsletter", ["Weekly", "Monthly"]), ("Member", ["yes", "no"]), ("Accepts cookies", [""])]
)
def test_other_columns_are_passed_over(title: str, cells: list[str]) -> None:
    sample = [[f"r{number}@example.org", cell] for number, cell in enumerate(cells)]
    assert columns_of(["email", title], (), place="x.csv:1", sample=sample).ignored == (title,)


@pytest.mark.parametrize(
    "title", ["Bounced", "Do not contact!", "unsubscribed by", "SUPPRESSED_AT", "Consent", "Email Blacklisted"]
)
def test_a_column_that_may_forbid_to_mail_is_not_passed_over(title: str) -> None:
    header = ["email", title]
    with pytest.raises(FileError, match=f"the column '{title}' may say who is not to be mailed") as caught:
        columns_of(header, (), place="x.csv:1")
    assert "call it 'unsubscribed'" in caught.value.mend
    for known in ("Status", "Unsubscribed"):  # then it is known who left
        assert columns_of([*header, known], (), place="x.csv:1").ignored == (title,)
