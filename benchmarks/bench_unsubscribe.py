"""Unsubscribes in one click while a mailing runs on the same ``newsletter serve``, against a bare server beside it.

    python benchmarks/bench_unsubscribe.py [--seconds N] [--rate N] [--readers N]

The mailing goes to the outbox as fast as it can. Readers who are late in it unsubscribe (RFC 8058) at their times,
whether or not the ones before are answered; an answer's time counts from when its request was due. In the end the
ledger must show nobody whose mail was begun after their unsubscribe was answered. The bare server is waitress with an
application of five lines, which appends the body to a file and syncs it; ``ratio`` is its median answer time to ours.
60 seconds: ``--seconds 60 --readers 200000``.
"""

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue

from bench_webhook import BARE, free_port, quantile, started

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CALLERS = 64
"""Requests under way at the same time at most."""
BODY = "List-Unsubscribe=One-Click"
FORM = {"Host": "news.example.org", "Content-Type": "application/x-www-form-urlencoded"}


def make_site(folder: Path, readers: int) -> None:
    """A site with a mailing to ``readers`` readers that is to begin."""
    (folder / "data").mkdir()
    (folder / "newsletter.toml").write_text(
        '[site]\nbase_url = "https://news.example.org"\n[sender]\nemail = "news@example.org"\n'
    )
    secrets = folder / "secrets.toml"
    secrets.write_text('[secrets]\nsecret_key = "bench"\nerasure_key = "bench"\n')
    secrets.chmod(0o600)
    from newsletter.django_conf import start_django, upgrade
    from newsletter.site import load_site

    start_django(load_site(folder))
    upgrade()
    from newsletter.delivery.mailing import freeze
    from subscribers.models import Subscriber, Subscription
    from tests.delivery.worlds import make_list, make_plan, make_revision

    for at in range(0, readers, 5_000):
        names = [f"reader{number}@example.org" for number in range(at, min(at + 5_000, readers))]
        people = Subscriber.objects.bulk_create(Subscriber(email=name, email_norm=name) for name in names)
        Subscription.objects.bulk_create(
            Subscription(subscriber=one, list=make_list(), state="active") for one in people
        )
    plan = make_plan(make_revision(), make_list())
    freeze(plan, confirm_count=readers, actor="bench", now=datetime.now(UTC), undo=timedelta())


class Callers:
    """Make the requests at their times; ``answered`` says when each path was answered 200."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.seconds: list[float] = []
        self.answered: dict[str, datetime] = {}
        self.failed = 0
        self._due: SimpleQueue[tuple[float, str]] = SimpleQueue()

    def run(self, paths: list[str], rate: float) -> None:
        """All of ``paths``, so many a second."""
        began = time.perf_counter() + 0.2
        for number, path in enumerate(paths):
            self._due.put((began + number / rate, path))
        threads = [threading.Thread(target=self._run) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self) -> None:
        while True:
            try:
                at, path = self._due.get_nowait()
            except Empty:
                return
            time.sleep(max(0, at - time.perf_counter()))
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("POST", path, BODY, FORM)
                answer = connection.getresponse()
                answer.read()
                connection.close()
            except (OSError, HTTPException):
                self.failed += 1
                continue
            self.seconds.append(time.perf_counter() - at)
            if answer.status in {200, 204}:
                self.answered[path] = datetime.now(UTC)
            else:
                self.failed += 1


def bare(folder: Path, number: int, rate: float) -> Callers:
    """As many requests to the bare server."""
    port = free_port()
    with started([sys.executable, "-c", BARE, str(port), str(folder / "bare")], port, folder / "bare.log"):
        callers = Callers(port)
        callers.run(["/"] * number, rate)
    return callers


def ours(folder: Path, tokens: list[str], rate: float) -> tuple[Callers, bool]:
    """The unsubscribes while the mailing runs, then the rest of the mailing; whether it ran all the while."""
    from newsletter.models import Delivery

    port = free_port()
    command = [sys.executable, "-m", "newsletter", "--site", str(folder), "serve", "--port", str(port)]
    open_rows = Delivery.objects.filter(state__in=("pending", "submitting"))
    with started(command, port, folder / "serve.log"):
        while not Delivery.objects.filter(state="accepted").exists():
            time.sleep(0.1)
        callers = Callers(port)
        callers.run([f"/u/{token}" for token in tokens], rate)
        running = open_rows.exists()
        while open_rows.exists():
            time.sleep(0.5)
    return callers, running


def begun_after(callers: Callers) -> int:
    """Readers whose mail was begun after they were told that they are unsubscribed: must be none."""
    from newsletter.models import Delivery

    begun = dict(Delivery.objects.exclude(attempt=None).values_list("token", "attempt__started_at"))
    told = {path.removeprefix("/u/"): at for path, at in callers.answered.items()}
    return sum(token in begun and begun[token] > at for token, at in told.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rate", type=int, default=200, help="unsubscribes a second")
    parser.add_argument("--readers", type=int, default=60_000)
    wanted = parser.parse_args()
    number = wanted.seconds * wanted.rate
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as root:
        folder = Path(root)
        make_site(folder, wanted.readers)
        from newsletter.models import Delivery
        from subscribers.models import Consent, Subscription

        tokens = list(Delivery.objects.order_by("-pk").values_list("token", flat=True)[: wanted.readers // 2])
        random.Random(0).shuffle(tokens)
        tokens = tokens[:number]
        base = bare(folder, max(50, len(tokens) // 3), wanted.rate)
        callers, running = ours(folder, tokens, wanted.rate)
        late = begun_after(callers)
        gone = Subscription.objects.filter(state="unsubscribed").count()
        evidence = Consent.objects.filter(action="unsubscribed").count()
        mailed = Delivery.objects.filter(state="accepted").count()
        kept = Delivery.objects.filter(state__in=("suppressed", "cancelled")).count()
    print(
        f"{wanted.rate} unsubscribes/s for {len(tokens) / wanted.rate:.0f} s in a mailing of {wanted.readers:,}"
        f"{'' if running else ' (which ended before them)'}; load {os.getloadavg()[0]:.1f}"
    )
    for name, one in (("bare", base), ("ours", callers)):
        found = {part: quantile(one.seconds, part) for part in (0.5, 0.99, 1)}
        print(f"{name}   answer: median {found[0.5]:.0f} ms   p99 {found[0.99]:.0f} ms   longest {found[1]:.0f} ms")
    print(f"mailed {mailed:,}, left out by their word {kept:,}; begun after the answer {late}; failed {callers.failed}")
    print(f"ratio {quantile(base.seconds, 0.5) / quantile(callers.seconds, 0.5):.2f}")
    if late or callers.failed or not len(callers.answered) == gone == evidence:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
