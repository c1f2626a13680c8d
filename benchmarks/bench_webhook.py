"""SendGrid's webhook on one ``newsletter serve``, which is killed in the middle, against a bare server beside it.

    python benchmarks/bench_webhook.py [--seconds N] [--rate N] [--post N] [--readers N] [--no-kill]

Signed posts of events about a mailing come at their times, whether or not the ones before are answered, as SendGrid's
do; an answer's time counts from when its post was due. Halfway the server is killed (SIGKILL) and started again; posts
that were not answered 2xx are posted again, as SendGrid does. In the end every event that was answered 2xx must be on
record. The bare server is waitress with an application of five lines, which appends the body to a file and syncs it;
``ratio`` is its median answer time to ours. 60 seconds at 1,000 events a second: ``--seconds 60``.
"""

import argparse
import itertools
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, PriorityQueue
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.events.posts import post, public_key, signed  # noqa: E402  (needs the path above)

KINDS = (("processed", 480), ("delivered", 480), ("deferred", 20), ("bounce", 8), ("blocked", 7), ("spamreport", 3))
SENDERS = 8
"""Posts under way at the same time at most."""
BARE = """
import os, sys, waitress
file = open(sys.argv[2], "ab")
def app(environ, start):
    file.write(environ["wsgi.input"].read()); file.flush(); os.fsync(file.fileno())
    start("204 No Content", []); return []
waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)
"""


def make_site(folder: Path, readers: int) -> list[str]:
    """A site with a mailing that was taken by the provider; the names of its mails."""
    (folder / "data").mkdir()
    (folder / "newsletter.toml").write_text(
        '[site]\nbase_url = "https://news.example.org"\n[sender]\nemail = "news@example.org"\n'
        f'[providers.sendgrid]\nwebhook_key = "{public_key()}"\n'
    )
    secrets = folder / "secrets.toml"
    secrets.write_text('[secrets]\nsecret_key = "bench"\nerasure_key = "bench"\n')
    secrets.chmod(0o600)
    from newsletter.django_conf import start_django, upgrade
    from newsletter.site import load_site

    start_django(load_site(folder))
    upgrade()
    from newsletter.models import Delivery
    from subscribers.models import Subscriber, Subscription
    from tests.delivery.worlds import make_list, make_plan, make_revision

    for at in range(0, readers, 5_000):
        numbers = range(at, min(at + 5_000, readers))
        names = [f"reader{number}@example.org" for number in numbers]
        people = Subscriber.objects.bulk_create(Subscriber(email=name, email_norm=name) for name in names)
        Subscription.objects.bulk_create(
            Subscription(subscriber=one, list=make_list(), state="active") for one in people
        )
    from newsletter.delivery.mailing import freeze

    plan = make_plan(make_revision(), make_list(), provider="sendgrid")
    freeze(plan, confirm_count=readers, actor="bench", now=datetime.now(UTC), undo=timedelta())
    Delivery.objects.update(state="accepted")
    return list(Delivery.objects.values_list("public_id", flat=True))


def events_of(names: list[str]) -> Iterator[dict[str, Any]]:
    """Events as SendGrid writes them, for ever."""
    dice = random.Random(0)
    kinds = [kind for kind, weight in KINDS for _ in range(weight)]
    for number in itertools.count():
        kind = dice.choice(kinds)
        yield {
            "email": f"reader{number}@example.org",
            "timestamp": int(time.time()),
            "smtp-id": f"<{number:022}@geopod-ismtpd-1>",
            "event": kind,
            "type": "bounce" if kind == "bounce" else "blocked",
            "category": ["october-2020"],
            "sg_event_id": f"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9B{number:012}",
            "sg_message_id": f"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-{number}.0",
            "response": "250 2.0.0 OK 1603886400 q12si2412341qtj.123 - gsmtp",
            "ip": "192.0.2.17",
            "tls": 1,
            "nl_d": dice.choice(names),
            "nl_a": "1.1",
        }


