"""Segments as rows of a form: counted at once, kept, and nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from subscribers import segments
from subscribers.models import Segment, Subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site", "readers")]


@pytest.fixture
def readers() -> None:
    for number, country in enumerate(("CH", "CH", "FR")):
        email = f"r{number}@example.org"
        attributes = {"first_name": country}
        Subscriber.objects.create(
            email=email, email_norm=email, language="es" if number else "en", attributes=attributes
        )


def form(*rows: tuple[str, str, str], match: str = "all", turned: tuple[int, ...] = (), **more: str) -> dict[str, Any]:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(("field", "op", "value"))}
    return {**columns, "match": match, "not": [str(place) for place in turned], "do": "count", **more}


CH, SPANISH = ("first_name", "equals", "CH"), ("language", "equals", "es")


@pytest.mark.parametrize(
    ("sent", "count"),
    [
        (form(CH), 2),
        (form(CH, ("", "equals", ""), SPANISH), 1),
        (form(CH, SPANISH, match="any"), 3),
        (form(CH, turned=(0,)), 1),
        (form(("first_name", "one of", "CH, FR"), SPANISH, turned=(1,)), 1),
        (form(("name", "empty", "ignored")), 3),
    ],
)
def test_who_meets_the_rows_is_counted(operator: Client, sent: dict[str, Any], count: int) -> None:
    html = operator.post("/segments/", sent).content.decode()
    assert f"<strong>{count}</strong> of 3 readers" in html
    assert "r" in html and not Segment.objects.exists()


def test_a_segment_is_kept_opened_and_changed(operator: Client) -> None:
    answer = operator.post("/segments/", form(CH, SPANISH, slug="swiss", do="keep"))
    assert answer.headers["Location"] == "/segments/swiss/"
    kept = segments.saved("swiss")
    html = operator.get("/segments/swiss/").content.decode()
    assert html.count(" selected") >= 4 and 'value="CH"' in html
    assert segments.saved("swiss") == kept
    operator.post("/segments/swiss/", form(SPANISH, slug="swiss", do="keep"))
    assert segments.words(segments.saved("swiss")) == "language = es"
    other = operator.post("/segments/", form(CH, slug="swiss", do="keep"))
    assert other.status_code == 400 and "already" in other.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (form(), "no condition is filled in"),
        (form(("first_name", "less", "3")), "cannot be asked"),
        (form(("consent", "less", "yesterday")), "year-month-day"),
        (form(("shoe", "equals", "3")), "nothing is known of readers as"),
        (form(("list", "equals", "none")), "there is no list"),
        (form(("first_name", "drop", "x")), "cannot be asked"),
        (form(CH, match="none"), "neither all nor any"),
        (form(CH, slug="Not A Slug", do="keep"), "such as"),
        (form(CH, slug="", do="keep"), ""),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(operator: Client, sent: dict[str, Any], said: str) -> None:
    answer = operator.post("/segments/", sent)
    assert answer.status_code == 400
    assert said in answer.content.decode().replace("&#39;", "'")
    assert not Segment.objects.exists()


def test_a_value_is_no_markup(operator: Client) -> None:
    html = operator.post("/segments/", form(("name", "equals", "<script>1</script>"))).content.decode()
    assert "<script>" not in html


def test_another_sites_page_sends_nothing(signed_in: Callable[..., Client]) -> None:
    editor = signed_in("editor", guarded=True)
    assert editor.post("/segments/", form(CH, slug="swiss", do="keep")).status_code == 403
    assert not Segment.objects.exists()


@pytest.mark.parametrize("role", ["contributor", "approver", "viewer"])
def test_it_is_for_those_who_see_addresses(signed_in: Callable[..., Client], role: str) -> None:
    browser = signed_in(role)
    assert browser.get("/segments/").status_code == 403
    assert browser.post("/segments/", form(CH)).status_code == 403
