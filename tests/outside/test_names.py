"""Name servers."""

import time

import pytest

from newsletter.outside.names import Names, NoAnswer, NoName
from tests.stubs.dns_stub import Zone, serve

ZONE = {
    ("example.org", "A"): ["192.0.2.1"],
    ("example.org", "AAAA"): ["2001:db8::1"],
    ("example.org", "TXT"): ['"v=spf1 " "-all"', '"other"'],
    ("only6.example.org", "AAAA"): ["2001:db8::2"],
    ("mail.example.org", "MX"): ["10 mx.example.org."],
    ("alias.example.org", "CNAME"): ["example.org."],
    ("fails.example.org", "*"): "SERVFAIL",
    ("refuses.example.org", "*"): "REFUSED",
    ("silent.example.org", "*"): "SILENT",
    ("half.example.org", "A"): ["192.0.2.3"],
    ("half.example.org", "AAAA"): "SERVFAIL",
    ("long.example.org", "TXT"): [f'"{"x" * 255}" "{"y" * 255}"'] * 1
    + [f'"{number} {"z" * 200}"' for number in range(12)],
}


@pytest.fixture(scope="module")
def names():
    with serve(Zone(ZONE)) as at:
        yield Names([at], seconds=0.6)


def test_addresses_of_both_kinds(names):
    assert names.addresses("example.org") == ["192.0.2.1", "2001:db8::1"]
    assert names.addresses("only6.example.org") == ["2001:db8::2"]
    assert names.addresses("alias.example.org") == ["192.0.2.1", "2001:db8::1"]
    assert names.addresses("half.example.org") == ["192.0.2.3"]


def test_the_pieces_of_a_text_are_joined(names):
    assert names.ask("example.org", "TXT") == ["other", "v=spf1 -all"]


def test_a_long_answer_comes_over_tcp(names):
    found = names.ask("long.example.org", "TXT")
    assert len(found) == 13
    assert "x" * 255 + "y" * 255 in found


@pytest.mark.parametrize("name", ["nothing.example.net", "a..b", "x" * 64 + ".org", "." + "x." * 130])
def test_a_name_that_is_not_there(names, name):
    with pytest.raises(NoName):
        names.ask(name, "A")


def test_a_name_without_such_a_record(names):
    assert names.ask("mail.example.org", "A") == []
    with pytest.raises(NoName, match="has no address"):
        names.addresses("mail.example.org")


@pytest.mark.parametrize(
    ("name", "says"), [("fails", "SERVFAIL"), ("refuses", "refuses"), ("silent", "no answer in time")]
)
def test_a_server_that_does_not_say(names, name, says):
    begun = time.monotonic()
    with pytest.raises(NoAnswer, match=says):
        names.addresses(f"{name}.example.org")
    assert time.monotonic() - begun < 3


def test_nobody_listens():
    with pytest.raises(NoAnswer):
        Names([("127.0.0.1", 1)], seconds=0.3).ask("example.org", "A")
