"""SMTP against a server that fails at every step, and that logs what it reads in the order in which it reads it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newsletter.delivery.messages import Composer
from newsletter.delivery.providers import smtp_pool, smtp_session
from newsletter.delivery.providers.base import Accepted, Ambiguous, Answer, Postponed, Refused, Submission, Unreachable
from newsletter.delivery.providers.smtp import Smtp
from newsletter.delivery.providers.smtp_session import Dropped, Session
from newsletter.delivery.providers.smtp_session import Path as MailPath
from tests.delivery.providers.wire import Gone, Wire
from tests.delivery.worlds import ENVELOPE, RENDERING, make_site, recipient

COMPOSER = Composer(RENDERING, ENVELOPE)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setattr(smtp_session, "ANSWER_SECONDS", 5.0)
    made = Wire()
    yield made
    for client in made.clients:
        client.close()
    made.close()


def provider(wire: Wire, folder: Path, **settings: Any) -> Smtp:
    section = {"host": "127.0.0.1", "port": wire.port, "tls": "none", **settings}
    wire.clients.append(Smtp(make_site(folder, providers={"smtp": section})))
    return wire.clients[-1]


def submit(made: Smtp, *numbers: int) -> Answer:
    return made.submit(Submission("1", RENDERING, ENVELOPE, COMPOSER, tuple(map(recipient, numbers))))


def outcomes(answer: Answer) -> list[type]:
    return [type(outcome) for _, outcome in sorted(answer.outcomes.items())]


def ids(wire: Wire) -> list[str]:
    return [mail.partition(b"Message-ID: <")[2].partition(b"@")[0].decode() for mail in wire.mails]


def raising(step: str, number: int) -> Callable[[str, int], str | None]:
    def fault(at: str, nth: int) -> str | None:
        if (at, nth) == (step, number):
            raise Gone
        return None

    return fault


def saying(answers: dict[tuple[str, int], str]) -> Callable[[str, int], str | None]:
    return lambda step, number: answers.get((step, number))


def test_commands_leave_together_and_the_next_ones_with_the_end_of_the_mail(wire: Wire, tmp_path: Path) -> None:
    """The server answers nothing before it has read DATA: from a client that waits in between, it never comes."""
    wire.quiet = True
    made = provider(wire, tmp_path)

    def last_answered(step: str, number: int) -> None:
        if (step, number) == ("LOSE", 3):  # nothing follows the last mail: answer at once
            wire.quiet = False

    wire.fault = last_answered  # type: ignore[assignment]
    assert outcomes(submit(made, 1, 2, 3)) == [Accepted] * 3
    made.close()
    assert [line[:4] for line in wire.log[1:]] == [
        *("MAIL", "RCPT", "DATA", "> 25"),
        *("MAIL", "RCPT", "DATA", "> 25"),
        *("MAIL", "RCPT", "DATA", "> 25"),
        *("> 25", "quit"),
    ]
    assert wire.log[4] == "> 250 250 354" and wire.log[8] == wire.log[12] == "> 250 250 250 354"
    assert wire.mails == [COMPOSER.message(recipient(number)) for number in (1, 2, 3)]


def test_without_pipelining_each_command_waits_for_its_answer(wire: Wire, tmp_path: Path) -> None:
    wire.pipelining = False
    assert outcomes(submit(provider(wire, tmp_path), 1, 2)) == [Accepted] * 2
    assert [line[:4] for line in wire.log[1:]] == ["MAIL", "> 25", "RCPT", "> 25", "DATA", "> 35", "> 25"] * 2


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "AFTER"])
def test_a_connection_that_served_and_ends_before_the_end_of_a_mail_costs_nobody_anything(
    wire: Wire, tmp_path: Path, step: str, pipelining: bool
) -> None:
    wire.pipelining = pipelining
    wire.fault = saying({("AFTER", 1): "gone"}) if step == "AFTER" else raising(step, 2)
    assert outcomes(submit(provider(wire, tmp_path), 1, 2, 3)) == [Accepted] * 3
    assert wire.connections == 2 and len(ids(wire)) == len(set(ids(wire))) == 3


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_fresh_connection_that_ends_puts_one_off_and_the_rest_goes_on(wire: Wire, tmp_path: Path, step: str) -> None:
    wire.fault = raising(step, 1)
    assert outcomes(submit(provider(wire, tmp_path), 1, 2)) == [Postponed, Accepted]
    assert ids(wire) == ["delivery00000000000002"]


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(("step", "taken"), [("BODY", False), ("LOSE", False), ("END", True)])
def test_only_a_final_dot_without_an_answer_is_unknown(
    wire: Wire, tmp_path: Path, step: str, taken: bool, pipelining: bool
) -> None:
    """Before the server has read the mail, which has left to its end; before it has taken it; and after that."""
    wire.pipelining = pipelining
    wire.fault = raising(step, 2)
    assert outcomes(submit(provider(wire, tmp_path), 1, 2, 3)) == [Accepted, Ambiguous, Accepted]
    assert ids(wire).count("delivery00000000000002") == int(taken)
    assert len(ids(wire)) == len(set(ids(wire)))


def test_a_mail_without_a_recipient_is_never_ended(wire: Wire, tmp_path: Path) -> None:
    wire.fault = saying({("RCPT", 2): "550 nobody"})
    assert outcomes(submit(provider(wire, tmp_path), 1, 2, 3)) == [Accepted, Refused, Accepted]
    assert "cut off" in wire.log and wire.connections == 2
    assert ids(wire) == ["delivery00000000000001", "delivery00000000000003"]


def test_after_a_refusal_the_connection_goes_on(wire: Wire, tmp_path: Path) -> None:
    wire.fault = saying({("RCPT", 2): "550 nobody", ("DATA", 2): "503 no recipient", ("END", 3): "451 later"})
    assert outcomes(submit(provider(wire, tmp_path), 1, 2, 3, 4)) == [Accepted, Refused, Postponed, Accepted]
    assert wire.connections == 1 and wire.log.count("RSET") == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "END"])
def test_a_server_that_closes_is_called_again(wire: Wire, tmp_path: Path, step: str) -> None:
    wire.fault = saying({(step, 2): "421 closing"})
    answer = submit(provider(wire, tmp_path), 1, 2, 3)
    assert outcomes(answer) == [Accepted] * 3 and wire.connections == 2


def test_a_slow_server_is_waited_for_and_one_that_says_nothing_is_not(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_session, "ANSWER_SECONDS", 0.6)
    wire.delay = 0.1
    assert outcomes(submit(provider(wire, tmp_path), 1)) == [Accepted]
    wire.fault = lambda step, number: time.sleep(1.5) if step == "END" else None  # type: ignore[assignment,return-value]
    assert outcomes(submit(provider(wire, tmp_path), 2)) == [Ambiguous]


def test_a_server_that_takes_fewer_connections_is_served_over_those(wire: Wire, tmp_path: Path) -> None:
    wire.room, wire.delay = 2, 0.01
    made = provider(wire, tmp_path, connections=6)
    with ThreadPoolExecutor(6) as lanes:
        answers = list(lanes.map(lambda number: submit(made, number, number + 10), range(1, 7)))
    made.close()
    assert [outcomes(answer) for answer in answers] == [[Accepted] * 2] * 6
    assert wire.most_open == 2 and len(set(ids(wire))) == 12


def test_a_server_that_takes_no_connection_is_unreachable(wire: Wire, tmp_path: Path) -> None:
    wire.room = 0
    assert outcomes(submit(provider(wire, tmp_path), 1, 2)) == [Unreachable] * 2


def test_connections_are_kept_from_call_to_call(wire: Wire, tmp_path: Path) -> None:
    made = provider(wire, tmp_path)
    for number in range(1, 4):
        submit(made, number)
    made.close()
    assert wire.connections == 1 and wire.log[-1].upper() == "QUIT"


def test_a_connection_that_was_kept_for_long_is_not_trusted(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stands between may have forgotten it, and then no answer comes."""
    made = provider(wire, tmp_path, connections=1)
    submit(made, 1)
    monkeypatch.setattr(smtp_pool, "IDLE_SECONDS", 0.0)
    assert outcomes(submit(made, 2)) == [Accepted]
    monkeypatch.undo()
    assert outcomes(submit(made, 3)) == [Accepted]
    assert wire.connections == 2


