"""A mailing to a million readers: how long its start takes, the memory of its sender, and how soon it goes on when it
is killed in the middle.

    python benchmarks/bench_million.py [--readers N]

The long one: some minutes. Readers in a SQLite store, each with values of their own, are mailed over SendGrid's API in
fenced mode to a server on this machine that reads each call and answers 202. Halfway the sender is killed (SIGKILL),
and another one is started at once; what it is given as its time to go on includes the start of Python.
"""

import argparse
import itertools
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bench_sendgrid
import bench_smtp


def fill(folder: Path, readers: int) -> None:
    """A list of made-up readers, and an issue for it."""
    bench_smtp.start(folder)
    from bench_messages import ENVELOPE
    from django.db import transaction

    from newsletter.django_conf import upgrade
    from newsletter.models import Issue, Revision
    from subscribers.models import MailingList, Subscriber, Subscription

    upgrade()
    now = datetime.now(UTC)
    mailing_list = MailingList.objects.create(slug=ENVELOPE.list_slug, name=ENVELOPE.list_name)
    issue = Issue.objects.create(slug=ENVELOPE.issue_slug, title="October")
    Revision.objects.create(issue=issue, number=1, source="", sha256="0" * 64, author="bench", at=now)
    with transaction.atomic():
        _insert(Subscriber(created_at=now), map(_reader, range(1, readers + 1)))
        like = Subscription(list=mailing_list, state="active", created_at=now)
        _insert(like, ({"subscriber_id": one, "token": f"{one:022}"} for one in range(1, readers + 1)))


def _reader(one: int) -> dict[str, Any]:
    name = f"Zoë{one}" if one % 3 == 0 else f"Ann{one}"
    email = f"reader{one}@mail{one % 97}.example.org"
    return {"email": email, "email_norm": email, "name": f"{name} Example", "attributes": f'{{"first_name": "{name}"}}'}


