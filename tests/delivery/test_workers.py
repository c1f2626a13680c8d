"""Several senders on PostgreSQL: jobs, claims, workers that are stopped, and a connection that is cut."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.delivery.test_crashes import ROOT, mails, make_site_folder, run

READERS = 200
TWO_BATCHES = 1_040


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        postgres.new_store("workers")
    return "workers"


@pytest.fixture
def folder(tmp_path: Path, database: str) -> Path:
    made = make_site_folder(tmp_path / "site")
    point_at(made, postgres.server().url(database))
    return made


def point_at(folder: Path, url: str) -> None:
    file = folder / "newsletter.toml"
    text = file.read_text().partition("[database]")[0]
    file.write_text(f'{text}[database]\nurl = "{url}"\n')


def rows(database: str) -> dict[str, str]:
    with closing(postgres.server().connect(database)) as connection:
        return dict(connection.execute("SELECT public_id, state FROM newsletter_delivery").fetchall())


def jobs(database: str) -> Counter[str]:
    with closing(postgres.server().connect(database)) as connection:
        found = connection.execute(
            "SELECT queue_name FROM procrastinate_jobs WHERE task_name = 'newsletter.send_batch'"
        ).fetchall()
        return Counter(queue for (queue,) in found)


def worker(folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "newsletter", "--site", str(folder), "worker"], cwd=ROOT)


def sharing(folder: Path, log: Path, *, lease: float, call: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.delivery.sharing_process", folder, log, str(lease), str(call)]
    return subprocess.Popen(list(map(str, command)), cwd=ROOT, stderr=subprocess.PIPE, text=True)


def until(true: "object", *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "this takes too long"
        time.sleep(0.05)


def sent(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if line != "call"] if log.exists() else []


def calls(log: Path) -> int:
    return log.read_text().splitlines().count("call") if log.exists() else 0


def test_two_workers_share_a_mailing_and_stop_when_asked(folder: Path, database: str) -> None:
    run(folder, "make", "outbox", str(TWO_BATCHES))
    assert jobs(database) == {"outbox": 2}
    workers = [worker(folder), worker(folder)]
    try:
        until(lambda: Counter(rows(database).values()) == {"accepted": TWO_BATCHES})
        until(lambda: not jobs(database))
    finally:
        for one in workers:
            one.send_signal(signal.SIGTERM)
        ends = [one.wait(30) for one in workers]
    assert ends == [0, 0]
    assert sorted(mails(folder)) == sorted(rows(database))


def test_a_sender_that_is_stopped_past_its_lease_changes_nothing_any_more(folder: Path, database: str) -> None:
    run(folder, "make", "outbox", str(READERS))
    one, two = folder / "one", folder / "two"
    stopped = sharing(folder, one, lease=3, call=0.5)
    try:
        until(lambda: calls(one) == 2)
        stopped.send_signal(signal.SIGSTOP)
        with sharing(folder, two, lease=3, call=0) as other:
            assert other.wait(60) == 0, other.stderr and other.stderr.read()
        before = rows(database)
    finally:
        stopped.send_signal(signal.SIGCONT)
        _, said = stopped.communicate(timeout=60)
    assert "taken over by another sender" in said
    assert rows(database) == before, "who lost the claim settles nothing"
    assert Counter(before.values()) == {"accepted": READERS - 20, "unknown": 20}
    took = sent(one) + sent(two)
    assert len(took) == len(set(took)) == READERS, "nobody is mailed twice"
    assert {key for key, state in before.items() if state == "unknown"} == set(sent(one)[20:])


class Proxy:
    """Passes bytes between a port of this machine and the server's socket, until it is cut."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.listener.close()
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(f"{postgres.server().socket}/.s.PGSQL.{postgres.PORT}")
                self.open += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                to.sendall(data)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy()
    yield made
    made.cut()


@pytest.mark.parametrize("moment", ["in a call", "at any time"])
def test_nothing_is_sent_without_a_committed_claim_when_the_connection_is_cut(
    folder: Path, database: str, proxy: Proxy, moment: str
) -> None:
    run(folder, "make", "outbox", str(READERS))
    point_at(folder, f"postgresql://postgres@127.0.0.1:{proxy.port}/{database}")
    log = folder / "log"
    with sharing(folder, log, lease=2, call=0.2 if moment == "in a call" else 0.03) as sender:
        until(lambda: calls(log) >= 3)
        proxy.cut()
        sender.communicate(timeout=60)
    assert sender.returncode, "it cannot go on without its store"
    states = rows(database)
    took = sent(log)
    assert took and {states[key] for key in took} <= {"submitting", "accepted"}
    assert Counter(states.values())["submitting"] <= 20, "one group at most"

    point_at(folder, postgres.server().url(database))
    with sharing(folder, log, lease=2, call=0) as sender:
        assert sender.wait(60) == 0, sender.stderr and sender.stderr.read()
    after = rows(database)
    took = sent(log)
    assert len(took) == len(set(took)), "nobody is mailed twice"
    assert set(after.values()) <= {"accepted", "unknown"}
    assert {key for key, state in after.items() if state == "accepted"} <= set(took)


def test_many_processes_start_a_mailing_once(folder: Path, database: str) -> None:
    run(folder, "make", "outbox", "50")
    with closing(postgres.server().connect(database)) as connection:
        connection.execute("UPDATE newsletter_mailing SET key = 'old', state = 'cancelled'")
        connection.execute("UPDATE newsletter_delivery SET state = 'cancelled'")
        connection.execute("DELETE FROM procrastinate_jobs")
    command = [sys.executable, "-m", "tests.delivery.sender_process", str(folder), "start", "50"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    starters = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(4)]
    for one in starters:
        assert one.stdout and one.stdout.readline() == "ready\n"
    for one in starters:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=60)[0] for one in starters]
    assert [one.returncode for one in starters] == [0] * 4
    assert len(set(said)) == 1
    assert Counter(rows(database).values()) == {"cancelled": 50, "pending": 50}
    assert jobs(database) == {"outbox": 1}, os.linesep.join(said)


def test_a_database_that_was_copied_mails_nobody_of_what_was_under_way(folder: Path, database: str) -> None:
    run(folder, "make", "outbox", "60")
    log = folder / "log"
    with sharing(folder, log, lease=2, call=1) as sender:
        until(lambda: calls(log) == 2)
        sender.kill()
    took = sent(log)
    postgres.server().new_database("copied", template=database)
    point_at(folder, postgres.server().url("copied"))
    with sharing(folder, log, lease=2, call=0) as sender:
        sender.communicate(timeout=60)
    assert sent(log) == took and len(took) == 20
    assert Counter(rows("copied").values()) == {"accepted": 20, "unknown": 40}
    with closing(postgres.server().connect("copied")) as connection:
        [[state, reason]] = connection.execute("SELECT state, reason FROM newsletter_mailing").fetchall()
    assert state == "paused" and "copy" in reason
