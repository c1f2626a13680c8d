"""The log of opt-outs: on the disk before an answer, and stronger than a backup."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from subscribers import audience, consent, erasure, optouts, suppression
from subscribers.address import normalise
from subscribers.importing import import_file
from subscribers.models import Consent, MailingList, OptOutLog, Subscriber, Subscription, Suppression

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 10, 28, 9, 0, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path, settings: Any) -> Path:
    settings.OPTOUT_LOG = tmp_path / "optouts.log"
    return tmp_path / "optouts.log"


def reader(name: str = "alice", slug: str = "upr") -> Subscription:
    to = MailingList.objects.get_or_create(slug=slug, defaults={"double_opt_in": False})[0]
    return consent.subscribe(normalise(f"{name}@example.org"), to, at=NOW, source="form")


def forget_all() -> None:
    """What a restored store does: it knows nothing of what came later."""
    Consent.objects.filter(action="unsubscribed").delete()
    Subscription.objects.update(state="active")
    Suppression.objects.all().delete()
    OptOutLog.objects.all().delete()


def state(name: str = "alice", slug: str = "upr") -> str:
    return Subscription.objects.get(subscriber__email_norm=f"{name}@example.org", list__slug=slug).state


def test_each_opt_out_is_written_down_once_and_holds_no_address(log: Path) -> None:
    alice = reader()
    consent.unsubscribe(alice.token, at=NOW, source="link")
    consent.unsubscribe(alice.token, at=NOW, source="link")
    suppression.suppress(normalise("bob@example.net"), reason="bounced", actor="x", at=NOW)
    suppression.suppress(normalise("bob@example.net"), reason="manual", actor="x", at=NOW)
    suppression.suppress_host("example.com", reason="manual", actor="x", at=NOW)
    head, *lines = log.read_text().splitlines()
    assert head.startswith("# opt-outs ") and len(lines) == 3
    assert [line.split()[1] for line in lines] == ["unsubscribed", "suppressed-address", "suppressed-domain"]
    assert "alice" not in log.read_text() and "example" not in log.read_text() and log.stat().st_mode & 0o077 == 0


def test_it_is_on_the_disk_before_the_store_says_yes(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = reader()
    synced = []
    real = os.fsync

    def look(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    consent.unsubscribe(alice.token, at=NOW, source="link")
    assert synced[0] == log.stat().st_size > 0


def test_what_cannot_be_written_down_is_not_acknowledged(log: Path) -> None:
    alice = reader()
    log.mkdir()
    with pytest.raises(OSError, match="directory"):
        consent.unsubscribe(alice.token, at=NOW, source="link")
    with pytest.raises(OSError, match="directory"):
        suppression.suppress(normalise("bob@example.net"), reason="bounced", actor="x", at=NOW)
    assert state() == "active" and not Suppression.objects.exists()


def test_a_restored_store_brings_nobody_back(log: Path) -> None:
    for name in ("alice", "carol"):
        reader(name)
    consent.unsubscribe(Subscription.objects.first().token, at=NOW, source="link")
    suppression.suppress(normalise("bob@example.net"), reason="bounced", actor="x", at=NOW)
    suppression.suppress_host("example.com", reason="manual", actor="x", at=NOW)
    forget_all()
    assert audience.count("upr") == 2
    assert optouts.replay() == 3
    assert (state(), state("carol")) == ("unsubscribed", "active")
    assert suppression.suppressed(["bob@example.net", "x@example.com", "carol@example.org"]) == {
        "bob@example.net",
        "x@example.com",
    }
    evidence = Consent.objects.get(action="unsubscribed")
    assert (evidence.at, evidence.source) == (NOW, "opt-out log")
    assert optouts.replay() == 0 and optouts.replay(whole=True) == 0


def test_only_what_is_new_is_looked_at(log: Path, django_assert_num_queries: Any) -> None:
    consent.unsubscribe(reader().token, at=NOW, source="link")
    assert optouts.replay() == 0  # the store knows it
    with django_assert_num_queries(1):
        optouts.replay()
    consent.unsubscribe(reader("carol").token, at=NOW, source="link")
    Subscription.objects.update(state="active")
    Consent.objects.filter(action="unsubscribed").delete()
    assert optouts.replay() == 1 and (state(), state("carol")) == ("active", "unsubscribed")
    assert optouts.replay(whole=True) == 1 and state() == "unsubscribed"


def test_who_is_not_in_the_restored_store_is_not_mailed_when_imported_again(log: Path) -> None:
    consent.unsubscribe(reader().token, at=NOW, source="link")
    OptOutLog.objects.all().delete()
    Consent.objects.all().delete()
    Subscriber.objects.all().delete()
    assert optouts.replay() == 1
    reader()
    assert audience.excluded("upr") == {"suppressed: unsubscribed": 1}


def test_who_came_back_by_their_own_word_stays(log: Path) -> None:
    alice = reader()
    consent.unsubscribe(alice.token, at=NOW, source="link")
    consent.subscribe(normalise("alice@example.org"), alice.list, at=NOW + timedelta(days=1), source="form")
    assert optouts.replay(whole=True) == 0 and state() == "active"
    Consent.objects.filter(action="unsubscribed").delete()  # restored to before both: the later word is known
    assert optouts.replay(whole=True) == 0 and state() == "active"


def test_a_lifted_suppression_stays_lifted(log: Path) -> None:
    bob = normalise("bob@example.net")
    suppression.suppress(bob, reason="manual", actor="x", at=NOW)
    suppression.lift(bob, at=NOW + timedelta(hours=1))
    assert optouts.replay(whole=True) == 0 and not suppression.is_suppressed(bob)
    Suppression.objects.update(lifted_at=NOW - timedelta(hours=1))
    assert optouts.replay(whole=True) == 1 and suppression.is_suppressed(bob)


@pytest.mark.parametrize("bounced", [False, True])
def test_who_was_erased_is_forgotten_again_by_a_restored_store(log: Path, bounced: bool) -> None:
    alice, bob = reader().subscriber, reader("bob").subscriber
    if bounced:
        suppression.suppress(normalise(alice.email), reason="bounced", actor="x", at=NOW)
    erasure.erase(alice, at=NOW + timedelta(hours=1), actor="x")
    erasure.erase(bob, at=NOW + timedelta(hours=1), actor="x")
    OptOutLog.objects.all().delete()
    Suppression.objects.all().delete()
    if bounced:
        suppression.suppress(normalise("alice@example.org"), reason="bounced", actor="x", at=NOW)
    reader()
    assert optouts.replay(whole=True) >= 2
    assert not Subscriber.objects.exists()
    assert set(Suppression.objects.values_list("reason", flat=True)) == {"erased"}
    assert optouts.replay(whole=True) == 0


def test_a_line_that_was_cut_off_harms_no_other(log: Path) -> None:
    consent.unsubscribe(reader().token, at=NOW, source="link")
    with log.open("ab") as file:
        file.write(b"2020-10-28T09:00:00+00:00 unsubscri")
    consent.unsubscribe(reader("carol").token, at=NOW, source="link")
    forget_all()
    assert optouts.replay() == 2 and (state(), state("carol")) == ("unsubscribed", "unsubscribed")


def test_another_file_is_read_from_its_beginning(log: Path) -> None:
    consent.unsubscribe(reader().token, at=NOW, source="link")
    optouts.replay()
    log.unlink()
    suppression.suppress(normalise("bob@example.net"), reason="bounced", actor="x", at=NOW)
    Suppression.objects.all().delete()
    assert optouts.replay() == 1


def test_an_import_of_opt_outs_is_written_down_too(log: Path, tmp_path: Path) -> None:
    reader()
    file = tmp_path / "list.csv"
    file.write_text(
        "email,status\nalice@example.org,unsubscribed\nbob@example.org,bounced\ncarol@example.org,subscribed\n"
    )
    import_file(file, MailingList.objects.get(slug="upr"), actor="ed", at=NOW + timedelta(hours=1))
    assert sorted(line.split()[1] for line in log.read_text().splitlines()[1:]) == [
        "suppressed-address",
        "unsubscribed",
    ]
    forget_all()
    assert optouts.replay() == 2 and state() == "unsubscribed"
    assert suppression.suppressed(["bob@example.org", "carol@example.org"]) == {"bob@example.org"}
