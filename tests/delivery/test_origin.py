"""A store that was copied or restored sends nothing of what was under way."""

import shutil
import sqlite3
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import connection

from newsletter.delivery import ledger, origin
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.mailing import start_mailing
from newsletter.delivery.providers.base import Accepted
from newsletter.delivery.stamp import Stamp, last_attempt, last_life
from newsletter.models import Attempt, Delivery, Issue, Mailing
from newsletter.models import Site as SiteRow
from newsletter.site import Site
from tests.delivery.test_mailing import saved
from tests.delivery.worlds import NOW, Clock, Scripted, make_mailing, states

pytestmark = pytest.mark.django_db


def send(site: Site, mailing: Mailing, provider: Scripted, *, calls: int = 100) -> None:
    clock = Clock()
    send_mailing(
        site, mailing, provider=provider, now=clock.now, sleep=clock.sleep, stop=lambda: len(provider.calls) >= calls
    )
    mailing.refresh_from_db()


def backup() -> bytes:
    """The rows as they are now."""
    return connection.connection.serialize()


def restore(content: bytes) -> None:
    """All rows as they were."""
    other = sqlite3.connect(":memory:")
    other.deserialize(content)
    with connection.cursor() as cursor:
        for table in ("attempt", "batch", "delivery", "mailing", "site"):
            name = f"newsletter_{table}"
            rows = other.execute(f"SELECT * FROM {name}").fetchall()
            cursor.execute(f"DELETE FROM {name}")
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    other.close()


def test_a_stamp_keeps_the_latest(site: Site) -> None:
    assert last_attempt(site) is None
    stamp = Stamp(site)
    assert last_attempt(site) is None
    stamp.write(7)
    stamp.write(5)
    assert last_attempt(site) == 7
    stamp.reset(3)
    stamp.close()
    assert last_attempt(site) == 3 and (site.data / "stamp").stat().st_mode & 0o077 == 0


def test_the_attempt_is_stamped_before_the_call(site: Site) -> None:
    mailing = make_mailing(4)

    def look(*_: object) -> Accepted:
        assert last_attempt(site) == Attempt.objects.latest("pk").pk
        return Accepted()

    send(site, mailing, Scripted(look))
    assert states(mailing) == {"accepted": 4}


def test_no_call_is_made_that_cannot_be_stamped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = make_mailing(4)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Stamp, "write", full)
    provider = Scripted(lambda *_: Accepted())
    send(site, mailing, provider)
    assert provider.calls == [] and states(mailing) == {"pending": 4}
    assert mailing.state == "paused" and "No space left on device" in mailing.reason


def test_a_store_in_its_place_goes_on(site: Site) -> None:
    mailing = make_mailing(6)
    assert origin.check(site, now=NOW) == origin.Opened()
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=1)
    assert origin.check(site, now=NOW) == origin.Opened()
    send(site, mailing, Scripted(lambda *_: Accepted()))
    assert states(mailing) == {"accepted": 6}


def test_a_sender_that_was_killed_before_its_first_stamp_goes_on(site: Site) -> None:
    mailing = make_mailing(2)
    origin.check(site, now=NOW)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=True)
    ledger.intend(claim, [claim.pending], now=NOW, actor="a")
    assert origin.check(site, now=NOW) == origin.Opened()


def test_a_restored_store_mails_nobody_of_what_was_under_way(site: Site) -> None:
    """Backup at N, send on, restore."""
    mailing = make_mailing(10)
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=2)
    kept = backup()
    reality = Scripted(lambda *_: Accepted())
    send(site, mailing, reality, calls=2)
    restore(kept)
    assert states(mailing) == {"accepted": 4, "pending": 6}
    opened = origin.check(site, now=NOW)
    assert opened == origin.Opened(origin.OLDER, (mailing.pk,))
    mailing.refresh_from_db()
    assert (mailing.state, mailing.reason) == ("paused", origin.OLDER)
    assert states(mailing) == {"accepted": 4, "unknown": 6}
    row = Delivery.objects.filter(state="unknown").first()
    assert row.actor == "newsletter" and row.at == NOW and "not known" in row.reason
    ledger.resume(mailing.pk)
    again = Scripted(lambda *_: Accepted())
    send(site, mailing, again)
    assert again.calls == []
    assert origin.check(site, now=NOW) == origin.Opened()


def test_a_newer_backup_after_an_older_one_is_noticed_too(site: Site) -> None:
    """The wrong backup was put back first: the store knows again what the stamp says, and yet more was sent."""
    mailing = make_mailing(10)
    backups = []
    for calls in (1, 2):
        send(site, mailing, Scripted(lambda *_: Accepted()), calls=calls)
        backups.append(backup())
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=1)
    for kept, accepted in zip((*backups, *backups), (2, 6, 2, 6), strict=True):
        restore(kept)
        assert origin.check(site, now=NOW) == origin.Opened(origin.OLDER, (mailing.pk,))
        assert states(mailing) == {"accepted": accepted, "unknown": 10 - accepted}
        assert origin.check(site, now=NOW) == origin.Opened()


def test_what_another_machine_has_noticed_is_not_done_again(site: Site, tmp_path: Path) -> None:
    """Each has a stamp of its own."""
    mailing = make_mailing(10)
    other = Site(tmp_path / "other", site.settings)
    other.data.mkdir(parents=True)
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=1)
    shutil.copy2(site.data / "stamp", other.data / "stamp")
    kept = backup()
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=1)
    restore(kept)
    assert origin.check(site, now=NOW).reason == origin.OLDER
    place = SiteRow.objects.get().identifier
    with patch.object(origin, "_place", lambda _: place.partition(", put back")[0]):
        assert origin.check(other, now=NOW) == origin.check(site, now=NOW) == origin.Opened()
    assert last_life(other) == last_life(site) == 1


