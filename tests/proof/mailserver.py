"""A mail server for proofs: a process of its own, with its own log, which only ever grows.

python -m tests.proof.mailserver LOG [SECONDS] [troubles]

prints its port. A line of the log is written before the client hears of it: one for each mail of which the final dot
came, with whether the server kept it. SECONDS is how long it takes over a mail. With ``troubles`` a few mails, always
the same, are answered 451 or 552 (and not kept), or are kept and the connection is dropped without an answer.
"""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any
from zlib import crc32

from aiosmtpd.smtp import SMTP, Envelope


class Inbox:
    """What aiosmtpd asks."""

    def __init__(self, log: Path, seconds: float, troubles: bool) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.seconds, self.troubles = seconds, troubles
        self.seen: set[str] = set()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, says: list[str]) -> list[str]:
        session.host_name = name
        return [*says[:-1], "250-PIPELINING", says[-1]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        (line,) = [line for line in content.split(b"\r\n") if line.startswith(b"Message-ID:")]
        delivery = line.decode().partition("<")[2].partition("@")[0]
        await asyncio.sleep(self.seconds)
        trouble = self._trouble(delivery)
        kept = trouble in {"", "drop"}
        said = {"delivery": delivery, "to": envelope.rcpt_tos, "kept": kept, "answered": trouble != "drop"}
        os.write(self.log, json.dumps(said).encode() + b"\n")
        if trouble == "drop":
            server.transport.abort()
            raise asyncio.CancelledError
        return trouble or "250 OK"

    def _trouble(self, delivery: str) -> str:
        """What goes wrong with a mail the first time that it comes; a refusal always does."""
        chance = crc32(delivery.encode()) % 100 if self.troubles else 99
        first = delivery not in self.seen
        self.seen.add(delivery)
        if chance < 2:
            return "552 too large for this reader"
        if chance < 4 and first:
            return "451 come back later"
        return "drop" if chance == 4 and first else ""


async def serve(log: Path, seconds: float = 0.0, troubles: bool = False) -> None:
    """Until the end of stdin."""
    loop = asyncio.get_running_loop()
    inbox = Inbox(log, seconds, troubles)
    server = await loop.create_server(lambda: SMTP(inbox, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(Path(sys.argv[1]), float([*sys.argv, "0", "0"][2]), "troubles" in sys.argv))
    os._exit(0)
