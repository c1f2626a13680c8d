"""One reader out of the cells of one row."""

import json
from datetime import UTC, datetime

import pytest

from subscribers.importing.columns import columns_of
from subscribers.importing.errors import RowError
from subscribers.importing.rows import Row, row_maker
from subscribers.importing.statuses import STATUSES
from subscribers.models import Subscription, Suppression

NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)


def row(notes: list[str] | None = None, **cells: str) -> Row:
    cells = {"email": "Anna@Example.org"} | cells
    columns = columns_of(list(cells), ["city"], place="x.csv:1")
    return row_maker(columns, {"city": "text"}, NOW)(list(cells.values()), notes if notes is not None else [])


def test_a_whole_row() -> None:
    cells = {"first_name": " Zoë ", "last_name": "Example", "language": "pt_br", "timezone": "europe/zurich"}
    assert row(**cells, city="Genève") == Row(
        norm="anna@example.org",
        email="Anna@example.org",
        name="Zoë Example",
        language="pt-BR",
        timezone="Europe/Zurich",
        attributes=json.dumps({"first_name": "Zoë", "last_name": "Example", "city": "Genève"}),
        state="active",
        reason="",
    )


def test_a_name_of_its_own_wins_and_empty_cells_are_left_out() -> None:
    made = row(name="Anna B.", first_name="Anna", last_name="", city=" ")
    assert made.name == "Anna B."
    assert json.loads(made.attributes) == {"first_name": "Anna"}


@pytest.mark.parametrize(
    ("written", "tag"), [("EN", "en"), ("zh-hant-tw", "zh-Hant-TW"), ("ar", "ar"), ("", ""), ("English", "")]
)
def test_languages(written: str, tag: str) -> None:
    notes: list[str] = []
    assert row(notes, language=written).language == tag
    assert bool(notes) == bool(written and not tag)


def test_an_unknown_zone_is_left_empty_and_told() -> None:
    notes: list[str] = []
    assert row(notes, timezone="Mars/Base").timezone == ""
    assert "time zone was left empty" in notes[0]


@pytest.mark.parametrize(
    ("written", "state", "reason"),
    [
        ("", "active", ""),
        ("Subscribed", "active", ""),
        ("yes", "active", ""),
        ("TRUE", "active", ""),
        ("Ja", "active", ""),
        ("non", "unsubscribed", ""),
        ("unconfirmed", "pending", ""),
        ("Unsubscribed", "unsubscribed", ""),
        ("opted-out", "unsubscribed", ""),
        ("0", "unsubscribed", ""),
        ("Unsubscribed\u200b ", "unsubscribed", ""),
        ("cleaned", "active", "bounced"),
        ("Hard Bounce", "active", "bounced"),
        ("complained", "unsubscribed", "complained"),
        ("Suppressed", "unsubscribed", "manual"),
    ],
)
def test_statuses(written: str, state: str, reason: str) -> None:
    made = row(status=written)
    assert (made.state, made.reason) == (state, reason)


def test_every_status_means_something_that_exists() -> None:
    for state, reason in STATUSES.values():
        assert state in Subscription.State.values
        assert reason in ["", *Suppression.Reason.values]


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("", "active"),
        ("No", "active"),
        ("nein", "active"),
        ("NULL", "active"),
        ("\\N", "active"),
        ("0000-00-00 00:00:00", "active"),
        ("2020-01-01", "unsubscribed"),
        ("N/A", "unsubscribed"),  # who knows
    ],
)
def test_a_column_of_opt_outs(written: str, state: str) -> None:
    assert row(unsubscribed=written).state == state
    assert row(unsubscribed=written, status="unsubscribed").state == "unsubscribed"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"email": "a@b.org,c@d.org"}, "more than one @"),
        ({"email": ""}, "empty"),
        ({"status": "maybe"}, "the status 'maybe' is not known"),
        ({"status": "-1"}, "the status '-1' is not known"),
        ({"name": "An\x00na"}, r"control character \(U\+0000\)"),
        ({"name": "An\x1b[1mna"}, r"U\+001B"),
        ({"name": "M\udcfcller"}, "the name is not readable"),
        ({"first_name": "Anna\nb@example.org"}, "the first name runs over several lines"),
        ({"name": "x" * 201}, "201 characters; 200"),
        ({"city": "x" * 201}, "the city has 201"),
    ],
)
def test_refused(cells: dict[str, str], message: str) -> None:
    with pytest.raises(RowError, match=message):
        row(**cells)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Anna\u00a0Maria", "Anna Maria"),
        ("\u202eannA", "annA"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("A\u00adnna", "Anna"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("{{7*7}} <script>", "{{7*7}} <script>"),
    ],
)
def test_names_are_kept_as_they_are_but_for_hidden_marks(written: str, kept: str) -> None:
    assert row(name=written).name == kept


def test_what_is_refused_for_its_name_still_says_that_its_reader_left() -> None:
    for cells in ({"status": "bounced"}, {"status": "unsubscribed"}, {"unsubscribed": "2020-01-01"}):
        with pytest.raises(RowError, match="the name has 201") as caught:
            row(name="x" * 201, city="Bern", **cells)
        made = caught.value.opt_out
        assert made is not None
        assert (made.norm, made.name, made.attributes) == ("anna@example.org", "", "{}")
        assert made.state == "unsubscribed" or made.reason == "bounced"
    with pytest.raises(RowError) as caught:
        row(name="x" * 201, status="active")
    assert caught.value.opt_out is None


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#NAME?"])
def test_an_error_of_a_spreadsheet_subscribes_nobody_and_is_no_name(error: str) -> None:
    for column in ("status", "unsubscribed"):
        with pytest.raises(RowError, match="whether they are subscribed cannot be read: the cell holds an error"):
            row(None, **{column: error})
    notes: list[str] = []
    made = row(notes, first_name=error, city=error, status="subscribed")
    assert (made.name, made.attributes, made.state) == ("", "{}", "active")
    assert notes == ["a cell was left empty: it holds an error of the sheet, such as #N/A"]
