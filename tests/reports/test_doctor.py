"""What the doctor says of the public address: one click, and the certificate; against servers on this machine."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.delivery.trial import INERT_TOKEN
from newsletter.outside.advice import BAD, GOOD, WARNING
from newsletter.reports import doctor, reachable
from newsletter.reports.health import Line
from tests.delivery.worlds import make_site
from tests.stubs import web_stub
from tests.stubs.web_stub import Request, certified, said, to, trust

PATH = f"/u/{INERT_TOKEN}"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "ask", lambda _: Line("Public address", GOOD, "It leads here."))


def public(tmp_path: Path, base: str) -> dict[str, tuple[str, str]]:
    site = make_site(tmp_path, site={"name": "USHRN", "base_url": base})
    return {one.what: (one.level, one.said) for one in doctor.public_address(site, now=datetime.now(UTC))}


def test_one_click_is_tried_in_both_encodings_for_nobody(tmp_path: Path):
    asked = []

    def take(request: Request) -> None:
        asked.append((request.command, request.headers["Content-Type"].partition(";")[0], request.body))
        request.page("gone")

    with web_stub.serve({PATH: take}) as server:
        assert public(tmp_path, f"http://127.0.0.1:{server.port}")["One click"][0] == GOOD
    assert [(verb, kind) for verb, kind, _ in asked] == [
        ("POST", "application/x-www-form-urlencoded"), ("POST", "multipart/form-data"),
    ]  # fmt: skip
    assert asked[0][2] == b"List-Unsubscribe=One-Click"
    assert b'name="List-Unsubscribe"\r\n\r\nOne-Click\r\n' in asked[1][2]


@pytest.mark.parametrize(
    ("route", "says"),
    [
        (said("no", 404), "404"), (said("no", 500), "500"), (said("login", 401), "401"), (to("/sign-in/"), "302"),
        (to(f"{PATH}/", 308), "308"), (said("yes", **{"Set-Cookie": "a=b"}), "sets a cookie"),
    ],
)  # fmt: skip
def test_what_keeps_mail_programs_from_unsubscribing(tmp_path: Path, route, says: str):
    with web_stub.serve({PATH: route}) as server:
        level, told = public(tmp_path, f"http://127.0.0.1:{server.port}")["One click"]
    assert (level, says in told) == (BAD, True), told


@pytest.mark.parametrize(
    ("days", "by_itself", "level", "says"),
    [(90, False, GOOD, "runs out on"), (10, False, WARNING, "runs out on"), (-1, False, BAD, "expired"),
     (90, True, BAD, "self")],
)  # fmt: skip
def test_the_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days, by_itself, level, says):
    trusted = trust()
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusted)
    tls = certified(tmp_path, "localhost", days=days, by_itself=by_itself)
    with web_stub.serve({PATH: said("gone")}, tls=tls) as server:
        found = public(tmp_path, f"https://localhost:{server.port}")["Certificate"]
    assert (found[0], says in found[1]) == (level, True), found


def test_an_address_that_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reachable, "ask", lambda _: Line("Public address", BAD, "It does not."))
    found = public(tmp_path, "https://localhost:1")
    assert found["Certificate"][0] == WARNING
    assert "One click" not in found
