"""SMTP against a server that fails at every step, and that logs what it reads in the order in which it reads it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newsletter.delivery.messages import Composer
from newsletter.delivery.providers import smtp_session
from newsletter.delivery.providers.base import Accepted, Ambiguous, Answer, Postponed, Refused, Submission, Unreachable
from newsletter.delivery.providers.smtp import Smtp
from newsletter.delivery.providers.smtp_session import Dropped, Session
from newsletter.delivery.providers.smtp_session import Path as MailPath
from tests.delivery.worlds import ENVELOPE, RENDERING, make_site, recipient

COMPOSER = Composer(RENDERING, ENVELOPE)
YES = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "END": "250 taken"}


class Gone(Exception):
    """The server hangs up."""


class Wire:
    """A mail server, a thread a connection. ``fault(step, number)`` is asked before each answer, of the mail that is
    the nth on this server: it may raise ``Gone``, or give another answer."""

    def __init__(self) -> None:
        self.pipelining = True
        self.quiet = False
        """It answers nothing before it has read DATA, which never comes from a client that waits for an answer."""
        self.fault: Callable[[str, int], str | None] = lambda *_: None
        self.log: list[str] = []
        self.mails: list[bytes] = []
        self.clients: list[Smtp] = []
        self.begun = self.connections = self.open = self.most_open = 0
        self.room = 99
        self.delay = 0.0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            full = self.open >= self.room
            self.open += not full
            self.most_open = max(self.most_open, self.open)
        try:
            with connection, connection.makefile("rb") as lines:
                if full:
                    connection.sendall(b"421 too many connections\r\n")
                    return
                connection.sendall(b"220 wire\r\n")
                self._talk(connection, lines)
        except (Gone, OSError):
            pass
        finally:
            with self._lock:
                self.open -= not full

    def _talk(self, connection: socket.socket, lines: Any) -> None:
        number, owed = 0, []
        while line := lines.readline():
            verb = line[:4].decode().upper()
            self.log.append(line.decode().strip())
            if verb == "EHLO":
                connection.sendall(b"250-wire\r\n250 PIPELINING\r\n" if self.pipelining else b"250 wire\r\n")
                continue
            if verb in {"RSET", "QUIT"}:
                connection.sendall(b"250 ok\r\n")
                continue
            if verb == "MAIL":
                with self._lock:
                    self.begun += 1
                    number = self.begun
            owed.append(self._answer(verb, number))
            if verb == "DATA" or not self.quiet:
                self._send(connection, owed)
            if verb == "DATA" and self.last.startswith("354"):
                self._read_mail(lines, number)
                owed.append(self._answer("END", number))
                if not self.quiet:
                    self._send(connection, owed)

    def _answer(self, step: str, number: int) -> str:
        time.sleep(self.delay)
        self.last = self.fault(step, number) or YES[step]
        return self.last

    def _send(self, connection: socket.socket, owed: list[str]) -> None:
        self.log.append(f"> {' '.join(answer[:3] for answer in owed)}")
        connection.sendall("".join(f"{answer}\r\n" for answer in owed).encode())
        after = owed[-1] == "250 taken" and self.fault("AFTER", self.begun)
        owed.clear()
        if after:
            raise Gone

    def _read_mail(self, lines: Any, number: int) -> None:
        self.fault("BODY", number)
        read = []
        while (line := lines.readline()) != b".\r\n":
            if not line:
                self.log.append("cut off")
                raise Gone
            read.append(line)
        self.fault("LOSE", number)
        self.mails.append(b"".join(read))


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

    def getreply() -> tuple[int, bytes]:
        if len(sent) > 0:
            raise ConnectionResetError
        return replies.pop(0)

    replies = [(250, b"ok"), (250, b"ok"), (354, b"go on")]
    sock = SimpleNamespace(settimeout=lambda _: None, setsockopt=lambda *_: None, send=send)
    server: Any = SimpleNamespace(
        sock=sock, has_extn=lambda _: True, send=lambda _: None, getreply=getreply, close=lambda: None
    )
    one, two = MailPath("a@example.org", "b@example.org"), MailPath("a@example.org", "c@example.org")
    assert type(Session(server).transact(one, message, two)) is outcome
