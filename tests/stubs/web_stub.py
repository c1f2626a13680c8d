"""Web servers on this machine that misbehave as told, with and without TLS; certificates are made for each run."""

import contextlib
import datetime
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Route = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request; the functions below answer it."""

    server: "Server"
    body = b""

    def do_GET(self) -> None:
        self.server.note(self)
        self.server.routes.get(self.path.partition("?")[0], self.server.other)(self)

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""

    def page(self, body: str | bytes, status: int = 200, mime: str = "text/html; charset=utf-8", **more: str) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", mime)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(raw)


def said(body: str, status: int = 200, **more: str) -> Route:
    return lambda request: request.page(body, status, **more)


_nothing = said("no", 404)


def to(address: str, status: int = 302) -> Route:
    return lambda request: request.page("", status, Location=address)


def drip(request: Request) -> None:
    """A byte now and then, for ever."""
    with contextlib.suppress(OSError):
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(1_000):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.05)


def drip_head(request: Request) -> None:
    """A header that never ends."""
    with contextlib.suppress(OSError):
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(1_000):
            request.wfile.write(f"X-{number}: x\r\n".encode())
            request.wfile.flush()
            time.sleep(0.05)


def huge(request: Request) -> None:
    """A page without an end."""
    request.send_response(200)
    request.send_header("Content-Type", "text/html")
    request.end_headers()
    with contextlib.suppress(OSError):
        request.wfile.write(b"<html><head><title>Large</title></head><body>")
        for _ in range(10_000):
            request.wfile.write(b"word " * 10_000)
            request.server.sent += 50_000


def silent(request: Request) -> None:
    time.sleep(1.5)


def broken(request: Request) -> None:
    request.connection.close()


@dataclass
class Seen:
    path: str
    agent: str
    host: str
    headers: dict[str, str] = field(default_factory=dict)


class Server(socketserver.ThreadingTCPServer):
    """Serves ``routes``; what is in none of them is answered by ``other``."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, routes: dict[str, Route], other: Route, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.routes, self.other, self.tls = routes, other, tls
        self.seen: list[Seen] = []
        self.sent = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def note(self, request: Request) -> None:
        headers = {name: str(value) for name, value in request.headers.items()}
        self.seen.append(Seen(request.path, headers.get("User-Agent", ""), headers.get("Host", ""), headers))

    def finish_request(self, request: object, client_address: object) -> None:
        with contextlib.suppress(OSError, ValueError):
            line = self.tls.wrap_socket(request, server_side=True) if self.tls else request  # type: ignore[arg-type]
            super().finish_request(line, client_address)  # type: ignore[arg-type]
            with contextlib.suppress(OSError):
                line.close()  # type: ignore[attr-defined]


@contextlib.contextmanager
def serve(routes: dict[str, Route], *, other: Route = _nothing, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server(routes, other, tls) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority for tests")])
    return key, _signed(name, name, key.public_key(), key, days=3_650, authority=True)


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    days: float,
    authority: bool = False,
    hosts: tuple[str, ...] = (),
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=400))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        made = made.add_extension(names, critical=False)
    return made.sign(signer, hashes.SHA256())


def trust() -> ssl.SSLContext:
    """Trusts the authority of these tests alone."""
    _, certificate = _authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
    return context


def certified(folder: Path, host: str, *, days: float = 90, by_itself: bool = False) -> ssl.SSLContext:
    """What a server for ``host`` needs; its certificate runs out in so many ``days``."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer, authority = _authority()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = _signed(
        subject, subject if by_itself else authority.subject, key.public_key(), key if by_itself else signer,
        days=days, hosts=(host,),
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    (folder / f"{host}.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{host}.pem")
    return context
