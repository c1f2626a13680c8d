"""Recipients a second on PostgreSQL with 1, 2 and 4 worker processes, against a bare loop in the same run.

    python benchmarks/bench_postgres.py [--readers N]

The workers are those of ``newsletter worker``; each message is made in full and handed to a sink that takes it at once,
so what is measured is the ledger, the jobs and the making of messages. The bare loop moves the same number of rows of a
like table to ``submitting`` and on to ``accepted``, a thousand at a time with a commit after each, and does nothing
else. The server has its durable defaults and runs on the same processors.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.postgres import Server

WORKERS = (1, 2, 4)
CHUNK = 1_000


def make_site(folder: Path, url: str) -> None:
    (folder / "data").mkdir()
    (folder / "newsletter.toml").write_text(
        '[site]\nbase_url = "https://news.example.org"\n[sender]\nemail = "news@example.org"\n'
        f'[providers]\nallow_test_addresses = true\n[database]\nurl = "{url}"\n'
    )
    (folder / "secrets.toml").write_text('[secrets]\nsecret_key = "s"\nerasure_key = "e"\n')
    (folder / "secrets.toml").chmod(0o600)


def open_site(folder: str) -> None:
    from newsletter.django_conf import start_django, upgrade
    from newsletter.site import load_site

    start_django(load_site(Path(folder)))
    upgrade()


def fill(readers: int) -> None:
    """A list of so many readers."""
    from django.db import connection

    from subscribers.models import MailingList

    upr = MailingList.objects.create(slug="upr", name="UPR")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO subscribers_subscriber (email, email_norm, name, language, timezone, attributes, created_at) "
            "SELECT 'r' || n || '@example.org', 'r' || n || '@example.org', 'Reader ' || n, 'en', '', "
            "jsonb_build_object('first_name', 'Name' || n), now() FROM generate_series(1, %s) n",
            [readers],
        )
        cursor.execute(
            "INSERT INTO subscribers_subscription (subscriber_id, list_id, token, state, created_at) "
            "SELECT id, %s, md5(id::text)::varchar(22), 'active', now() FROM subscribers_subscriber",
            [upr.pk],
        )
        cursor.execute("ANALYZE")


def start(number: int, readers: int) -> float:
    """Freeze a mailing to all of them; the seconds that took."""
    from bench_messages import rendering

    from newsletter.delivery.clock import store_now
    from newsletter.delivery.mailing import freeze
    from newsletter.models import Delivery
    from tests.delivery.worlds import make_list, make_plan, make_revision

    plan = make_plan(make_revision(f"issue-{number}"), make_list(), provider="sink", renderings={"en": rendering()})
    began = time.perf_counter()
    freeze(plan, confirm_count=readers, actor="bench", now=store_now(), undo=timedelta(seconds=10))
    took = time.perf_counter() - began
    assert Delivery.objects.filter(mailing__provider="sink").exists()
    return took


def work() -> None:
    """What ``newsletter worker`` does, with a sink."""
    from newsletter.delivery import tasks, worker
    from newsletter.delivery.providers.base import Accepted, Answer, Capabilities, Provider, Submission, same_for

    class Sink(Provider):
        name = "sink"
        capabilities = Capabilities(group=CHUNK)

        def check(self) -> tuple[str, ...]:
            return ()

        def submit(self, submission: Submission) -> Answer:
            for _ in submission.messages():
                pass
            return Answer(same_for(submission.recipients, Accepted()))

    tasks.provider_for = lambda site, _: Sink(site)  # type: ignore[assignment]  # a sink instead of a provider
    worker.run_worker(1)


def rate(server: Server, mailing: int, readers: int) -> float:
    """Recipients a second from the first attempt to the end of the last, once all are sent."""
    with server.connect("bench") as connection:
        until = time.monotonic() + 600
        while time.monotonic() < until:
            [left] = connection.execute(
                "SELECT count(*) FROM newsletter_batch WHERE mailing_id = %s AND state <> 'done'", [mailing]
            ).fetchone()
            if not left:
                break
            time.sleep(0.5)
        [accepted, seconds] = connection.execute(
            "SELECT (SELECT count(*) FROM newsletter_delivery WHERE mailing_id = %s AND state = 'accepted'), "
            "extract(epoch FROM max(a.ended_at) - min(a.started_at))::float FROM newsletter_attempt a "
            "JOIN newsletter_batch b ON b.id = a.batch_id WHERE b.mailing_id = %s",
            [mailing, mailing],
        ).fetchone()
    assert accepted == readers, f"{accepted} of {readers} accepted"
    return readers / seconds


def bare(server: Server, readers: int) -> float:
    """Rows a second through the two states, and nothing else."""
    with server.connect("bench") as connection:
        connection.execute(
            "CREATE TABLE bare (id bigint PRIMARY KEY, mailing int, state varchar(10), at timestamptz, filler text)"
        )
        connection.execute(
            "INSERT INTO bare SELECT n, 1, 'pending', now(), repeat('x', 200) FROM generate_series(1, %s) n", [readers]
        )
        connection.execute("CREATE INDEX ON bare (mailing, state)")
        began = time.perf_counter()
        for at in range(1, readers + 1, CHUNK):
            keys = list(range(at, at + CHUNK))
            for state in ("submitting", "accepted"):
                connection.execute("UPDATE bare SET state = %s, at = now() WHERE id = ANY(%s)", [state, keys])
        return readers / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=50_000)
    parser.add_argument("--work", metavar="SITE", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.work:
        open_site(wanted.work)
        work()
        return
    server = Server("fsync=on", "full_page_writes=on", "synchronous_commit=on", "shared_buffers=256MB")
    try:
        with tempfile.TemporaryDirectory() as folder:
            server.new_database("bench")
            make_site(Path(folder), server.url("bench"))
            open_site(folder)
            fill(wanted.readers)
            loop = bare(server, wanted.readers)
            print(f"postgres: bare loop {loop:,.0f} rows/s, on {os.cpu_count()} processors", flush=True)
            measure(server, folder, wanted.readers, loop)
    finally:
        server.stop()


def measure(server: Server, folder: str, readers: int, loop: float) -> None:
    first = 0.0
    for number, count in enumerate(WORKERS, start=1):
        command = [sys.executable, __file__, "--work", folder]
        workers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(count)]
        try:
            took = start(number, readers)
            before = _cpu(workers)
            found = rate(server, number, readers)
            used = (_cpu(workers) - before) / readers * 1000
        finally:
            for one in workers:
                one.send_signal(signal.SIGTERM)
            for one in workers:
                one.wait(60)
        first = first or found
        print(
            f"postgres: {count} workers {found:,.0f} recipients/s, {found / first:.2f} times one, "
            f"{found / loop:.2f} of the bare loop "
            f"(started in {took:.1f} s; {used:.2f} processor seconds of the workers per 1,000)",
            flush=True,
        )
    with server.connect("bench") as connection:
        for table in ("newsletter_delivery", "subscribers_subscriber", "subscribers_subscription"):
            [size, rows] = connection.execute(
                f"SELECT pg_total_relation_size('{table}'), (SELECT count(*) FROM {table})"
            ).fetchone()
            print(f"postgres: {table} {size / rows:,.0f} bytes a row with its indexes", flush=True)


def _cpu(processes: "list[subprocess.Popen[bytes]]") -> float:
    """Processor seconds of the processes until now; by then the workers have started and wait (proc(5))."""
    times = [Path(f"/proc/{one.pid}/stat").read_text().rpartition(")")[2].split()[11:13] for one in processes]
    return sum(int(ticks) for pair in times for ticks in pair) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
