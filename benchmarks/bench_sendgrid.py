"""A mailing over SendGrid's API, against a bare loop that posts the same through SendGrid's own client in the same run.

    python benchmarks/bench_sendgrid.py [--readers N] [--rounds N] [--mode fenced|immediate]

Both sides call a server on this machine, a process of its own, that reads each call and answers 202. Ours is a whole
mailing: from the readers in a SQLite store, every intent and outcome on the disk, suppression and consent read again
for each call, every reader with values of their own, in fenced mode with a batch id for each call. The loop has one
such call ready, as the dict that the client takes, and makes it again and again; a second loop has even its bytes
ready, which is what the machine can carry at most.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bench_smtp

from newsletter.delivery.messages import Composer
from newsletter.delivery.providers.base import Hold, Submission

GROUP = 1_000


class Taker(asyncio.Protocol):
    """Reads a request and says yes to it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.head = b""
        self.left = -1

    def data_received(self, data: bytes) -> None:
        if self.left < 0:
            self.head += data
            head, found, rest = self.head.partition(b"\r\n\r\n")
            if not found:
                return
            (length,) = [
                int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
            ] or [0]
            self.left = length - len(rest)
        else:
            self.left -= len(data)
        if self.left <= 0:
            status, body = self._answer(self.head.split(b" ", 2)[1])
            extra = b"X-Message-Id: bench\r\nConnection: close\r\n"
            self.transport.write(b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, extra, len(body), body))
            self.transport.close()

    @staticmethod
    def _answer(path: bytes) -> tuple[bytes, bytes]:
        """Status and body for a call to ``path``; of each batch that is asked about it is said that it is cancelled."""
        _, _, asked = path.partition(b"/scheduled_sends/")
        if asked:
            return b"200 OK", b'[{"batch_id": "%s", "status": "cancel"}]' % asked
        if path.endswith(b"/mail/batch"):
            return b"201 Created", b'{"batch_id": "%032x"}' % time.monotonic_ns()
        return b"202 Accepted", b""


def serve() -> None:
    """Say the port, then take calls for ever."""

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Taker, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def taker() -> Iterator[int]:
    """The server in a process of its own."""
    with subprocess.Popen([sys.executable, __file__, "--side", "serve"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def write_site(folder: Path, port: int, mode: str) -> None:
    """A site that mails to the server."""
    bench_smtp.write_site(folder, 25, 1)
    with (folder / "newsletter.toml").open("a") as settings:
        settings.write(f'[providers.sendgrid]\nhost = "http://127.0.0.1:{port}"\nmode = "{mode}"\n')
    with (folder / "secrets.toml").open("a") as secrets:
        secrets.write('[providers.sendgrid]\napi_key = "SG.bench"\n')


def make(folder: Path, readers: int) -> None:
    """A mailing over SendGrid that has started."""
    bench_smtp.make(folder, readers)
    from newsletter.models import Mailing

    Mailing.objects.update(provider="sendgrid")


def loop(folder: Path, calls: int) -> None:
    """Post the same bytes so many times."""
    site = bench_smtp.start(folder)
    import sendgrid
    from bench_messages import ENVELOPE, readers, rendering

    from newsletter.delivery.providers.sendgrid_api import Account
    from newsletter.delivery.providers.sendgrid_content import body_of

    rendered = rendering(bench_smtp.LINES)
    hold = Hold("0" * 32, datetime.now(UTC) + timedelta(minutes=30))
    submission = Submission("1000", rendered, ENVELOPE, Composer(rendered, ENVELOPE), tuple(readers(GROUP)), hold)
    body, _, _ = body_of(submission, sandbox=False)
    settings = site.settings.providers.sendgrid
    account, package = Account(settings), sendgrid.SendGridAPIClient("SG.bench", host=settings.host)
    said = json.loads(body)
    answer = {"bytes": len(body)}
    for name, post in (
        ("dict", lambda: package.client.mail.send.post(request_body=said).status_code),
        ("ready", lambda: account.call("post", "mail/send", body)[0]),
    ):
        began = time.perf_counter()
        for _ in range(calls):
            if (status := post()) != 202:
                raise SystemExit(f"the server answered {status}")
        answer[name] = time.perf_counter() - began
    print(json.dumps(answer))


def _side(*words: object) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", *map(str, words)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)  # the log goes to stderr
    if ran.returncode:
        raise SystemExit(ran.stderr[-2_000:])
    return json.loads(ran.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3, help="how often each side sends")
    parser.add_argument("--mode", choices=("fenced", "immediate"), default="fenced")
    parser.add_argument("--side", nargs="+", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.side:
        name, *more = wanted.side
        if name == "serve":
            serve()
        else:
            folder, *numbers = more
            {"make": make, "send": bench_smtp.send, "loop": loop}[name](Path(folder), *map(int, numbers))
        return
    ratios = []
    with taker() as port, tempfile.TemporaryDirectory(dir=Path.cwd()) as root:
        for number in range(wanted.rounds):
            site = Path(root) / str(number)
            write_site(site, port, wanted.mode)
            made = _side("make", site, wanted.readers)
            ours = _side("send", site)
            bare = _side("loop", site, wanted.readers // GROUP)
            shutil.rmtree(site)
            rate, theirs = ours["mails"] / ours["seconds"], wanted.readers / bare["dict"]
            ratios.append(rate / theirs)
            print(
                f"mailing     {rate:8,.0f} recipients/s   {1_000 * ours['cpu'] / ours['mails']:.3f} CPU s per 1,000   "
                f"peak {ours['peak_mb']:.0f} MB   start {made['freeze']:.1f} s   first answer {ours['first']:.2f} s"
            )
            print(f"bare loop   {theirs:8,.0f} recipients/s   ratio {ratios[-1]:.2f}")
            print(
                f"bytes ready {wanted.readers / bare['ready']:8,.0f} recipients/s, {bare['bytes'] / 1000:.0f} KB a call"
            )
    ratio = sorted(ratios)[len(ratios) // 2]
    print(f"ratio {ratio:.2f} (the median of {len(ratios)}; {wanted.readers:,} readers, {wanted.mode})")


if __name__ == "__main__":
    main()
