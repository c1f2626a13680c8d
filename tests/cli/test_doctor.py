"""``newsletter doctor``: against a name server, a time server and a stand-in for SendGrid on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.reports import reachable
from newsletter.reports.health import GOOD, Line
from tests.cli.conftest import Ran, Run
from tests.outside.test_spf import KEY
from tests.outside.test_time_server import server
from tests.stubs.dns_stub import Zone, serve
from tests.stubs.sendgrid_stub import running_stub

pytestmark = pytest.mark.django_db


def _long(text: str) -> list[str]:
    return [" ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))]


GOOD_ZONE: dict = {
    ("ushr.test", "TXT"): ['"v=spf1 ip4:198.51.100.7 -all"'],
    ("ushr.test", "MX"): ["10 mx.ushr.test."],
    ("mx.ushr.test", "A"): ["198.51.100.7"],
    ("7.100.51.198.in-addr.arpa", "PTR"): ["mx.ushr.test."],
    ("mail._domainkey.ushr.test", "TXT"): _long(f"v=DKIM1; p={KEY}"),
    ("_dmarc.ushr.test", "TXT"): ['"v=DMARC1; p=quarantine"'],
}
RECORDS = {
    "mail_cname": {"valid": False, "type": "cname", "host": "em1.ushr.test", "data": "u1.wl.sendgrid.net"},
    "dkim1": {"valid": False, "type": "cname", "host": "s1._domainkey.ushr.test", "data": "s1.dk.u1.wl.sendgrid.net"},
    "dkim2": {"valid": False, "type": "cname", "host": "s2._domainkey.ushr.test", "data": "s2.dk.u1.wl.sendgrid.net"},
}  # fmt: skip


@pytest.fixture
def settings(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEWSLETTER_SENDER__EMAIL", "news@ushr.test")
    monkeypatch.setenv("NEWSLETTER_SITE__BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("NEWSLETTER_PROVIDERS__ALLOW_TEST_ADDRESSES", "true")
    return site


@pytest.fixture
def smtp(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_DELIVERY__PROVIDER", "smtp")
    monkeypatch.setenv("NEWSLETTER_PROVIDERS__SMTP__HOST", "mx.ushr.test")


@pytest.fixture
def clock() -> Iterator[str]:
    with server(0.0) as (host, port):
        yield f"{host}:{port}"


def ask(run: Run, zone: dict, clock: str, *more: str) -> tuple[Ran, dict[str, dict]]:
    with serve(Zone(zone)) as (host, port):
        ran = run("doctor", "--resolver", f"{host}:{port}", "--time-server", clock, "--json", *more)
    return ran, {row["what"]: row for row in json.loads(ran.out)}


def test_a_domain_that_is_well(run: Run, smtp: None, clock: str):
    ran, found = ask(run, GOOD_ZONE, clock)
    assert {what: found[what]["level"] for what in ("DKIM", "SPF", "DMARC", "MX", "PTR", "Clock")} == dict.fromkeys(
        ("DKIM", "SPF", "DMARC", "MX", "PTR", "Clock"), "good"
    )
    assert {"Store", "Disk", "Provider", "Versions", "Public address"} <= set(found)
    assert found["Public address"]["level"] == "bad"  # nothing listens there
    assert ran.code == 3


def test_a_domain_of_which_nothing_is_said(run: Run, smtp: None, clock: str):
    _, found = ask(run, {("ushr.test", "TXT"): ['"x"'], ("mx.ushr.test", "A"): ["198.51.100.7"]}, clock)
    assert found["SPF"]["records"] == [
        {"name": "ushr.test", "type": "TXT", "value": "v=spf1 ip4:198.51.100.7 ~all"},
    ]
    assert found["DMARC"]["records"][0]["value"] == "v=DMARC1; p=none; rua=mailto:news@ushr.test"
    assert found["PTR"]["records"][0]["value"] == "mx.ushr.test."
    assert found["MX"]["level"] == "bad"
    assert {found[what]["level"] for what in ("SPF", "DKIM", "DMARC", "PTR")} == {"warning"}


def test_output_for_people(run: Run, smtp: None, clock: str):
    with serve(Zone({("ushr.test", "TXT"): ['"x"']})) as (host, port):
        ran = run("doctor", "--resolver", f"{host}:{port}", "--time-server", clock)
    assert "bad     MX: ushr.test does not say where its mail goes" in ran.out
    assert "_dmarc.ushr.test  TXT  v=DMARC1; p=none" in ran.out
    assert "bad," in ran.err
    assert ran.code == 3


def test_sendgrid_is_asked_for_its_records(run: Run, settings: Path, clock: str, monkeypatch: pytest.MonkeyPatch):
    with running_stub() as account:
        account.domains = [
            {"domain": "other.test", "valid": True, "dns": {}},
            {"domain": "ushr.test", "valid": False, "dns": RECORDS},
        ]
        monkeypatch.setenv("NEWSLETTER_DELIVERY__PROVIDER", "sendgrid")
        monkeypatch.setenv("NEWSLETTER_PROVIDERS__SENDGRID__HOST", account.host)
        monkeypatch.setenv("NEWSLETTER_PROVIDERS__SENDGRID__API_KEY", "SG.stub-key")
        _, found = ask(run, GOOD_ZONE, clock)
        assert "Signing" in found, found["DKIM"]
        assert found["Signing"]["level"] == "warning"
        assert [(one["type"], one["name"], one["value"]) for one in found["Signing"]["records"]] == [
            ("CNAME", one["host"], one["data"]) for one in RECORDS.values()
        ]
        there = {(one["host"], "CNAME"): [f"{one['data']}."] for one in RECORDS.values()}
        _, found = ask(run, {**GOOD_ZONE, **there}, clock)
        assert found["Signing"]["level"] == "good"
        account.domains = []
        _, found = ask(run, {("ushr.test", "TXT"): ['"x"']}, clock)
        assert "SendGrid does not know ushr.test" in found["Signing"]["said"]


def test_a_large_list_makes_it_grave(run: Run, smtp: None, clock: str, monkeypatch: pytest.MonkeyPatch):
    from newsletter.reports import doctor

    monkeypatch.setattr(doctor, "MANY", 0)
    _, found = ask(run, {("ushr.test", "TXT"): ['"x"']}, clock)
    assert {found[what]["level"] for what in ("SPF", "DKIM", "DMARC")} == {"bad"}


def test_without_a_sender(run: Run, site: Path, clock: str):
    ran, found = ask(run, {}, clock)
    assert found["Sender"]["level"] == "bad"
    assert ran.code == 3


def test_the_clock(run: Run, settings: Path):
    with server(-300.0) as (host, port):
        _, found = ask(run, GOOD_ZONE, f"{host}:{port}")
    assert (found["Clock"]["level"], found["Clock"]["said"]) == ("bad", "It is 300 seconds ahead.")
    _, found = ask(run, GOOD_ZONE, "127.0.0.1:1")
    assert (found["Clock"]["level"], "could not be compared" in found["Clock"]["said"]) == ("warning", True)


@pytest.mark.parametrize("place", ["127.0.0.1:x", ":53", "127.0.0.1:0", "127.0.0.1:99999"])
def test_an_address_that_is_none(run: Run, settings: Path, place: str):
    ran = run("doctor", "--resolver", place)
    assert (ran.code, "is no address" in ran.err) == (2, True)


def test_all_is_well(run: Run, settings: Path, clock: str, monkeypatch: pytest.MonkeyPatch):
    """Nothing bad is exit code 0; what only wants a look does not count."""
    monkeypatch.setattr(reachable, "ask", lambda _: Line("Public address", "warning", "x"))
    ran, found = ask(run, GOOD_ZONE, clock)
    assert [one for one in found.values() if one["level"] == "bad"] == []
    assert ran.code == 0
    assert GOOD == "good"
