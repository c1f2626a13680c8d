"""SMTP against a real server on this machine."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from newsletter.delivery.messages import Composer
from newsletter.delivery.providers import smtp_session
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Postponed,
    Refused,
    Submission,
    Unreachable,
)
from newsletter.delivery.providers.smtp import Smtp
from newsletter.site import Site
from tests.delivery.providers.certificates import make_certificate
from tests.delivery.worlds import ENVELOPE, RENDERING, make_site, recipient

COMPOSER = Composer(RENDERING, ENVELOPE)


class Server:
    """A mail server that says to a recipient what ``replies`` has for the part before the @, per step."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.replies: dict[tuple[str, str], str] = {}
        self.connections = 0
        self.hang_up: set[tuple[str, str]] = set()
        self.mail_reply = ""

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, name: str, responses: Any) -> Any:
        session.host_name = name
        if not getattr(server, "counted", False):
            server.counted = True
            self.connections += 1
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: Any) -> str:
        if self.mail_reply:
            return self.mail_reply
        envelope.mail_from = sender
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        local = address.partition("@")[0]
        if ("RCPT", local) in self.hang_up:
            server.transport.abort()
        if reply := self.replies.get(("RCPT", local)):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        local = envelope.rcpt_tos[0].partition("@")[0]
        if ("lose", local) in self.hang_up:  # it is taken, but nobody is told
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
            server.transport.abort()
            await asyncio.sleep(0)
        if reply := self.replies.get(("DATA", local)):
            return reply
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return f"250 queued as {len(self.mails)}"


@pytest.fixture
def server() -> Server:
    return Server()


Start = Callable[..., Smtp]


@pytest.fixture
def start(server: Server, tmp_path: Path) -> Iterator[Start]:
    """Starts the server and gives the provider that is set to it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    started: list[asyncio.Server] = []
    providers: list[Smtp] = []

    def go(settings: dict[str, Any] | None = None, ssl_context: ssl.SSLContext | None = None, **options: Any) -> Smtp:
        made = loop.create_server(lambda: SMTP(server, loop=loop, **options), "127.0.0.1", 0, ssl=ssl_context)
        started.append(asyncio.run_coroutine_threadsafe(made, loop).result(20))
        port = started[-1].sockets[0].getsockname()[1]
        section = {"host": "127.0.0.1", "port": port, "tls": "none", **(settings or {})}
        providers.append(Smtp(make_site(tmp_path, providers={"smtp": section})))
        return providers[-1]

    yield go
    for provider in providers:
        provider.close()

    async def end() -> None:
        for one in started:
            one.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.05)

    asyncio.run_coroutine_threadsafe(end(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def submit(provider: Smtp, *numbers: int) -> Answer:
    return provider.submit(Submission("1", RENDERING, ENVELOPE, COMPOSER, tuple(map(recipient, numbers))))


def outcomes(answer: Answer) -> list[type]:
    return [type(answer.outcomes[f"delivery{number:014d}"]) for number in range(1, len(answer.outcomes) + 1)]


def test_one_recipient_a_transaction_on_one_connection(start: Start, server: Server) -> None:
    provider = start()
    answer = submit(provider, 1, 2)
    submit(provider, 3)
    assert answer.outcomes["delivery00000000000002"] == Accepted("250 queued as 2")
    assert [(sender, to) for sender, to, _ in server.mails] == [
        ("news@example.org", [f"reader{number}@example.org"]) for number in (1, 2, 3)
    ]
    assert server.connections == 1
    message = message_from_bytes(server.mails[1][2], policy=policy.default)
    assert message["To"].addresses[0].addr_spec == "reader2@example.org"
    assert server.mails[1][2] == COMPOSER.message(recipient(2))


def test_the_words_of_the_server_decide_for_each_recipient(start: Start, server: Server) -> None:
    server.replies = {
        ("RCPT", "reader1"): "550 no such user",
        ("RCPT", "reader2"): "450 greylisted",
        ("DATA", "reader3"): "554 spam",
        ("DATA", "reader4"): "451 later",
    }
    answer = submit(start(), 1, 2, 3, 4, 5)
    assert outcomes(answer) == [Refused, Postponed, Refused, Postponed, Accepted]
    assert answer.outcomes["delivery00000000000001"].reason == "550 no such user"
    assert [to for _, to, _ in server.mails] == [["reader5@example.org"]]
    assert server.connections == 1


def test_a_refused_sender_stops_the_mailing_and_burns_nobody(start: Start, server: Server) -> None:
    server.mail_reply = "553 not your address"
    answer = submit(start(), 1, 2)
    assert outcomes(answer) == [Barred, Barred] and "553" in answer.outcomes["delivery00000000000002"].reason


def test_a_connection_that_breaks_before_the_mail_is_a_sure_no(start: Start, server: Server) -> None:
    server.hang_up = {("RCPT", "reader1")}
    answer = submit(start(), 1, 2)
    assert outcomes(answer) == [Postponed, Accepted] and server.connections == 2


def test_a_lost_answer_to_the_mail_is_unknown_and_the_next_goes_on(start: Start, server: Server) -> None:
    server.hang_up = {("lose", "reader2")}
    answer = submit(start(), 1, 2, 3)
    assert outcomes(answer) == [Accepted, Ambiguous, Accepted]


def test_an_answer_that_never_comes_is_unknown(start: Start, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> str:
        await asyncio.sleep(3)
        return "250 OK"

    monkeypatch.setattr(server, "handle_DATA", never)
    monkeypatch.setattr(smtp_session, "ANSWER_SECONDS", 0.2)
    assert outcomes(submit(start(), 1)) == [Ambiguous]


@pytest.mark.parametrize("reply", ["354 more", "nonsense"])
def test_an_answer_that_cannot_be_read_is_unknown(start: Start, server: Server, reply: str) -> None:
    server.replies = {("DATA", "reader1"): reply}
    assert outcomes(submit(start(), 1)) == [Ambiguous]


def test_a_server_that_hung_up_between_two_calls_costs_nobody_a_try(start: Start, server: Server) -> None:
    provider = start()
    submit(provider, 1)
    provider._pool._idle[0][0]._server.sock.shutdown(2)
    assert outcomes(submit(provider, 1)) == [Accepted] and server.connections == 2


def test_no_server_is_no_connection(site: Site, tmp_path: Path) -> None:
    provider = Smtp(make_site(tmp_path, providers={"smtp": {"host": "127.0.0.1", "port": 1, "tls": "none"}}))
    answer = submit(provider, 1, 2)
    assert outcomes(answer) == [Unreachable, Unreachable]


@pytest.fixture
def contexts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ssl.SSLContext, Callable[[], None]]:
    """The server's TLS, and a function that makes this machine trust it."""
    certificate, key = make_certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    real = ssl.create_default_context

    def trust() -> None:
        monkeypatch.setattr(ssl, "create_default_context", lambda: real(cafile=str(certificate)))

    return serving, trust


