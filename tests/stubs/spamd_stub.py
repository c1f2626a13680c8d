"""A spamd on this machine, strict to its protocol: what is not as it should be is answered EX_PROTOCOL (76)."""

import contextlib
import re
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

REPORT = """Spam detection software, running on the system "mx.example.org",
has identified this incoming email as possible spam.

Content preview:  The review is on Monday. 9.9 NOT_A_RULE
 9.9 NOT_A_RULE            nor this

Content analysis details:   (6.4 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 2.5 URI_HEX                URI: URI hostname has long hexadecimal
                            sequence
 2.1 SUBJ_ALL_CAPS          Subject is all capitals
-0.0 NO_RELAYS              Informational: message was not relayed via SMTP
 1.8 HTML_IMAGE_ONLY_16     BODY: HTML: images with 1200-1600 bytes of
                            words
 0.0 HTML_MESSAGE           BODY: HTML included in message
1000 GTUBE                  BODY: Generic Test for Unsolicited Bulk Email

"""
GOOD = b"SPAMD/1.1 0 EX_OK\r\nContent-length: %d\r\nSpam: True ; 6.4 / 5.0\r\n\r\n%s"


def answer_of(report: str = REPORT, score: str = "True ; 6.4 / 5.0") -> bytes:
    raw = report.encode()
    return b"SPAMD/1.1 0 EX_OK\r\nContent-length: %d\r\nSpam: %s\r\n\r\n%s" % (len(raw), score.encode(), raw)


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        head = [line := self.rfile.readline()]
        while line.strip():
            head.append(line := self.rfile.readline())
        command = re.fullmatch(rb"(CHECK|SYMBOLS|REPORT) SPAMC/1\.[2-5]\r\n", head[0])
        length = next(
            (int(one[1]) for line in head if (one := re.fullmatch(rb"Content-length: (\d+)\r\n", line))), None
        )
        body = self.rfile.read()  # to the end that the client shows
        server: Stub = self.server  # type: ignore[assignment]
        if not command or length is None or len(body) != length:
            self.wfile.write(b"SPAMD/1.0 76 Bad header line\r\n")
            return
        server.asked.append(body)
        self.wfile.write(server.answer)


class Stub(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Answers ``answer`` to every message; these are in ``asked``."""

    daemon_threads = True
    answer = answer_of()
    asked: list[bytes]


class _UnixStub(Stub):
    import socket

    address_family = socket.AF_UNIX

    def server_bind(self) -> None:
        self.socket.bind(self.server_address)


@contextlib.contextmanager
def serve(answer: bytes | None = None, *, path: Path | None = None) -> Iterator[Stub]:
    made = _UnixStub(str(path), _Handler) if path else Stub(("127.0.0.1", 0), _Handler)
    with made as server:
        server.asked = []
        server.answer = answer_of() if answer is None else answer
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
