"""Asks SpamAssassin's daemon on this machine for its judgement.

The protocol: https://svn.apache.org/repos/asf/spamassassin/trunk/spamd/PROTOCOL. REPORT is answered with the score in
the header, and with a table of the rules that fit.
"""

import os
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.checks.answers import Hit, Spam
from newsletter.checks.context import Context

PORT = 783
SOCKETS = ("/run/spamd.sock", "/var/run/spamd.sock", "/run/spamassassin/spamd.sock")
SECONDS = 20.0
"""Its own rules take about a second; those that ask the network, longer."""
_MOST = 1_000_000
_HEAD = re.compile(rb"SPAMD/\d+\.\d+ (\d+) \S+")
_SCORE = re.compile(rb"^Spam:\s*(?:True|False|Yes|No)\s*;\s*(-?[\d.]+)\s*/\s*(-?[\d.]+)\s*$", re.IGNORECASE)
_LENGTH = re.compile(rb"^Content-length:\s*(\d+)\s*$", re.IGNORECASE)
_ROW = re.compile(r"^\s*\*?\s*(-?\d+(?:\.\d+)?)\s+([A-Z][A-Z0-9_]+)\s*(.*)$")
_MORE = re.compile(r"^\s{20,}(\S.*)$")


@dataclass(frozen=True)
class Daemon:
    """Where it listens: a socket in the file system, or a port of this machine."""

    path: str = ""
    port: int = PORT

    def connect(self) -> socket.socket:
        """A connection. Raises ``OSError``."""
        if self.path:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(SECONDS)
            try:
                line.connect(self.path)
            except OSError:
                line.close()
                raise
            return line
        return socket.create_connection(("127.0.0.1", self.port), SECONDS)


def daemon() -> Daemon:
    """Where it listens on this machine: ``SPAMD_SOCKET`` or ``SPAMD_PORT`` of the environment, else where it does
    unless told otherwise."""
    if path := os.environ.get("SPAMD_SOCKET"):
        return Daemon(path)
    port = os.environ.get("SPAMD_PORT", "")
    if port.isdecimal():
        return Daemon(port=int(port))
    return Daemon(next((path for path in SOCKETS if Path(path).is_socket()), ""))


def ask(message: bytes, at: Daemon | None = None) -> Spam | None:
    """What SpamAssassin says of ``message``; ``None`` where it does not run, or says nothing that can be read."""
    asked = b"REPORT SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(message)
    try:
        with (at or daemon()).connect() as line:
            line.sendall(asked + message)
            line.shutdown(socket.SHUT_WR)
            answer = _all(line)
    except OSError:
        return None
    return _read(answer)


def judged(contexts: Iterable[Context], at: Daemon | None = None) -> list[Context]:
    """``contexts`` with what SpamAssassin says of each message; as they are where it does not run."""
    where, found = at or daemon(), []
    runs = True
    for context in contexts:
        spam = ask(context.message, where) if runs and context.message else None
        runs = runs and (spam is not None or not context.message)
        found.append(replace(context, spam=spam) if spam else context)
    return found


def _all(line: socket.socket) -> bytes:
    pieces, size = [], 0
    while size < _MOST and (piece := line.recv(65_536)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _read(answer: bytes) -> Spam | None:
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    status = _HEAD.match(lines[0])
    score = next((found for line in lines if (found := _SCORE.match(line))), None)
    if not status or status[1] != b"0" or not score:
        return None
    length = next((int(found[1]) for line in lines if (found := _LENGTH.match(line))), len(body))
    if length > len(body):  # it broke off
        return None
    return Spam(float(score[1]), float(score[2]), tuple(_hits(body[:length].decode("utf-8", "replace"))))


def _hits(report: str) -> list[Hit]:
    """The rows of the table; what a rule says may go on in the next line."""
    hits: list[Hit] = []
    inside = False
    _, _, table = report.partition("\n---- ")
    for line in table.splitlines()[1:]:
        if row := _ROW.match(line):
            hits.append(Hit(float(row[1]), row[2], row[3].strip()))
            inside = True
        elif inside and (more := _MORE.match(line)):
            hits[-1] = Hit(hits[-1].points, hits[-1].rule, f"{hits[-1].about} {more[1].lstrip('* ').strip()}")
        else:
            inside = False
    return hits
