"""An SMTP server on a bare socket, which answers, drops and hangs at each step as a test wants it."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from newsletter.delivery.providers.smtp import Smtp

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
