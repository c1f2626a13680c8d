"""One question over HTTP to one address, with limits: where it may go, how long, how much.

The name is looked up once, what was found is judged, and the connection goes to just that address; so a name that leads
elsewhere a moment later (DNS rebinding) changes nothing. The certificate is that of the name.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from threading import Event, Timer
from urllib.parse import SplitResult, quote, urlsplit

from newsletter.checks.answers import Fault
from newsletter.outside.guard import may_ask
from newsletter.outside.names import Names, NoAnswer, NoName

CONNECT_SECONDS = 5.0
MOST_BYTES = 200_000
"""Of a page: its title stands in the beginning."""


class Failed(Exception):
    """There was no answer; ``fault`` says why, ``said`` in a few words."""

    def __init__(self, fault: Fault, said: str = "") -> None:
        super().__init__(said or fault.value)
        self.fault, self.said = fault, said


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    location: str
    """Where it redirects to, as it says."""
    body: bytes
    """The first bytes of a page; nothing of anything else."""
    charset: str
    expires: datetime | None


@dataclass(frozen=True)
class Limits:
    """What a question may take. ``allowed``: private addresses that may be asked, for tests."""

    seconds: float = 15.0
    bytes: int = MOST_BYTES
    allowed: Collection[str] = ()
    agent: str = "newsletter-desk link check"
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)


def parts_of(url: str) -> SplitResult:
    """The parts of an address that may be asked. Raises ``Failed``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Failed(Fault.ADDRESS, "it is no address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise Failed(Fault.ADDRESS, f"it begins with {parts.scheme}:" if parts.scheme else "it is no address")
    return parts


def host_key(parts: SplitResult) -> str:
    """The host as it is looked up: in A-labels, in small letters. Raises ``Failed``."""
    host = (parts.hostname or "").rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise Failed(Fault.NAME, "it is no host name") from None


def get(url: str, names: Names, limits: Limits) -> Answer:
    """GET ``url``, following nothing. Raises ``Failed``."""
    parts = parts_of(url)
    host = host_key(parts)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    end = time.monotonic() + limits.seconds
    plain = _connect(_addresses(host, names, limits.allowed), port, end)
    opened, late = [plain], Event()
    timer = Timer(max(end - time.monotonic(), 0.01), _cut, (opened, late))  # who sends drop by drop is cut off
    timer.daemon = True
    timer.start()
    try:
        answer = _exchange(plain, opened, parts, host, limits)
        if late.is_set():  # the end that was read is ours
            raise Failed(Fault.TIME)
        return answer
    except ssl.SSLCertVerificationError as error:
        raise Failed(Fault.TLS, _certificate(error)) from None
    except ssl.SSLError as error:
        if late.is_set():
            raise Failed(Fault.TIME) from None
        raise Failed(Fault.TLS, f"TLS fails: {(error.reason or 'no reason').lower().replace('_', ' ')}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise Failed(Fault.TIME) from None
        raise Failed(Fault.REACH, _broke(error)) from None
    finally:
        timer.cancel()
        for one in opened:
            one.close()


def _exchange(
    plain: socket.socket, opened: list[socket.socket], parts: SplitResult, host: str, limits: Limits
) -> Answer:
    line: socket.socket = plain
    expires = None
    if parts.scheme == "https":
        line = secure = limits.trust.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        opened.append(line)
        secure.do_handshake()
        expires = _expiry(secure)
    connection = http.client.HTTPConnection("host")  # it is connected already
    connection.sock = line
    path = quote(parts.path or "/", safe="/%:=&?~#+!$,;'@()*[]-._")
    query = quote(parts.query, safe="/%:=&?~#+!$,;'@()*[]-._")
    target = f"{path}?{query}" if query else path
    connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
    shown = f"[{host}]" if ":" in host else host
    headers = {
        "Host": f"{shown}:{parts.port}" if parts.port else shown,
        "User-Agent": limits.agent,
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    page = answer.headers.get_content_type() in {"text/html", "application/xhtml+xml"}
    body = answer.read(limits.bytes) if page and not 300 <= answer.status < 400 else b""
    charset = answer.headers.get_content_charset() or "utf-8"
    return Answer(answer.status, answer.headers.get("Location") or "", body, charset, expires)


def _addresses(host: str, names: Names, allowed: Collection[str]) -> list[str]:
    try:
        found = [str(ip_address(host))]
    except ValueError:
        try:
            found = names.addresses(host)
        except NoName:
            raise Failed(Fault.NAME) from None
        except NoAnswer as error:
            raise Failed(Fault.NAMES, str(error)) from None
    if refused := [one for one in found if not may_ask(one, allowed)]:
        raise Failed(Fault.PRIVATE, refused[0])
    return found


def _connect(addresses: list[str], port: int, end: float) -> socket.socket:
    error: OSError | None = None
    for address in addresses[:4]:
        left = min(CONNECT_SECONDS, end - time.monotonic())
        if left <= 0:
            break
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(left)
        try:
            line.connect((address, port))
        except OSError as problem:
            line.close()
            error = problem
            continue
        line.settimeout(max(end - time.monotonic(), 0.01))
        return line
    if error is None or isinstance(error, TimeoutError):
        raise Failed(Fault.TIME, "no connection")
    raise Failed(Fault.REACH, _broke(error))


def _cut(opened: list[socket.socket], late: Event) -> None:
    late.set()
    for line in opened:
        try:
            socket.socket.shutdown(line, socket.SHUT_RDWR)
        except OSError:
            continue


def _expiry(line: ssl.SSLSocket) -> datetime | None:
    ends = (line.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    said = error.verify_message
    if "expired" in said:
        return "the certificate ran out"
    if "not valid for" in said or "mismatch" in said:
        return "the certificate is for another host"
    if "self" in said:
        return "the certificate is signed by itself"
    return "the certificate is from nobody that browsers know" if "local issuer" in said else said


def _broke(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, ConnectionError | http.client.IncompleteRead | http.client.RemoteDisconnected):
        return "the connection broke"
    if isinstance(error, http.client.HTTPException | ValueError):
        return "what answers is no web server"
    return str(getattr(error, "strerror", None) or type(error).__name__)[:80]
