"""SpamAssassin is asked where it runs."""

import pytest

from newsletter.checks import Hit, Spam
from newsletter.outside import spamd
from newsletter.outside.spamd import Daemon, ask, judged
from tests.checks.build import Case, context
from tests.checks.letters import message
from tests.stubs.spamd_stub import answer_of, serve

HITS = (
    Hit(2.5, "URI_HEX", "URI: URI hostname has long hexadecimal sequence"),
    Hit(2.1, "SUBJ_ALL_CAPS", "Subject is all capitals"),
    Hit(-0.0, "NO_RELAYS", "Informational: message was not relayed via SMTP"),
    Hit(1.8, "HTML_IMAGE_ONLY_16", "BODY: HTML: images with 1200-1600 bytes of words"),
    Hit(0.0, "HTML_MESSAGE", "BODY: HTML included in message"),
    Hit(1_000.0, "GTUBE", "BODY: Generic Test for Unsolicited Bulk Email"),
)


def test_the_score_and_the_rules_are_read():
    with serve() as server:
        assert ask(message(), Daemon(port=server.server_address[1])) == Spam(6.4, 5.0, HITS)
        assert server.asked == [message()]


def test_over_a_socket_in_the_file_system(tmp_path):
    with serve(path=tmp_path / "s"):
        assert ask(b"Subject: x\r\n\r\nx\r\n", Daemon(str(tmp_path / "s"))) == Spam(6.4, 5.0, HITS)


def test_a_large_message_and_odd_bytes():
    big = message(extra=b"X-Odd: " + bytes(range(128, 256))) + b"x" * 300_000
    with serve() as server:
        assert ask(big, Daemon(port=server.server_address[1]))
        assert server.asked == [big]


@pytest.mark.parametrize(
    ("score", "told"),
    [("False ; 0.3 / 5.0", (0.3, 5.0)), ("False ; -1.2 / 8.0", (-1.2, 8.0)), ("Yes ; 5 / 5", (5.0, 5.0))],
)
def test_scores_of_all_kinds(score, told):
    with serve(answer_of("No rules.\n", score)) as server:
        found = ask(b"x", Daemon(port=server.server_address[1]))
        assert found == Spam(*told)


WHOLE = answer_of()
BROKEN = [
    b"",
    b"\r\n\r\n",
    b"SPAMD/1.0 76 Bad header line\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    WHOLE.replace(b"Spam:", b"Ham:"),
    WHOLE.replace(b" 0 EX_OK", b" 75 EX_TEMPFAIL"),
    WHOLE[:-400],
    WHOLE.replace(b"6.4 / 5.0", b"many / few"),
]


@pytest.mark.parametrize("answer", BROKEN)
def test_an_answer_that_cannot_be_read_is_none(answer):
    with serve(answer) as server:
        assert ask(b"x", Daemon(port=server.server_address[1])) is None


def test_where_nobody_listens_nothing_is_said(tmp_path):
    assert ask(b"x", Daemon(port=1)) is None
    assert ask(b"x", Daemon(str(tmp_path / "none"))) is None
    one = context(Case(message=message()))
    assert judged([one], Daemon(port=1)) == [one]


def test_messages_are_judged_and_contexts_without_one_left_alone():
    bare, full = context(Case()), context(Case(message=message()))
    with serve() as server:
        first, second = judged([bare, full], Daemon(port=server.server_address[1]))
    assert first is bare
    assert second.spam == Spam(6.4, 5.0, HITS)


def test_where_it_listens_is_told_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("SPAMD_SOCKET", raising=False)
    monkeypatch.delenv("SPAMD_PORT", raising=False)
    monkeypatch.setattr(spamd, "SOCKETS", ())
    assert spamd.daemon() == Daemon("", 783)
    monkeypatch.setenv("SPAMD_PORT", "1783")
    assert spamd.daemon() == Daemon("", 1783)
    monkeypatch.setenv("SPAMD_SOCKET", str(tmp_path / "s"))
    assert spamd.daemon() == Daemon(str(tmp_path / "s"))
