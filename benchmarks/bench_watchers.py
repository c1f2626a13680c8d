"""A mailing that ``newsletter serve`` sends while many browsers watch it, against the same that nobody watches.

    python benchmarks/bench_watchers.py [--readers N] [--watchers N] [--rounds N]

A mailing over SMTP into Postfix's ``smtp-sink``, sent by the loop beside the web server. Each watcher is signed in,
opens the page of the mailing before it starts, and then does what the page says: asks for what changed, as often as
the last answer told. The time of the mailing is from its first attempt to the end of its last, as the store has them.
``ratio`` is the median rate with watchers to that without, in turns. Bar: 0.9.
"""

import argparse
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

import bench_smtp
from bench_webhook import free_port

UNDO = timedelta(seconds=25)
"""Until the first mail leaves: the server starts, and everybody opens the page."""
_AGAIN = re.compile(r'hx-get="([^"]+)" hx-trigger="every (\d+)s"')


def make(folder: Path, readers: int, watchers: int) -> None:
    """A mailing that starts soon, and the sessions of those who will watch it."""
    bench_smtp.make(folder, readers)
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from newsletter.models import Account, Batch, Mailing

    starts = datetime.now(UTC) + UNDO
    Mailing.objects.update(not_before=starts)
    Batch.objects.update(next_at=starts)
    account = Account.objects.make("ed@example.org", name="Ed", roles=["sender"], password="quiet mountain river")
    keys = []
    for _ in range(watchers):
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.save()
        keys.append(session.session_key)
    (folder / "sessions.json").write_text(json.dumps(keys))


def look(folder: Path) -> None:
    """How far the mailing is, and how long it took."""
    bench_smtp.start(folder)
    from django.db.models import Max, Min

    from newsletter.models import Attempt, Batch, Mailing

    over = not Batch.objects.exclude(state=Batch.State.DONE).exists()
    span = Attempt.objects.aggregate(began=Min("started_at"), ended=Max("ended_at"))
    seconds = (span["ended"] - span["began"]).total_seconds() if over else 0.0
    left = (Mailing.objects.get().not_before - datetime.now(UTC)).total_seconds()
    print(json.dumps({"seconds": seconds, "left": left}))


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The site served on a port."""
    port = free_port()
    command = [sys.executable, "-m", "newsletter", "--site", str(folder), "serve", "--port", str(port)]
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=bench_smtp.ROOT) as server,
    ):
        try:
            for _ in range(200):
                time.sleep(0.1)
                try:
                    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                        connection.request("GET", "/sign-in/")
                        connection.getresponse().read()
                    break
                except OSError:
                    continue
            yield port
        finally:
            server.send_signal(signal.SIGINT)


def watch(port: int, key: str, over: Event, asked: list[int]) -> None:
    """One browser, from the opening of the page until nothing changes any more."""
    path = "/mailings/1/"
    headers = {"Cookie": f"newsletter_session={key}"}
    every = 0.0
    while not over.wait(every):
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            content = answer.read().decode()
        asked.append(answer.status)
        if answer.status == 204:
            continue
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        if not (found := _AGAIN.search(content)):
            return
        path, every = found[1], float(found[2])
        headers["HX-Request"] = "true"


def one_round(folder: Path, port: int, readers: int, watchers: int) -> float:
    """Recipients a second."""
    bench_smtp.write_site(folder, port, bench_smtp.CONNECTIONS)
    _side("make", folder, readers, watchers)
    over, asked = Event(), list[int]()
    with served(folder) as at:
        keys = json.loads((folder / "sessions.json").read_text())
        browsers = [Thread(target=watch, args=(at, key, over, asked), daemon=True) for key in keys]
        for browser in browsers:
            browser.start()
        while not (seen := _side("look", folder))["seconds"]:
            if watchers and len(asked) < watchers and seen["left"] < 0:
                raise SystemExit(f"only {len(asked)} had opened the page when the mailing started")
            time.sleep(max(2.0, seen["left"]))
        over.set()
    rate = readers / seen["seconds"]
    shutil.rmtree(folder)
    if {*asked} - {200, 204}:
        raise SystemExit(f"the page was not shown: {sorted({*asked})}")
    print(f"{watchers:4} watchers  {rate:8,.0f} mails/s   asked {len(asked):,} times", flush=True)
    return rate


def _side(*words: object) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", *map(str, words)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(ran.stderr[-2_000:])
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=60_000)
    parser.add_argument("--watchers", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", nargs="+", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.side:
        name, folder, *numbers = wanted.side
        if name == "make":
            make(Path(folder), *map(int, numbers))
        else:
            look(Path(folder))
        return
    rates: dict[int, list[float]] = {0: [], wanted.watchers: []}
    with bench_smtp.sink() as port, tempfile.TemporaryDirectory(dir=Path.cwd()) as root:
        for number in range(wanted.rounds):
            for watchers, found in rates.items():
                found.append(one_round(Path(root) / f"{number}-{watchers}", port, wanted.readers, watchers))
    alone, watched = (sorted(found)[len(found) // 2] for found in rates.values())
    print(f"ratio {watched / alone:.2f} ({wanted.readers:,} mails, {wanted.watchers} watching)")


if __name__ == "__main__":
    main()
