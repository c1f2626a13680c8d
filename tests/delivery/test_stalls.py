"""The editor hears of a mailing that nobody sends, once, from whoever is there to see it."""

from datetime import timedelta

import pytest

from newsletter.delivery import ledger, post, stalls
from newsletter.delivery.stalls import PATIENCE, SILENCE, Watch
from newsletter.models import Attempt, Batch, Issue, Mailing, Notice
from newsletter.site import Site
from tests.delivery.worlds import NOW, make_mailing

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
MINUTE = timedelta(minutes=1)
LONG = PATIENCE + MINUTE


def mails(site: Site) -> list[str]:
    return [mail.read_text() for mail in sorted((site.notices / "new").glob("*"))]


def test_after_a_while_in_which_nobody_sent_the_editor_is_told_once(site: Site) -> None:
    mailing, watch = make_mailing(3), Watch()
    assert watch.tell(site, now=NOW) == 0, "machines start anew"
    assert watch.tell(site, now=NOW + PATIENCE - MINUTE) == 0
    assert watch.tell(site, now=NOW + LONG) == 1
    assert watch.tell(site, now=NOW + 2 * LONG) == 0
    [mail] = mails(site)
    assert f"mailing {mailing.pk} is stalled" in mail and "nobody is sending it" in mail
    assert f"newsletter mailing resume {mailing.pk}" in mail and "3  pending" in mail
    assert Mailing.objects.get().state == "running", "it goes on by itself once somebody is there"


def test_another_process_that_sees_it_does_not_tell_it_again(site: Site) -> None:
    make_mailing(1)
    one, other = Watch(), Watch()
    for watch in (one, other):
        watch.tell(site, now=NOW)
    assert (one.tell(site, now=NOW + LONG), other.tell(site, now=NOW + LONG)) == (1, 0)


def test_a_sender_that_died_is_no_sender(site: Site) -> None:
    mailing, watch = make_mailing(1), Watch()
    assert ledger.claim(mailing.pk, now=NOW, exactly_once=False)
    for minutes in range(20):
        assert watch.tell(site, now=NOW + minutes * MINUTE) == (NOW + minutes * MINUTE == NOW + SILENCE + PATIENCE)


def test_one_that_goes_on_and_stalls_again_is_told_again(site: Site) -> None:
    make_mailing(1)
    watch = Watch()
    watch.tell(site, now=NOW)
    assert watch.tell(site, now=NOW + LONG) == 1
    Attempt.objects.create(batch=Batch.objects.get(), number=1, fence=1, started_at=NOW, outcome="lost", ended_at=NOW)
    assert watch.tell(site, now=NOW + 2 * LONG) == 0, "it moved since"
    assert watch.tell(site, now=NOW + 3 * LONG) == 1


@pytest.mark.parametrize("what", ["undo", "paused", "held", "busy elsewhere"])
def test_what_waits_with_reason_is_not_stalled(site: Site, what: str) -> None:
    mailing, watch = make_mailing(1, undo=timedelta(hours=9) if what == "undo" else timedelta()), Watch()
    if what == "paused":
        ledger.pause(mailing.pk, reason="paused by anna")
    if what == "busy elsewhere":
        Issue.objects.update(slug="first")
        busy = Batch.objects.filter(mailing=make_mailing(1, slug="other"))
    if what == "held":
        ledger.hold_back(mailing.pk, until=NOW + timedelta(hours=9))
    for minutes in range(0, 60, 5):
        if what == "busy elsewhere":
            busy.update(state="claimed", lease_until=NOW + minutes * MINUTE + ledger.LEASE)
        assert watch.tell(site, now=NOW + minutes * MINUTE) == 0
    assert not Notice.objects.exists()


def test_whoever_serves_the_site_looks(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[object] = []
    monkeypatch.setattr(post, "EVERY", 0.01)
    monkeypatch.setattr(stalls.Watch, "tell", lambda *_, **__: looks.append(1))
    monkeypatch.setattr(post.reader_notices, "send_waiting", lambda *_, **__: 0)
    monkeypatch.setattr(post.reader_notices, "tidy", lambda **_: looks and made._ended.set())
    monkeypatch.setattr(post, "TIDY_EVERY", 0.0)
    made = post.Post(site, now=lambda: NOW)
    made._run()
    assert looks == [1]
