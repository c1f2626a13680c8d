"""A stand-in for SendGrid's API that holds callers to its published rules, and can be told to fail.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "SG.stub-key"
TOP = {
    "personalizations": list,
    "from": dict,
    "reply_to": dict,
    "subject": str,
    "content": list,
    "categories": list,
    "tracking_settings": dict,
}
PERSON = {"to": list, "headers": dict, "substitutions": dict, "custom_args": dict}
RESERVED = {
    "x-sg-id",
    "x-sg-eid",
    "received",
    "dkim-signature",
    "content-type",
    "content-transfer-encoding",
    "to",
    "from",
    "subject",
    "reply-to",
    "cc",
    "bcc",
}
ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+")

Fault = Callable[["Handler", dict[str, Any]], bool]
"""Does something instead of answering; true where it answered."""


class Stub:
    """What was asked and taken; ``faults`` are used up one a request."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.taken: list[dict[str, str]] = []
        self.faults: list[Fault] = []
        self.bad_rows: set[str] = set()
        self.unnamed = False
        self.paths: list[tuple[str, str | None]] = []
        self.host = ""

    def problems(self, body: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
        """Field and message of everything that SendGrid would refuse."""
        yield from _typed(body, TOP, "")
        people = body.get("personalizations") or []
        if not 1 <= len(people) <= 1_000:
            yield "personalizations", f"{len(people)} personalizations"
        seen: set[str] = set()
        for number, person in enumerate(people):
            where = f"personalizations.{number}"
            yield from _typed(person, PERSON, where + ".")
            for row, to in enumerate(person.get("to", [])):
                if set(to) - {"email", "name"} or not ADDRESS.fullmatch(to.get("email", "")):
                    yield f"{where}.to.{row}.email", "Does not contain a valid address."
                if to.get("email", "").lower() in seen:
                    yield f"{where}.to.{row}.email", "Each email address should be unique."
                seen.add(to.get("email", "").lower())
                if re.search("[;,]", to.get("name", "x")):
                    yield f"{where}.to.{row}.name", "no ; or ,"
                if to.get("email") in self.bad_rows:
                    yield (None if self.unnamed else f"{where}.to.{row}.email"), "Does not contain a valid address."
            for name, value in person.get("headers", {}).items():
                if name.lower() in RESERVED or not isinstance(value, str) or not value.isascii() or "\n" in value:
                    yield f"{where}.headers", f"{name} is not allowed"
            for field, limit in (("substitutions", 10_000), ("custom_args", 10_000)):
                values = person.get(field, {})
                if not all(isinstance(value, str) for value in values.values()):
                    yield f"{where}.{field}", "must be strings"
                if sum(len(f"{name}{value}".encode()) for name, value in values.items()) > limit:
                    yield f"{where}.{field}", "too long"
            if any(not re.fullmatch(r"[A-Za-z0-9_]+", token) for token in person.get("substitutions", {})):
                yield f"{where}.substitutions", "tokens are letters, digits and _"
        sender = body.get("from", {})
        if not all(value.isascii() and not re.search("[;,]", value) for value in sender.values()):
            yield "from", "no Unicode, no ; or ,"
        if [part.get("type") for part in body.get("content", [])] != ["text/plain", "text/html"]:
            yield "content", "text/plain comes before text/html"
        if len(set(body.get("categories", []))) != len(body.get("categories", [])):
            yield "categories", "must be unique"

    def take(self, body: dict[str, Any]) -> None:
        """Fill in what each recipient would get."""
        for person in body["personalizations"]:
            filled = [part["value"] for part in body["content"]]
            subject = body["subject"]
            for token, value in person["substitutions"].items():
                filled = [part.replace(token, value) for part in filled]
                subject = subject.replace(token, value)
            self.taken.append(
                {"to": person["to"][0]["email"], "subject": subject, "text": filled[0], "html": filled[1]}
                | person["headers"]
                | person["custom_args"]
            )


def _typed(found: dict[str, Any], known: dict[str, type], where: str) -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        if name not in known:
            yield where + name, "is not a known field"
        elif not isinstance(value, known[name]):
            yield where + name, f"must be {known[name].__name__}"
    for name in known.keys() - found.keys():
        if where == "":
            yield name, "is required"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: Stub

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.stub.paths.append((self.path, self.headers.get("Authorization")))
        self.answer(200, {})

    def do_POST(self) -> None:
        self.stub.paths.append((self.path, self.headers.get("Authorization")))
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(raw)
        self.stub.requests.append(body)
        if self.stub.faults and self.stub.faults.pop(0)(self, body):
            return
        if self.path != "/v3/mail/send":
            return self.answer(404, {})
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return self.refuse(401, [(None, "The provided authorization grant is invalid")])
        if len(raw) > 30_000_000:
            return self.refuse(413, [(None, "too large")])
        if found := list(self.stub.problems(body)):
            return self.refuse(400, found)
        self.stub.take(body)
        self.answer(202, None, {"X-Message-Id": "stub-1"})

    def refuse(self, code: int, problems: list[tuple[str | None, str]], headers: dict[str, str] | None = None) -> None:
        self.answer(code, {"errors": [{"message": m, "field": f, "help": None} for f, m in problems]}, headers)

    def answer(self, code: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = b"" if body is None else json.dumps(body).encode()
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def refusing(code: int, *, field: str | None = None, headers: dict[str, str] | None = None) -> Fault:
    """An answer with an error."""
    return lambda handler, _: handler.refuse(code, [(field, "no")], headers) is None


def drop(handler: Handler, _: dict[str, Any]) -> bool:
    """Hang up without an answer and without taking anything."""
    handler.connection.close()
    handler.close_connection = True
    return True


def take_and_drop(handler: Handler, body: dict[str, Any]) -> bool:
    """Take everything and hang up without an answer."""
    handler.stub.take(body)
    return drop(handler, body)


@contextmanager
def running_stub() -> Iterator[Stub]:
    """The stub, listening on this machine; its address is in ``host``."""
    stub = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"stub": stub}))
    server.handle_error = lambda *_: None  # a client that hung up
    stub.host = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
