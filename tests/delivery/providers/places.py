"""Where each provider's mails go in the contract test: the other end, on this machine. A new provider adds its own."""

import asyncio
import json
import mailbox
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from newsletter.delivery.providers.base import Provider
from newsletter.delivery.providers.registry import provider_for
from tests.delivery.worlds import make_site
from tests.stubs.sendgrid_stub import KEY, running_stub


@dataclass(frozen=True)
class Mail:
    """What arrived for one reader."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]


@dataclass
class Place:
    """A provider and its other end. ``refuse``: nobody of this address any more; ``lose``: take the next call and give
    no answer, where that can happen; ``arrived``: what is there."""

    provider: Provider
    arrived: Callable[[], list[Mail]]
    refuse: Callable[[str], None] | None = None
    lose: Callable[[], None] | None = None


def mail_of(raw: bytes) -> Mail:
    """A mail as its reader's program reads it."""
    message = message_from_bytes(raw, policy=policy.default)
    bodies = [message.get_body((kind,)).get_content() for kind in ("plain", "html")]
    (to,) = message["To"].addresses
    return Mail(to.addr_spec, message["Subject"], *bodies, {name: str(value) for name, value in message.items()})


@contextmanager
def outbox(root: Path) -> Iterator[Place]:
    """The outbox is its own other end."""
    site = make_site(root)

    def arrived() -> list[Mail]:
        return [mail_of(box.as_bytes()) for box in mailbox.Maildir(site.outbox)] if site.outbox.exists() else []

    yield Place(provider_for(site, "outbox"), arrived)


@contextmanager
def sendgrid(root: Path) -> Iterator[Place]:
    """The stub that keeps SendGrid's rules."""
    with running_stub() as stub:
        site = make_site(root, providers={"sendgrid": {"host": stub.host, "api_key": KEY}})

        def arrived() -> list[Mail]:
            return [Mail(one["to"], one["subject"], one["text"], one["html"], one) for one in stub.leaving()]

        yield Place(
            provider_for(site, "sendgrid"),
            arrived,
            stub.bad_rows.add,
            lambda: stub.faults.append("accept_then_drop"),
        )


class _Server:
    """A mail server."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.refused: set[str] = set()
        self.losing = False

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "550 no such reader"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.original_content)
        if self.losing:
            self.losing = False
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"


@contextmanager
def smtp(root: Path) -> Iterator[Place]:
    """A mail server."""
    handler, loop = _Server(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    made = loop.create_server(lambda: SMTP(handler, loop=loop), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(made, loop).result(20)
    section = {"host": "127.0.0.1", "port": server.sockets[0].getsockname()[1], "tls": "none"}
    provider = provider_for(make_site(root, providers={"smtp": section}), "smtp")
    try:
        yield Place(
            provider,
            lambda: [mail_of(raw) for raw in handler.mails],
            handler.refused.add,
            lambda: setattr(handler, "losing", True),
        )
    finally:
        provider.close()

        async def end() -> None:
            server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(end(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def http_server(answer: Callable[[str, dict[str, str], Any], tuple[int, Any] | None]) -> Iterator[str]:
    """An API on this machine: ``answer`` gets path, headers and body, and says status and JSON, or hangs up."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            said = answer(self.path, dict(self.headers), raw)
            if said is None:
                self.close_connection = True
                self.connection.close()
                return
            body = json.dumps(said[1]).encode()
            self.send_response(said[0])
            self.send_header("Content-Length", str(len(body)))
            for name, value in said[1].get("headers", {}).items() if isinstance(said[1], dict) else ():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hung up
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def anymail(root: Path) -> Iterator[Place]:
    """Postmark's API, in short (https://postmarkapp.com/developer/api/email-api)."""
    mails: list[Mail] = []
    refused: set[str] = set()
    losing: list[bool] = []

    def answer(path: str, headers: dict[str, str], raw: bytes) -> tuple[int, Any] | None:
        body = json.loads(raw)
        to = body["To"].rpartition("<")[2].rstrip(">")
        assert path == "/email" and headers["X-Postmark-Server-Token"] == "token"
        if to in refused:
            return 422, {"ErrorCode": 300, "Message": f"Invalid 'To' address: {to}"}
        own = {one["Name"]: one["Value"] for one in body["Headers"]}
        mails.append(Mail(to, body["Subject"], body["TextBody"], body["HtmlBody"], own))
        if losing:
            losing.pop()
            return None
        return 200, {"To": to, "MessageID": str(len(mails)), "ErrorCode": 0, "Message": "OK"}

    with http_server(answer) as url:
        section = {"esp": "postmark", "api_key": "token", "api_url": url}
        provider = provider_for(make_site(root, providers={"anymail": section}), "anymail")
        yield Place(provider, mails.copy, refused.add, lambda: losing.append(True))


PLACES: dict[str, Callable[[Path], AbstractContextManager[Place]]] = {
    "anymail": anymail,
    "outbox": outbox,
    "sendgrid": sendgrid,
    "smtp": smtp,
}