def test_a_bounce_names_its_delivery_where_the_settings_want_that(wire: Wire, tmp_path: Path) -> None:
    submit(provider(wire, tmp_path, verp="bounces@example.org"), 1)
    assert "mail FROM:<bounces+delivery00000000000001@example.org>".upper() in wire.log[1].upper()


def test_a_return_path_must_leave_room_for_the_name_of_a_delivery(tmp_path: Path) -> None:
    section = {"host": "mail.example.org", "verp": "b" * 42 + "@example.org"}
    (problem,) = Smtp(make_site(tmp_path, providers={"smtp": section})).check()
    assert "41" in problem


@pytest.mark.parametrize(("extra", "outcome"), [(-1, Dropped), (0, Ambiguous), (7, Ambiguous)])
def test_a_mail_whose_last_byte_left_is_never_sent_again(extra: int, outcome: type) -> None:
    """The line breaks while the next commands leave, which go out in one piece with the end of the mail."""
    message = b"Subject: x\r\n\r\ntext\r\n"
    room = len(message) + 3 + extra
    sent: list[bytes] = []

    def send(data: bytes) -> int:
        left = room - sum(map(len, sent))
        if left <= 0:
            raise ConnectionResetError
        sent.append(bytes(data[:left]))
        return min(left, len(data))

    def send_some(data: bytes) -> int:
        return send(data) if sent else len(data)

    def receive(_: int) -> bytes:
        if sent:
            raise ConnectionResetError
        return b"250 ok\r\n250 ok\r\n354 go on\r\n"

    sock = SimpleNamespace(
        settimeout=lambda _: None,
        sendmsg=lambda parts: send(b"".join(parts)),
        send=send_some,
        recv=receive,
    )
    server: Any = SimpleNamespace(sock=sock, has_extn=lambda _: True, close=lambda: None)
    one, two = MailPath("a@example.org", "b@example.org"), MailPath("a@example.org", "c@example.org")
    talk = Session(server).transact(one, [message[:5], message[5:]], two)
    with pytest.raises(StopIteration) as end:
        while True:
            next(talk)
    assert type(end.value.value) is outcome


@pytest.mark.parametrize(
    ("step", "number", "answer", "outcome"),
    [
        ("RCPT", 2, "250-one\r\n250-two\r\n250 three", Accepted),
        ("END", 2, "550-one\r\n550 two", Refused),
        ("END", 2, "hello", Ambiguous),
        ("END", 2, "250-" + "x" * 70_000, Ambiguous),
        ("RCPT", 1, "hello", Postponed),
        ("RCPT", 1, "250" + "x" * 70_000, Postponed),
    ],
)
def test_an_answer_that_is_no_reply_ends_the_connection(
    wire: Wire, tmp_path: Path, step: str, number: int, answer: str, outcome: type
) -> None:
    wire.fault = saying({(step, number): answer})
    wanted = [Accepted] * 3
    wanted[number - 1] = outcome
    assert outcomes(submit(provider(wire, tmp_path), 1, 2, 3)) == wanted
    assert wire.connections == (2 if outcome in {Ambiguous, Postponed} else 1)
