"""A stand-in for SendGrid's API, a process of its own: it keeps the published rules, and fails as it is told to.

python -m tests.stubs.sendgrid_stub LOG

prints its address. Whatever happens to a mail is a line of LOG, which is only ever appended to. ``/_stub`` is for the
test: POST what is to be set (``faults``, ``rate``, ``kinds``, ``seed``, ``clock``, ``bad_rows``, ``unnamed``,
``escapes``, ``delay``), GET what became of the mails.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.stubs import sendgrid_rules as rules
from tests.stubs.sendgrid_account import HANG, Account, Fault

KEY = "SG.stub-key"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    account: Account

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/_stub":
            account = self.account
            return self.answer(200, {"taken": account.taken, "leaving": account.leaving()})
        if not self._known():
            return None
        if self.path == "/v3/scopes":
            return self.answer(200, {"scopes": self.account.scopes})
        if self.path == "/v3/whitelabel/domains":
            return self.answer(200, self.account.domains)
        path, _, query = self.path.partition("?")
        if path.startswith("/v3/suppression/"):
            return self._list(path.removeprefix("/v3/suppression/"), dict(parse_qsl(query, keep_blank_values=True)))
        batch = self.path.removeprefix("/v3/user/scheduled_sends/")
        if batch == self.path:
            return self.refuse(404, [(None, "not found")])
        return self.answer(200, [{"batch_id": batch, "status": "cancel"}] if batch in self.account.cancelled else [])

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/_stub":
            self.account.set(**json.loads(raw))
            return self.answer(200, {})
        if not self._known():
            return None
        match self.path:
            case "/v3/mail/batch":
                batch = os.urandom(16).hex()
                self.account.batches[batch] = self.account.now()
                return self.answer(201, {"batch_id": batch})
            case "/v3/user/scheduled_sends":
                asked = json.loads(raw)
                wrong = set(asked) != {"batch_id", "status"} or asked["status"] != "cancel"
                said = "bad request" if wrong else self.account.cancel(asked["batch_id"])
                return self.refuse(400, [(None, said)]) if said else self.answer(201, asked)
            case "/v3/mail/send":
                return self._send(raw)
        return self.refuse(404, [(None, "not found")])

    def _known(self) -> bool:
        key = self.headers.get("Authorization")
        self.account.paths.append((self.path, key))
        if key != f"Bearer {KEY}":
            self.refuse(401, [(None, "The provided authorization grant is invalid, expired, or revoked")])
        return key == f"Bearer {KEY}"

    def _send(self, raw: bytes) -> None:
        body = json.loads(raw)
        self.account.requests.append(body)
        self.account.log("asked", size=len(raw), people=len(body.get("personalizations", ())))
        fault = self.account.fault()
        if callable(fault) and fault(self, body):
            return None
        if len(raw) > rules.MOST_BYTES:
            return self.refuse(413, [(None, "too large")])
        if found := list(self.account.problems(body)):
            self.account.log("refused", problems=[message for _, message in found][:5])
            return self.refuse(400, found)
        if isinstance(fault, str):
            self.account.log("fault", name=fault)
            name, *words = fault.split()
            return getattr(self, f"fault_{name}")(body, *words)
        if body.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
            return self.answer(200, None)
        self.account.take(body)
        return self.answer(202, None, {"X-Message-Id": f"stub-{len(self.account.requests)}"})

    def _list(self, name: str, asked: dict[str, str]) -> None:
        fault = self.account.fault()
        if isinstance(fault, str):
            kind, *words = fault.split()
            return getattr(self, f"fault_{kind}")({}, *words)
        if problem := rules.list_problem(name, asked):
            return self.refuse(*problem)
        return self.answer(200, rules.page_of(self.account.lists.get(name, []), asked))

    def fault_accept_then_drop(self, body: dict[str, Any]) -> None:
        self.account.take(body)
        self.hang_up()

    def fault_drop_then_accept(self, body: dict[str, Any]) -> None:
        self.hang_up()
        self.account.take(body)

    def fault_drop(self, _: dict[str, Any]) -> None:
        self.hang_up()

    def fault_5xx_but_accepted(self, body: dict[str, Any]) -> None:
        self.account.take(body)
        self.refuse(503, [(None, "Service Unavailable")])

    def fault_late_accept(self, body: dict[str, Any]) -> None:
        timer = threading.Timer(self.account.delay, self.account.take, [body])
        self.account.later.append(timer)
        timer.start()
        self.refuse(504, [(None, "Gateway Timeout")])

    def fault_partial_accept(self, body: dict[str, Any]) -> None:
        self.account.take(body, part=(len(body["personalizations"]) + 1) // 2)
        self.refuse(500, [(None, "Internal Server Error")])

    def fault_hang(self, _: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self.connection.settimeout(HANG)
            self.connection.recv(1)
        self.close_connection = True

    def fault_status(self, _: dict[str, Any], code: str, reset: str = "") -> None:
        headers = {"X-RateLimit-Reset": str(int(self.account.now() + float(reset)))} if reset else {}
        self.refuse(int(code), [(None, "no")], headers)

    def hang_up(self) -> None:
        self.connection.close()
        self.close_connection = True

    def refuse(self, code: int, problems: list[rules.Problem], headers: dict[str, str] | None = None) -> None:
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


def _server(account: Account) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"account": account}))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hung up
    account.host = f"http://127.0.0.1:{server.server_address[1]}"
    return server


@contextmanager
def running_stub() -> Iterator[Account]:
    """The stub within the test's own process."""
    account = Account()
    server = _server(account)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield account
    finally:
        for timer in account.later:
            timer.join()
        server.shutdown()
        server.server_close()
        thread.join()


class Remote:
    """The stub in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        assert process.stdout
        self.host = process.stdout.readline().strip()
        self.log = log

    def set(self, **wanted: Any) -> None:
        """See ``Account.set``."""
        self._ask("POST", wanted)

    def state(self) -> dict[str, Any]:
        """``taken`` and ``leaving``."""
        found: dict[str, Any] = self._ask("GET", None)
        return found

    def lines(self) -> list[dict[str, Any]]:
        """The log."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def _ask(self, method: str, body: Any) -> Any:
        connection = HTTPConnection(self.host.removeprefix("http://"), timeout=30)
        try:
            connection.request(method, "/_stub", body and json.dumps(body))
            answer = connection.getresponse()
            assert answer.status == 200
            return json.loads(answer.read())
        finally:
            connection.close()


@contextmanager
def stub_process(log: Path) -> Iterator[Remote]:
    """The stub as a process of its own, with its log."""
    command = [sys.executable, "-m", "tests.stubs.sendgrid_stub", str(log)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Remote(process, log)
        finally:
            process.terminate()


def main(log: str) -> None:
    account = Account(Path(log))
    server = _server(account)
    print(account.host, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
