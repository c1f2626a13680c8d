"""Talks over several connections go on side by side, and each ends with whoever asked for it."""

import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newsletter.delivery.providers.base import Accepted
from newsletter.delivery.providers.smtp_exchange import Exchange, Steps
from newsletter.delivery.providers.smtp_session import Path as MailPath
from newsletter.delivery.providers.smtp_session import Session
from tests.delivery.providers.certificates import make_certificate

READ = selectors.EVENT_READ


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    made = Exchange()
    yield made
    made.close()


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    made = [socket.socketpair() for _ in range(3)]
    yield made
    for pair in made:
        for one in pair:
            one.close()


def echo(sock: socket.socket, count: int, threads: set[int]) -> Steps[bytes]:
    said = b""
    while len(said) < count:
        yield READ
        threads.add(threading.get_ident())
        said += sock.recv(100)
    return said


def test_talks_go_on_side_by_side_on_one_thread(exchange: Exchange, pairs: Any) -> None:
    threads: set[int] = set()
    with ThreadPoolExecutor(3) as callers:
        asked = [callers.submit(exchange.carry, one, echo(one, 3, threads), 5) for one, _ in pairs]
        for word in (b"a", b"b", b"c"):
            for _, other in reversed(pairs):
                other.send(word)
            time.sleep(0.02)
        assert [one.result(5) for one in asked] == [b"abc"] * 3
    assert len(threads) == 1 and threading.get_ident() not in threads


def test_what_fails_fails_where_it_was_asked_for_and_nowhere_else(exchange: Exchange, pairs: Any) -> None:
    def failing() -> Steps[None]:
        yield READ
        raise ValueError("this one")

    (one, other), (second, its), _ = pairs
    with ThreadPoolExecutor(1) as callers:
        left = callers.submit(exchange.carry, second, echo(second, 1, set()), 5)
        other.send(b"x")
        with pytest.raises(ValueError, match="this one"):
            exchange.carry(one, failing(), 5)
        its.send(b"y")
        assert left.result(5) == b"y"


def test_a_wait_ends_after_its_time_though_others_keep_talking(exchange: Exchange, pairs: Any) -> None:
    def waiting() -> Steps[str]:
        try:
            yield READ
        except TimeoutError:
            return "in vain"
        return "heard"

    (one, _), (busy, feeding), _ = pairs
    with ThreadPoolExecutor(2) as callers:
        talk = callers.submit(exchange.carry, busy, echo(busy, 60, set()), 5)
        silent = callers.submit(exchange.carry, one, waiting(), 0.2)
        for _ in range(60):
            feeding.send(b".")
            time.sleep(0.01)
        assert silent.done() and silent.result() == "in vain"
        assert talk.result(5) == b"." * 60


def test_what_is_being_said_at_the_end_is_broken_off(pairs: Any) -> None:
    exchange = Exchange()
    (one, other), *_ = pairs
    with ThreadPoolExecutor(1) as callers:
        left = callers.submit(exchange.carry, one, echo(one, 2, set()), 5)
        other.send(b"x")
        time.sleep(0.05)
        exchange.close()
        with pytest.raises(ConnectionAbortedError):
            left.result(5)
    other.send(b"y")
    assert exchange.carry(one, echo(one, 1, set()), 5) == b"y", "it opens again"
    exchange.close()


def test_a_connection_that_cannot_be_waited_for_ends_its_own_talk_alone(exchange: Exchange, pairs: Any) -> None:
    """As where the system has no room to watch one more."""
    (one, other), (closed, _), _ = pairs
    closed.close()
    with ThreadPoolExecutor(2) as callers:
        left = callers.submit(exchange.carry, one, echo(one, 1, set()), 5)
        broken = callers.submit(exchange.carry, closed, echo(closed, 1, set()), 5)
        with pytest.raises(ValueError, match="file descriptor"):
            broken.result(5)
        other.send(b"x")
        assert left.result(5) == b"x"


def test_a_thread_that_dies_breaks_off_what_is_said_and_is_followed_by_another(
    exchange: Exchange, pairs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    (one, _), (second, its), _ = pairs
    with ThreadPoolExecutor(2) as callers:
        left = callers.submit(exchange.carry, one, echo(one, 1, set()), 1)
        time.sleep(0.05)
        with monkeypatch.context() as broken:
            broken.setattr(exchange, "_begin", lambda: 1 / 0)
            with pytest.raises(ConnectionAbortedError):
                exchange.carry(second, echo(second, 1, set()), 1)
            with pytest.raises(ConnectionAbortedError):
                left.result(5)
            if exchange._thread:
                exchange._thread.join(5)
        its.send(b"y")
        assert callers.submit(exchange.carry, second, echo(second, 1, set()), 5).result(5) == b"y"


@pytest.mark.parametrize("tls", [False, True])
def test_a_mail_that_leaves_bit_by_bit_arrives_whole(exchange: Exchange, tmp_path: Path, tls: bool) -> None:
    """The server reads slowly, and answers in pieces of a byte."""
    ours, theirs = socket.socketpair()
    for one in (ours, theirs):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    certificate, key = make_certificate(tmp_path)
    message = b"".join(b"%06d %s\r\n" % (line, b"x" * 68) for line in range(4_000))
    path = MailPath("a@example.org", "b@example.org")
    read = bytearray()

    def serve() -> None:
        sock = theirs
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            sock = context.wrap_socket(theirs, server_side=True)
        for until, answer in ((b"DATA\r\n", b"250 a\r\n250-b\r\n250 c\r\n354 d\r\n"), (b"\r\n.\r\n", b"250 e\r\n")):
            while not read.endswith(until):
                read.extend(sock.recv(3_000))
            for place in range(len(answer)):
                sock.send(answer[place : place + 1])
        sock.close()

    with ThreadPoolExecutor(1) as servers:
        serving = servers.submit(serve)
        sock = ours
        if tls:
            context = ssl.create_default_context(cafile=str(certificate))
            context.check_hostname = False
            sock = context.wrap_socket(ours)
        server: Any = SimpleNamespace(sock=sock, has_extn=lambda _: True, close=sock.close)
        session = Session(server)
        assert exchange.carry(session.sock, session.transact(path, [message]), 5) == Accepted("250 e")
        session.drop()
        serving.result(5)
    assert bytes(read) == path.commands + message + b".\r\n"