class Poster:
    """Posts at their times, again until they are answered 2xx; keeps how long each answer took."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.path = port, path
        self.due: PriorityQueue[tuple[float, int, bytes]] = PriorityQueue()
        self.seconds: list[float] = []
        self.taken: set[int] = set()
        self.again = 0
        self.down: list[tuple[float, float]] = []
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(SENDERS)]
        self._over = False

    def run(self, bodies: list[bytes], every: float) -> None:
        """All of ``bodies``, one each so many seconds; returns once each was answered."""
        began = time.perf_counter() + 0.2
        for number, body in enumerate(bodies):
            self.due.put((began + number * every, number, body))
        for thread in self._threads:
            thread.start()
        while len(self.taken) < len(bodies):
            time.sleep(0.05)
        self._over = True
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._over:
            try:
                at, number, body = self.due.get(timeout=0.05)
            except Empty:
                continue
            time.sleep(max(0, at - time.perf_counter()))
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
                headers = {"Host": "news.example.org", "Content-Type": "application/json", **signed(body)}
                connection.request("POST", self.path, body, headers)
                status = connection.getresponse().status
                connection.close()
            except (OSError, HTTPException):
                status = 0
            if 200 <= status < 300:
                self.taken.add(number)
                if not any(first - 0.5 <= at <= last for first, last in self.down):
                    self.seconds.append(time.perf_counter() - at)
            else:
                self.again += 1
                self.due.put((time.perf_counter() + 0.5, number, body))


def quantile(seconds: list[float], part: float) -> float:
    """In milliseconds."""
    return 1_000 * sorted(seconds)[min(int(len(seconds) * part), len(seconds) - 1)]


def free_port() -> int:
    """None of those that the system gives to clients: they ask for it while nobody listens, and one could get it."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


@contextmanager
def started(command: list[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers on ``port``; killed in the end."""
    with log.open("ab") as file, subprocess.Popen(command, stdout=file, stderr=file, cwd=ROOT) as process:
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                if process.poll() is not None:
                    raise SystemExit(log.read_text()[-3_000:])
                time.sleep(0.02)
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def bare(folder: Path, bodies: list[bytes], every: float) -> Poster:
    """The same posts to the bare server."""
    port = free_port()
    with started([sys.executable, "-c", BARE, str(port), str(folder / "bare")], port, folder / "bare.log"):
        poster = Poster(port, "/")
        poster.run(bodies, every)
    return poster


def ours(folder: Path, bodies: list[bytes], every: float, *, kill: bool) -> tuple[Poster, float]:
    """The posts to ``newsletter serve``, and how long after the last answer everything was looked into."""
    from newsletter.models import WebhookInbox

    port = free_port()
    command = [sys.executable, "-m", "newsletter", "--site", str(folder), "serve", "--port", str(port)]
    poster = Poster(port, "/webhooks/sendgrid")
    work = threading.Thread(target=poster.run, args=(bodies, every), daemon=True)
    with started(command, port, folder / "serve.log"):
        work.start()
        if kill:
            time.sleep(len(bodies) * every / 2)
            cut = time.perf_counter()
        else:
            work.join()
    if kill:
        with started(command, port, folder / "serve.log"):
            poster.down.append((cut, time.perf_counter()))
            work.join()
            return poster, _drained(WebhookInbox)
    with started(command, port, folder / "serve.log"):
        return poster, _drained(WebhookInbox)


def _drained(inbox: Any) -> float:
    began = time.perf_counter()
    while inbox.objects.filter(done_at=None).exists():
        time.sleep(0.1)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--rate", type=int, default=1_000, help="events a second")
    parser.add_argument("--post", type=int, default=100, help="events of a post")
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--no-kill", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as root:
        folder = Path(root)
        stream = events_of(make_site(folder, wanted.readers))
        number = max(2, wanted.seconds * wanted.rate // wanted.post)
        posts = [list(itertools.islice(stream, wanted.post)) for _ in range(number)]
        bodies, every = [post(one) for one in posts], wanted.post / wanted.rate
        base = bare(folder, bodies[: max(2, number // 3)], every)
        poster, drained = ours(folder, bodies, every, kill=not wanted.no_kill)
        from newsletter.models import Event

        there = set(Event.objects.values_list("external_id", flat=True))
    lost = sum(one["sg_event_id"] not in there for taken in poster.taken for one in posts[taken])
    size = sum(map(len, bodies)) / number / 1_000
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{wanted.rate:,} events/s for {number * every:.0f} s in {number:,} posts of {wanted.post:,} events "
        f"({size:.0f} KB); load {os.getloadavg()[0]:.1f}"
    )
    for name, one in (("bare", base), ("ours", poster)):
        found = {part: quantile(one.seconds, part) for part in (0.5, 0.99, 1)}
        print(f"{name}   answer: median {found[0.5]:.0f} ms   p99 {found[0.99]:.0f} ms   longest {found[1]:.0f} ms")
    cut = f"killed once, {poster.again} posts made again" if poster.down else "not killed"
    print(f"{cut}; looked into {drained:.1f} s after the last answer; {used.ru_utime + used.ru_stime:.1f} CPU s")
    print(f"lost {lost:,} of {sum(len(posts[taken]) for taken in poster.taken):,} events that were answered 2xx")
    print(f"ratio {quantile(base.seconds, 0.5) / quantile(poster.seconds, 0.5):.2f}")
    if lost:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
