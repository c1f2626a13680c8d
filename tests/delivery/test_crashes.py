"""kill -9 at any point: nobody is mailed twice, nobody is lost without a word, and the states add up."""

import asyncio
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from tests import canary, tables

ROOT = Path(__file__).parents[2]
READERS = 260
"""More than one group of the outbox."""
SMTP_GROUP = 16
CONNECTIONS = 2


def make_site_folder(folder: Path, smtp_port: int = 25) -> Path:
    folder.mkdir(mode=0o700)
    (folder / "data").mkdir()
    tables.lay(folder)
    (folder / "newsletter.toml").write_text(
        '[site]\nbase_url = "https://news.example.org"\n[sender]\nemail = "news@example.org"\n'
        f'[providers]\nallow_test_addresses = true\n[providers.smtp]\nhost = "127.0.0.1"\nport = {smtp_port}\n'
        f'tls = "none"\nconnections = {CONNECTIONS}\n'
    )
    (folder / "secrets.toml").write_text('[secrets]\nsecret_key = "s"\nerasure_key = "e"\n')
    (folder / "secrets.toml").chmod(0o600)
    return folder


def process(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.delivery.sender_process", str(folder), *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run(folder: Path, *words: str, expect: int = 0) -> str:
    with process(folder, *words) as one:
        out, _ = one.communicate(timeout=120)
    assert one.returncode == expect
    return out


def rows(folder: Path) -> dict[str, str]:
    """Public id -> state."""
    connection = sqlite3.connect(folder / "data" / "newsletter.sqlite3")
    try:
        return dict(connection.execute("SELECT public_id, state FROM newsletter_delivery").fetchall())
    finally:
        connection.close()


def mails(folder: Path) -> list[str]:
    return [mail.name for part in ("new", "cur") for mail in (folder / "outbox" / part).glob("*")]


@pytest.mark.parametrize("point", ["claim", "intend", "submit", "settle", "release"])
def test_the_outbox_has_each_mail_once_wherever_the_sender_dies(tmp_path: Path, point: str) -> None:
    folder = make_site_folder(tmp_path / "site")
    run(folder, "make", "outbox", str(READERS))
    run(folder, "send", point, "1", expect=-signal.SIGKILL)
    before = Counter(rows(folder).values())
    assert before["accepted"] < READERS or point == "release"
    run(folder, "send")
    states = rows(folder)
    assert Counter(states.values()) == {"accepted": READERS}
    assert sorted(mails(folder)) == sorted(states)
    assert not list((folder / "outbox" / "tmp").iterdir())


def test_the_outbox_survives_kills_at_random_times(tmp_path: Path) -> None:
    folder = make_site_folder(tmp_path / "site")
    run(folder, "make", "outbox", "1500")
    kills = 0
    for seed in range(4):
        with process(folder, "send") as sender:
            deadline = time.monotonic() + 60
            had = len(mails(folder))
            while sender.poll() is None and time.monotonic() < deadline and len(mails(folder)) <= had:
                time.sleep(0.005)
            time.sleep(random.Random(seed).uniform(0, 0.2))
            if sender.poll() is None:
                sender.kill()
                kills += 1
    assert kills >= 1
    run(folder, "send")
    states = rows(folder)
    assert Counter(states.values()) == {"accepted": 1500} and sorted(mails(folder)) == sorted(states)


class Inbox:
    """A mail server that keeps the ids of what it took, and counts them."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        (line,) = [line for line in envelope.content.split(b"\r\n") if line.startswith(b"Message-ID:")]
        self.ids.append(line.decode().partition("<")[2].partition("@")[0])
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    made = Inbox()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(
        loop.create_server(lambda: SMTP(made, loop=loop), "127.0.0.1", 0), loop
    ).result(20)
    made.port = server.sockets[0].getsockname()[1]
    yield made

    async def end() -> None:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.05)

    asyncio.run_coroutine_threadsafe(end(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.mark.parametrize("point", ["intend", "start", "submit", "settle"])
def test_smtp_never_sends_twice_wherever_the_sender_dies(tmp_path: Path, inbox: Inbox, point: str) -> None:
    folder = make_site_folder(tmp_path / "site", inbox.port)
    run(folder, "make", "smtp", str(READERS))
    run(folder, "send", point, "1", expect=-signal.SIGKILL)
    run(folder, "send")
    check_smtp(folder, inbox, kills=1)
    unknown = Counter(rows(folder).values())["unknown"]
    assert unknown == (0 if point == "intend" else SMTP_GROUP)  # what was intended is not committed yet


def test_smtp_never_sends_twice_when_killed_in_the_middle(tmp_path: Path, inbox: Inbox) -> None:
    folder = make_site_folder(tmp_path / "site", inbox.port)
    run(folder, "make", "smtp", str(READERS))
    kills = 0
    while kills < 3:
        had = len(inbox.ids)
        with process(folder, "send") as sender:
            deadline = time.monotonic() + 60
            while sender.poll() is None and len(inbox.ids) < had + 5 + kills * 17 and time.monotonic() < deadline:
                time.sleep(0.001)
            sender.kill()
        kills += 1
    run(folder, "send")
    check_smtp(folder, inbox, kills=kills)


def check_smtp(folder: Path, inbox: Inbox, *, kills: int) -> None:
    states = rows(folder)
    assert len(inbox.ids) == len(set(inbox.ids)), "somebody was mailed twice"
    assert set(states.values()) <= {"accepted", "unknown"} and len(states) == READERS
    accepted = {delivery for delivery, state in states.items() if state == "accepted"}
    assert accepted <= set(inbox.ids), "the ledger says accepted, the server never had it"
    assert len(states) - len(accepted) <= SMTP_GROUP * CONNECTIONS * kills


def test_simultaneous_starts_make_one_mailing(tmp_path: Path) -> None:
    folder = make_site_folder(tmp_path / "site")
    run(folder, "make", "outbox", "50")
    database = sqlite3.connect(folder / "data" / "newsletter.sqlite3")
    for table in ("delivery", "batch", "rendering", "mailing"):
        database.execute(f"DELETE FROM newsletter_{table}")
    database.commit()
    starters = [process(folder, "start", "50") for _ in range(4)]
    for one in starters:
        assert one.stdout.readline() == "ready\n"
    for one in starters:
        one.stdin.write("go\n")
        one.stdin.flush()
    ids = {one.communicate(timeout=60)[0].strip() for one in starters}
    assert [one.returncode for one in starters] == [0] * 4
    assert len(ids) == 1
    assert database.execute("SELECT count(*), count(DISTINCT mailing_id) FROM newsletter_delivery").fetchone() == (
        50,
        1,
    )
    database.close()


def test_ctrl_c_stops_between_two_groups_and_resume_goes_on(tmp_path: Path) -> None:
    folder = make_site_folder(tmp_path / "site")
    run(folder, "make", "outbox", "1500")
    command = [sys.executable, "-m", "newsletter", "--site", str(folder), "mailing", "resume", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as sender:
        while sender.poll() is None and not mails(folder):
            time.sleep(0.002)
        sender.send_signal(signal.SIGINT)
        _, said = sender.communicate(timeout=60)
    canary.look_at_process(said)
    assert sender.returncode == 130 and "newsletter mailing resume 1" in said and "Traceback" not in said
    assert "'newsletter serve' or a worker goes on" in said and "newsletter mailing pause 1" in said
    states = Counter(rows(folder).values())
    assert set(states) == {"accepted", "pending"} and states["accepted"] == len(mails(folder))
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0
    assert Counter(rows(folder).values()) == {"accepted": 1500} and len(set(mails(folder))) == 1500
