"""What machines do: a disk that fills up, a store that is locked or gone, a clock that jumps."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.delivery.engine import send_mailing
from newsletter.delivery.providers.base import Accepted
from tests.delivery.worlds import NOW, Clock, Scripted, make_mailing, make_site, states
from tests.proof.trial import Trial, trial
from tests.proof.witnesses import witness

READERS = 300
HOUR = timedelta(hours=1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB. Under CI it must be there; elsewhere the test says why it cannot run."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        why = done.stderr.strip() if done.returncode else ""
    except OSError as error:
        why = str(error)
    if why:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"a small disk cannot be mounted: {why}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("left", [0, 60_000])
def test_a_full_disk_stops_the_sender_and_harms_nobody(small_disk: Path, tmp_path: Path, left: int) -> None:
    with witness("smtp", tmp_path) as other_end, trial(small_disk, other_end, readers=READERS) as one:
        ballast = small_disk / "ballast"
        _fill(ballast, left)
        code = one.send()
        said = (one.site / "moaned").read_text() if (one.site / "moaned").stat().st_size else ""
        assert code not in {0, 4} and "Traceback" not in said
        ballast.unlink()
        states = one.states()
        assert states["pending"] > 0, "the disk was not full"
        assert one.faults(ended=False) == []
        if not left:
            assert not other_end.mails()
        one.finish()
        assert one.faults(ended=True) == []
        assert one.states()["unknown"] <= other_end.in_doubt


def _fill(ballast: Path, left: int) -> None:
    """Fill the disk up to ``left`` bytes."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    size = ballast.stat().st_size
    os.truncate(ballast, max(0, size - left))


def test_a_sender_waits_for_who_holds_the_store_and_goes_on(tmp_path: Path) -> None:
    with witness("smtp", tmp_path, seconds=0.002) as other_end, trial(tmp_path, other_end, readers=READERS) as one:
        one.sender.begin("command", "mailing", "resume", "1", tell=True)
        one.sender.sending()
        with closing(_held(one)):
            had = len(other_end.mails())
            time.sleep(1)
            assert len(other_end.mails()) - had <= other_end.in_doubt
            assert one.faults(ended=False) == []
        assert one.sender.end() == 0
        assert one.faults(ended=True) == [] and one.states() == {"accepted": READERS}


def test_a_sender_that_cannot_have_the_store_ends_and_says_so(tmp_path: Path) -> None:
    with witness("smtp", tmp_path, seconds=0.002) as other_end, trial(tmp_path, other_end, readers=READERS) as one:
        one.sender.begin("command", "mailing", "resume", "1", tell=True, timeout=0.5)
        one.sender.sending()
        with closing(_held(one)):
            assert one.sender.end() == 75
        assert "the store is busy" in (one.site / "moaned").read_text()
        assert one.states()["submitting"] <= other_end.in_doubt and one.faults(ended=False) == []
        one.finish()
        assert one.faults(ended=True) == []
        assert one.states()["unknown"] <= other_end.in_doubt


def _held(one: Trial) -> sqlite3.Connection:
    """A connection that holds the store for itself."""
    store = sqlite3.connect(one.site / "data" / "newsletter.sqlite3", timeout=30, isolation_level=None)
    store.execute("BEGIN IMMEDIATE")
    return store


def test_a_store_that_is_gone_mails_nobody(tmp_path: Path) -> None:
    with witness("smtp", tmp_path) as other_end, trial(tmp_path, other_end, readers=READERS) as one:
        for file in (one.site / "data").glob("newsletter.sqlite3*"):
            file.unlink()
        assert one.send() not in {0, 4}
        said = (one.site / "moaned").read_text()
        assert said.startswith("error:") and "Traceback" not in said
        assert not other_end.mails()


def test_a_store_that_is_deleted_under_a_sender_ends_it_with_clear_words(tmp_path: Path) -> None:
    with witness("smtp", tmp_path, seconds=0.005) as other_end, trial(tmp_path, other_end, readers=READERS) as one:
        one.sender.begin("command", "mailing", "resume", "1", tell=True)
        one.sender.sending()
        while len(other_end.mails()) < 20:
            time.sleep(0.01)
        for file in (one.site / "data").glob("newsletter.sqlite3*"):
            file.unlink()
        had = len(other_end.mails())
        assert one.sender.end() == 75
        said = (one.site / "moaned").read_text()
        assert "the database file was deleted or replaced" in said and "Traceback" not in said
        came = [mail.delivery for mail in other_end.mails()]
        assert len(came) == len(set(came)) < READERS, "nobody is mailed whom no store will know of"
        assert len(came) - had <= 2 * other_end.in_doubt  # on their way, or committed at that moment


@pytest.mark.django_db
@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_a_clock_that_jumps_in_mid_mailing_changes_nothing(tmp_path: Path, jump: timedelta) -> None:
    mailing, clock = make_mailing(9), Clock()

    def answer(_: object, call: int) -> Accepted:
        clock.at += jump if call == 2 else timedelta()
        return Accepted("250 OK")

    provider = Scripted(answer)
    send_mailing(make_site(tmp_path), mailing, provider=provider, now=clock.now, sleep=clock.sleep)
    assert states(mailing) == {"accepted": 9}
    assert sorted(sum(provider.calls, ())) == sorted({f"reader{number}@example.org" for number in range(9)})


@pytest.mark.django_db
def test_a_clock_that_goes_back_lets_nothing_out_early(tmp_path: Path) -> None:
    mailing, clock = make_mailing(3, undo=timedelta(minutes=5)), Clock(NOW - HOUR)
    times = []

    def answer(*_: object) -> Accepted:
        times.append(clock.at)
        return Accepted("250 OK")

    jumped = []

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.at > NOW and not jumped:
            jumped.append(clock.at)
            clock.at -= HOUR

    send_mailing(make_site(tmp_path), mailing, provider=Scripted(answer), now=clock.now, sleep=sleep)
    assert jumped and states(mailing) == {"accepted": 3}
    assert min(times) >= NOW + timedelta(minutes=5)
