"""What was found behind links is known for an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.checks import Fault, Visit
from newsletter.outside import kept
from newsletter.outside.links import limits_of, links_of
from tests.checks.build import Case, context
from tests.delivery.worlds import make_site

NOW = datetime(2020, 10, 28, 12, tzinfo=UTC)
URL = "https://www.example.org/x"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "data").mkdir()
    return make_site(tmp_path)


def test_it_is_known_for_an_hour(site):
    found = {
        URL: Visit(NOW, status=200, hops=("https://b.example/",), title="T", seconds=0.2, expires=NOW),
        "https://y.example/": Visit(NOW - timedelta(minutes=50), fault=Fault.NAME, said="x"),
    }
    kept.keep(site, found, now=NOW)
    assert kept.known(site, NOW) == found
    assert list(kept.known(site, NOW + timedelta(minutes=11))) == [URL]
    assert kept.known(site, NOW + timedelta(minutes=60)) == {}
    assert kept.known(site, NOW - timedelta(minutes=1)) == {"https://y.example/": found["https://y.example/"]}


def test_newer_is_added_and_what_is_old_forgotten(site):
    kept.keep(site, {URL: Visit(NOW, status=404)}, now=NOW)
    kept.keep(site, {"https://z.example/": Visit(NOW, status=200)}, now=NOW)
    assert {url: one.status for url, one in kept.known(site, NOW).items()} == {URL: 404, "https://z.example/": 200}
    later = NOW + timedelta(hours=2)
    kept.keep(site, {URL: Visit(later, status=200)}, now=later)
    assert list(kept.known(site, later)) == [URL]
    assert [path.name for path in site.data.iterdir()] == [kept.FILE]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b"\xff\xfe", b'{"a": {"at": "never"}}'])
def test_a_file_that_is_damaged_is_none(site, content):
    (site.data / kept.FILE).write_bytes(content)
    assert kept.known(site, NOW) == {}
    kept.keep(site, {URL: Visit(NOW, status=200)}, now=NOW)
    assert list(kept.known(site, NOW)) == [URL]


def test_without_a_folder_nothing_is_kept(tmp_path):
    site = make_site(tmp_path / "none")
    kept.keep(site, {URL: Visit(NOW, status=200)}, now=NOW)
    assert kept.known(site, NOW) == {}


def test_links_are_those_that_a_person_wrote():
    text = (
        "[a](https://a.example/x) [again](https://a.example/x) <https://b.example/> [m](mailto:a@b.example) [i](#x) "
        "https://c.example/bare [own](https://news.example.org/m/1) [ftp](ftp://d.example/) [h](HTTP://e.example/)"
    )
    made = context(
        Case(
            issue={"introduction": text},
            body='<a href="https://t.example/">T</a><a href="https://made.example/?text=Dear">share</a>',
            templates={"email/layout.mjml.j2": '<a href="https://t.example/">'},
        )
    )
    assert links_of([made, made]) == [
        "https://a.example/x", "https://b.example/", "https://c.example/bare", "HTTP://e.example/", "https://t.example/",
    ]  # fmt: skip


def test_this_machine_is_asked_in_tests_only(tmp_path):
    assert limits_of(make_site(tmp_path)).allowed == ("127.0.0.1",)
    assert limits_of(make_site(tmp_path, providers={"allow_test_addresses": False})).allowed == ()
