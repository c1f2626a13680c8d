"""A mailing over SMTP, against Postfix's own ``smtp-source`` with mails of the same size in the same run.

    python benchmarks/bench_smtp.py [--readers N] [--rounds N] [--connections N] [--send-only]

Both sides mail the same number of recipients into Postfix's ``smtp-sink`` on this machine, in turns. Ours is a whole
mailing: from the readers in a SQLite store, every intent and outcome on the disk, suppression and consent read again
for each group, every mail with values of its own. ``smtp-source -d -s 8`` sends one mail over and over and keeps
nothing. Processor time and memory are those of the sending process alone.
"""

import argparse
import gc
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SESSIONS = 8
"""Of smtp-source."""
CONNECTIONS = 24
"""Of ours: what is on its way while the disk is waited for is 16 mails on each. Postfix takes 50 from one client unless
it is told otherwise (smtpd_client_connection_count_limit)."""
LINES = 89
"""Of the made-up issue; the mail then has 28 KB."""


def make(folder: Path, readers: int) -> None:
    """A list of made-up readers, and a mailing to it that has started. Prints how long the start took."""
    start(folder)
    from bench_messages import ENVELOPE, rendering

    from newsletter.delivery.mailing import freeze
    from newsletter.delivery.plan import Plan
    from newsletter.django_conf import upgrade
    from newsletter.models import Issue, Revision
    from subscribers.models import MailingList, Subscriber, Subscription

    upgrade()
    now = datetime.now(UTC)
    mailing_list = MailingList.objects.create(slug=ENVELOPE.list_slug, name=ENVELOPE.list_name)
    for at in range(0, readers, 10_000):
        people = Subscriber.objects.bulk_create(
            Subscriber(
                email=f"reader{one}@mail{one % 97}.example.org",
                email_norm=f"reader{one}@mail{one % 97}.example.org",
                name=f"Zoë Example {one}" if one % 3 == 0 else f"Ann Example {one}",
                attributes={"first_name": f"Zoë{one}" if one % 3 == 0 else f"Ann{one}"},
            )
            for one in range(at, min(at + 10_000, readers))
        )
        Subscription.objects.bulk_create(
            Subscription(subscriber=one, list=mailing_list, state="active") for one in people
        )
    issue = Issue.objects.create(slug=ENVELOPE.issue_slug, title="October")
    revision = Revision.objects.create(issue=issue, number=1, source="", sha256="0" * 64, author="bench", at=now)
    plan = Plan(revision, mailing_list, "smtp", ENVELOPE, "en", {"en": rendering(LINES)}, readers, {}, (), ())
    began = time.perf_counter()
    freeze(plan, confirm_count=readers, actor="bench", now=now, undo=timedelta())
    print(json.dumps({"freeze": time.perf_counter() - began}))


def send(folder: Path) -> None:
    """Send the mailing of the folder's store; what it took."""
    site = start(folder)
    from newsletter.delivery.engine import send_mailing
    from newsletter.models import Mailing
    from newsletter.reports.counts import report_of

    mailing = Mailing.objects.get()
    first: list[float] = []
    began, used = time.perf_counter(), _cpu()
    send_mailing(
        site, mailing, progress=lambda one: first.append(time.perf_counter()) if one.done and not first else None
    )
    seconds, cpu = time.perf_counter() - began, _cpu() - used
    report = report_of(mailing)
    if report.states != {"accepted": report.recipients}:
        raise SystemExit(f"not everybody was accepted: {report.states} {report.reason}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = {"seconds": seconds, "cpu": cpu, "first": first[0] - began, "peak_mb": peak / 1_000}
    print(json.dumps({**answer, "mails": report.recipients}))


def start(folder: Path):  # type: ignore[no-untyped-def]  # what comes back is of the late imports
    """Django on the site in ``folder``."""
    from newsletter.django_conf import start_django
    from newsletter.site import load_site

    gc.set_threshold(50_000, 20, 20)  # as the command does (newsletter.cli.main)
    site = load_site(folder)
    start_django(site)
    return site


def write_site(folder: Path, port: int, connections: int) -> None:
    """A site that mails into the sink."""
    (folder / "data").mkdir(parents=True)
    (folder / "newsletter.toml").write_text(
        '[site]\nbase_url = "https://news.example.org"\n[sender]\nemail = "news@example.org"\n'
        '[providers]\nallow_test_addresses = true\n[providers.smtp]\nhost = "127.0.0.1"\n'
        f'port = {port}\ntls = "none"\nconnections = {connections}\n'
    )
    secrets = folder / "secrets.toml"
    secrets.write_text('[secrets]\nsecret_key = "bench"\nerasure_key = "bench"\n')
    secrets.chmod(0o600)


@contextmanager
def sink() -> Iterator[int]:
    """``smtp-sink`` on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    as_user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen([_tool("smtp-sink"), *as_user, f"127.0.0.1:{port}", "128"]) as server:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if not probe.connect_ex(("127.0.0.1", port)):
                        break
                time.sleep(0.05)
            yield port
        finally:
            server.terminate()


def source(port: int, mails: int, size: int) -> float:
    """Seconds that ``smtp-source`` takes."""
    command = [_tool("smtp-source"), "-d", "-s", str(SESSIONS), "-m", str(mails), "-l", str(size), f"127.0.0.1:{port}"]
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began


def message_size() -> int:
    """Bytes of one of our mails."""
    from bench_messages import ENVELOPE, readers, rendering

    from newsletter.delivery.messages import Composer

    return len(Composer(rendering(LINES), ENVELOPE).message(readers(1)[0]))


def _tool(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/libexec/postfix")
    if not found:
        raise SystemExit(f"{name} is missing; it is part of Postfix (on Debian: apt install postfix)")
    return found


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _side(*words: object) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", *map(str, words)]
    with tempfile.TemporaryFile() as log:  # every transition is logged
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=log)
        if done.returncode:
            log.seek(0)
            raise SystemExit(log.read()[-3_000:].decode())
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3, help="how often each side sends")
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help="of ours")
    parser.add_argument("--send-only", action="store_true", help="without smtp-source: for memory at a large size")
    parser.add_argument("--side", nargs="+", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.side:
        name, folder, *more = wanted.side
        {"make": make, "send": send}[name](Path(folder), *map(int, more))
        return
    size = message_size()
    with sink() as port, tempfile.TemporaryDirectory(dir=Path.cwd()) as root:
        ratios = []
        for number in range(wanted.rounds):
            site = Path(root) / str(number)
            write_site(site, port, wanted.connections)
            made = _side("make", site, wanted.readers)
            ours = _side("send", site)
            shutil.rmtree(site)
            rate = ours["mails"] / ours["seconds"]
            print(
                f"mailing      {rate:8,.0f} mails/s   {1_000 * ours['cpu'] / ours['mails']:.3f} CPU s per 1,000   "
                f"peak {ours['peak_mb']:.0f} MB   start {made['freeze']:.2f} s   first answer {ours['first']:.2f} s"
            )
            if not wanted.send_only:
                theirs = wanted.readers / source(port, wanted.readers, size)
                ratios.append(rate / theirs)
                print(f"smtp-source  {theirs:8,.0f} mails/s   ratio {ratios[-1]:.2f}", flush=True)
        if ratios:
            ratio = sorted(ratios)[len(ratios) // 2]
            print(f"ratio {ratio:.2f} (the median of {len(ratios)}; {wanted.readers:,} mails of {size / 1000:.0f} KB)")


if __name__ == "__main__":
    main()