LOGIN = {"user": "news", "password": "secret"}


def check_login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"news", b"secret"), handled=False)


def test_starttls_and_a_login(start: Start, server: Server, contexts: Any) -> None:
    serving, trust = contexts
    trust()
    options = {"tls_context": serving, "require_starttls": True, "auth_required": True, "authenticator": check_login}
    assert outcomes(submit(start({"tls": "starttls", **LOGIN}, **options), 1)) == [Accepted]
    wrong = submit(start({"tls": "starttls", "user": "news", "password": "wrong"}, **options), 1, 2)
    assert outcomes(wrong) == [Barred, Barred], wrong
    assert "wrong" not in wrong.outcomes["delivery00000000000001"].reason


def test_tls_from_the_first_byte(start: Start, server: Server, contexts: Any) -> None:
    serving, trust = contexts
    trust()
    assert outcomes(submit(start({"tls": "tls"}, ssl_context=serving), 1)) == [Accepted]


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(start: Start, server: Server, contexts: Any) -> None:
    serving, _ = contexts
    answer = submit(start({"tls": "starttls"}, tls_context=serving), 1)
    assert outcomes(answer) == [Barred] and "certificate" in answer.outcomes["delivery00000000000001"].reason
    assert server.mails == []


def test_starttls_is_never_left_out_because_the_server_lacks_it(start: Start, server: Server) -> None:
    answer = submit(start({"tls": "starttls"}), 1)
    assert outcomes(answer) == [Barred] and "STARTTLS" in answer.outcomes["delivery00000000000001"].reason
    assert server.mails == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "no mail server"),
        ({"host": "mail.example.org", "tls": "none"}, "in the clear"),
        ({"host": "mail.example.org", "user": "news"}, "both user"),
        ({"host": "mail.example.org", "user": "news", "password": "é"}, "ASCII"),
    ],
)
def test_what_the_settings_lack_is_said_before_anything_starts(
    tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    (problem,) = Smtp(make_site(tmp_path, providers={"smtp": settings})).check()
    assert says in problem


def test_complete_settings_are_fine(tmp_path: Path) -> None:
    assert Smtp(make_site(tmp_path, providers={"smtp": {"host": "mail.example.org", **LOGIN}})).check() == ()