def _insert(like: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Rows as ``like``, but for the columns that each has of its own."""
    from django.db import connection

    from subscribers.stores import insert_rows

    fields = [one for one in like._meta.concrete_fields if not one.primary_key]
    usual = {one.column: one.get_db_prep_save(getattr(like, one.attname), connection) for one in fields}
    insert_rows(like._meta.db_table, list(usual), (list((usual | row).values()) for row in rows))


def start(folder: Path) -> None:
    """Start the mailing; what it took."""
    bench_smtp.start(folder)
    from bench_messages import ENVELOPE, rendering

    from newsletter.delivery.mailing import freeze
    from newsletter.delivery.plan import Plan
    from newsletter.models import Revision
    from subscribers.models import MailingList, Subscription

    readers = Subscription.objects.count()
    made = {"en": rendering(bench_smtp.LINES)}
    plan = Plan(
        Revision.objects.get(), MailingList.objects.get(), "sendgrid", ENVELOPE, "en", made, readers, {}, (), ()
    )
    began, used = time.perf_counter(), bench_smtp._cpu()
    freeze(plan, confirm_count=readers, actor="bench", now=datetime.now(UTC), undo=timedelta())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": bench_smtp._cpu() - used, "peak_mb": peak}))


def send(folder: Path) -> None:
    """Send what is left; tell when the first answer was there, and the end."""
    site = bench_smtp.start(folder)
    from newsletter.delivery.engine import send_mailing
    from newsletter.models import Mailing

    seen: list[int] = []

    def tell(progress: Any) -> None:
        if len(seen) < 2 and progress.done not in seen:
            seen.append(progress.done)
            print(json.dumps({"done": progress.done, "at": time.time()}), flush=True)

    began, used = time.perf_counter(), bench_smtp._cpu()
    send_mailing(site, Mailing.objects.get(), progress=tell)
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": bench_smtp._cpu() - used}), flush=True)


def report(folder: Path) -> None:
    """How long the report takes, and what it says."""
    bench_smtp.start(folder)
    from newsletter.models import Mailing
    from newsletter.reports.counts import report_of

    began = time.perf_counter()
    found = report_of(Mailing.objects.get())
    print(json.dumps({"seconds": time.perf_counter() - began, "states": dict(found.states)}))


@dataclass
class Run:
    """A sender in a process of its own, watched from outside."""

    folder: Path
    memory: list[float] = field(default_factory=list)
    """MB, a few times a second."""
    told: list[dict[str, float]] = field(default_factory=list)
    began: float = field(default_factory=time.time)

    def until(self, batches: int | None = None) -> int:
        """Watch it to its end, or kill it once so many batches are done; how many these are."""
        done = 0
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, __file__, "--side", "send", str(self.folder)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        while process.poll() is None:
            time.sleep(0.1)
            self.memory += _memory(process.pid)
            if batches and (done := _done(self.folder)) >= batches:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
        out = process.stdout.read() if process.stdout else ""
        self.told = [json.loads(line) for line in out.splitlines()]
        if not batches and process.returncode:
            raise SystemExit((self.folder / "log").read_text()[-2_000:])
        return done

    @property
    def first(self) -> float:
        """Seconds from the start of the process to the first answer that was settled."""
        return self.told[1]["at"] - self.began


def _memory(process: int) -> list[float]:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return []
    return [int(line.split()[1]) / 1_000 for line in lines if line.startswith("VmRSS:")]


def _done(folder: Path) -> int:
    store = sqlite3.connect(f"file:{folder}/data/newsletter.sqlite3?mode=ro", uri=True)
    try:
        (found,) = store.execute("SELECT count(*) FROM newsletter_batch WHERE state = 'done'").fetchone()
        return int(found)
    finally:
        store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="A mailing to a million readers, killed in the middle.")
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--side", nargs="+", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.side:
        name, folder, *numbers = wanted.side
        sides: dict[str, Any] = {"fill": fill, "start": start, "send": send, "report": report}
        sides[name](Path(folder), *map(int, numbers))
        return
    with bench_sendgrid.taker() as port, tempfile.TemporaryDirectory(dir=Path.cwd()) as root:
        site = Path(root)
        bench_sendgrid.write_site(site, port, "fenced")
        _side("fill", site, wanted.readers)
        made = _side("start", site)
        print(
            f"start       {made['seconds']:.1f} s for {wanted.readers:,} readers, {made['cpu']:.1f} CPU s, "
            f"peak {made['peak_mb']:.0f} MB",
            flush=True,
        )
        killed, resumed = Run(site), Run(site)
        done = killed.until(wanted.readers // 2_000)
        resumed.began = time.time()
        resumed.until()
        print(f"first       {killed.first:.2f} s to the first answer; killed with {done:,} batches done", flush=True)
        print(f"resume      {resumed.first:.2f} s from a new process to its first answer")
        took = resumed.told[-1]
        rest = wanted.readers - resumed.told[0]["done"]
        rate, cpu = rest / took["seconds"], 1_000 * took["cpu"] / rest
        print(f"rate        {rate:,.0f} recipients/s, {cpu:.3f} CPU s per 1,000")
        for name, run in (("killed", killed), ("resumed", resumed)):
            parts = [run.memory[at * len(run.memory) // 5 :][: max(1, len(run.memory) // 5)] for at in range(5)]
            fifths = " ".join(f"{max(part):.0f}" for part in itertools.filterfalse(lambda part: not part, parts))
            print(f"memory      {fifths} MB at most in each fifth of the sender that was {name}")
        told = _side("report", site)
        print(f"report      {told['seconds']:.1f} s: {told['states']}")


def _side(*words: object) -> dict[str, Any]:
    command = [sys.executable, __file__, "--side", *map(str, words)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)  # the log goes to stderr
    if ran.returncode:
        raise SystemExit(ran.stderr[-2_000:])
    answer: dict[str, Any] = json.loads(ran.stdout or "{}")
    return answer


if __name__ == "__main__":
    main()