def test_the_sender_looks_before_it_sends(site: Site) -> None:
    mailing = make_mailing(6)
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=1)
    kept = backup()
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=1)
    restore(kept)
    again = Scripted(lambda *_: Accepted())
    send(site, mailing, again)
    assert again.calls == [] and mailing.state == "paused" and states(mailing) == {"accepted": 2, "unknown": 4}


def test_a_whole_folder_that_is_put_back_is_noticed(site: Site, tmp_path: Path) -> None:
    """Store and stamp agree, but the place is another one."""
    mailing = make_mailing(4)
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=1)
    shutil.copytree(site.data, tmp_path / "backup", copy_function=shutil.copy2)
    shutil.rmtree(site.data)
    shutil.copytree(tmp_path / "backup", site.data, copy_function=shutil.copy2)
    assert origin.check(site, now=NOW).reason == origin.COPY
    assert states(mailing) == {"accepted": 2, "unknown": 2}


def test_so_is_one_that_was_written_over_the_old_files(site: Site, tmp_path: Path) -> None:
    mailing = make_mailing(4)
    send(site, mailing, Scripted(lambda *_: Accepted()), calls=1)
    shutil.copytree(site.data, tmp_path / "backup", copy_function=shutil.copy2)
    shutil.copytree(tmp_path / "backup", site.data, copy_function=shutil.copy2, dirs_exist_ok=True)
    assert origin.check(site, now=NOW).reason == origin.COPY
    assert states(mailing) == {"accepted": 2, "unknown": 2}


@pytest.fixture
def on_disk(site: Site, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in the place of the store."""
    file = site.data / "newsletter.sqlite3"
    file.write_bytes(b"a store")
    monkeypatch.setitem(connection.settings_dict, "NAME", file)
    return file


def test_a_store_that_alone_was_put_back_is_noticed(site: Site, on_disk: Path) -> None:
    """As rsync does, which leaves what looks unchanged."""
    make_mailing(2)
    origin.check(site, now=NOW)
    assert origin.check(site, now=NOW) == origin.Opened()
    copy = on_disk.with_suffix(".new")
    shutil.copy2(on_disk, copy)
    copy.replace(on_disk)
    assert origin.check(site, now=NOW).reason == origin.COPY


def test_a_folder_that_is_moved_on_its_disk_is_no_copy(
    site: Site, tmp_path: Path, on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mailing(2)
    origin.check(site, now=NOW)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    site.data.rename(moved / "data")
    monkeypatch.setitem(connection.settings_dict, "NAME", moved / "data" / on_disk.name)
    assert origin.check(Site(moved, site.settings), now=NOW) == origin.Opened()


def test_a_store_that_is_put_into_another_site_is_noticed(site: Site, tmp_path: Path) -> None:
    mailing = make_mailing(2)
    origin.check(site, now=NOW)
    other = Site(tmp_path / "other", site.settings)
    assert origin.check(other, now=NOW) == origin.Opened(origin.COPY, (mailing.pk,))


def of_its_own(slug: str) -> Mailing:
    """A mailing of an issue of its own."""
    mailing = make_mailing(2, slug=slug)
    Issue.objects.filter(slug="october-2020").update(slug=slug)
    return mailing


def test_paused_mailings_too_and_finished_and_cancelled_ones_not(site: Site) -> None:
    paused, done, off = (of_its_own(name) for name in ("a", "b", "c"))
    origin.check(site, now=NOW)
    ledger.pause(paused.pk, reason="a person")
    Delivery.objects.filter(mailing=done).update(state="accepted")
    ledger.cancel(off.pk, actor="ed", now=NOW)
    claim_of = Delivery.objects.filter(mailing=off).first()
    Delivery.objects.filter(pk=claim_of.pk).update(state="submitting")
    SiteRow.objects.update(identifier="elsewhere")
    assert origin.check(site, now=NOW).mailings == (paused.pk,)
    assert states(paused) == {"unknown": 2} and states(done) == {"accepted": 2}
    assert states(off) == {"unknown": 1, "cancelled": 1}
    done.refresh_from_db(), off.refresh_from_db()
    assert (done.state, off.state) == ("running", "cancelled")


def test_a_late_sender_of_a_store_that_was_restored_settles_nothing(site: Site) -> None:
    mailing = make_mailing(2)
    origin.check(site, now=NOW)
    claim = ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    SiteRow.objects.update(identifier="elsewhere")
    origin.check(site, now=NOW)
    with pytest.raises(ledger.LostClaim):
        ledger.intend(claim, [claim.pending], now=NOW, actor="a")


def test_a_mailing_that_starts_after_a_restore_is_not_paused_by_it(site: Site, tmp_path: Path) -> None:
    (site.data / "media").mkdir(exist_ok=True)
    old = make_mailing(3)
    send(site, old, Scripted(lambda *_: Accepted()), calls=1)
    SiteRow.objects.update(identifier="elsewhere")
    revision = saved(site, tmp_path, slug="november-2020")
    new = start_mailing(site, revision, "upr", confirm_count=3, actor="ed", now=NOW)
    old.refresh_from_db()
    assert (old.state, new.state) == ("paused", "running")
    assert origin.check(site, now=NOW) == origin.Opened()
    assert states(new) == {"pending": 3}
