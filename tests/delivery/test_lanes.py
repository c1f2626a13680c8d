"""Several calls at a time: what is stored is stored by one thread, and nobody is asked twice."""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from newsletter.delivery import ledger
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.lanes import Lanes
from newsletter.delivery.providers.base import Accepted, Ambiguous, Outcome, Submission, Unreachable
from newsletter.models import Attempt, Batch, Delivery, Mailing
from newsletter.site import Site
from tests.delivery.worlds import Clock, Scripted, make_mailing, states


class Busy:
    """A provider's answer that takes a moment, and counts how many are given at the same time."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.now = self.most = 0
        self.first: list[int] = []
        self.threads: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, submission: Submission, call: int) -> Outcome:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.first.append(self.now)
            self.threads.add(threading.current_thread().name)
        time.sleep(0.005)
        with self._lock:
            self.now -= 1
        return self.outcome


def send(site: Site, mailing: Mailing, provider: Scripted, **more: object) -> None:
    clock = Clock()
    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep, **more)
    mailing.refresh_from_db()


@pytest.mark.django_db
def test_calls_overlap_and_everybody_is_asked_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 7)
    mailing = make_mailing(60)
    busy = Busy(Accepted("yes"))
    provider = Scripted(busy, group=3, connections=4)
    send(site, mailing, provider)
    asked = Counter(address for call in provider.calls for address in call)
    assert len(asked) == 60 and set(asked.values()) == {1}
    assert states(mailing) == {"accepted": 60}
    assert 1 < busy.most <= 4 and busy.first[0] == busy.first[1] == 1, (
        "one call finds out whether the provider takes mails"
    )
    assert threading.current_thread().name not in busy.threads
    assert set(Batch.objects.values_list("state", flat=True)) == {"done"}
    assert Attempt.objects.filter(ended_at=None).count() == 0


@pytest.mark.django_db
def test_a_stop_lets_all_calls_end_and_starts_none(site: Site) -> None:
    mailing = make_mailing(60)
    provider = Scripted(Busy(Accepted()), connections=4)
    send(site, mailing, provider, stop=lambda: len(provider.calls) >= 5)
    found = states(mailing)
    assert set(found) == {"accepted", "pending"} and found["accepted"] == 2 * len(provider.calls) <= 2 * 12
    assert Batch.objects.get().state == "pending"


@pytest.mark.django_db
def test_a_pause_by_a_person_holds_once_the_calls_that_are_out_have_ended(site: Site) -> None:
    mailing = make_mailing(60)
    provider = Scripted(Busy(Accepted()), connections=4)
    paused: list[int] = []

    def pause(progress: object) -> None:  # told in the thread that stores
        if not paused and len(provider.calls) >= 5:
            ledger.pause(mailing.pk, reason="a person")
            paused.append(len(provider.calls))

    send(site, mailing, provider, progress=pause)
    assert mailing.state == "paused" and len(provider.calls) <= paused[0] + 4
    found = states(mailing)
    assert set(found) == {"accepted", "pending"} and found["accepted"] == 2 * len(provider.calls)


@pytest.mark.django_db
def test_calls_that_fail_together_are_one_trouble(site: Site) -> None:
    mailing = make_mailing(60)
    busy = Busy(Accepted())

    def answer(submission: Submission, call: int) -> Outcome:
        busy(submission, call)
        return Accepted() if call == 1 else Unreachable("refused")

    provider = Scripted(answer, connections=4)
    send(site, mailing, provider)
    assert mailing.state == "paused"
    assert 6 <= len(provider.calls) - 1 <= 4 + 5, "up to four fail together, then five one by one"
    assert states(mailing) == {"accepted": 2, "pending": 58}


@pytest.mark.django_db
def test_who_is_refused_says_nothing_of_the_others_on_their_way(site: Site) -> None:
    mailing = make_mailing(40)
    provider = Scripted(lambda submission, call: Ambiguous("?") if call == 4 else Accepted(), connections=4)
    send(site, mailing, provider)
    assert states(mailing) == {"accepted": 38, "unknown": 2}


@pytest.mark.django_db
def test_who_lost_a_claim_settles_nothing_of_it_and_goes_on_with_the_rest(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 10)
    mailing = make_mailing(20)
    provider = Scripted(Busy(Accepted()), connections=4)
    taken: list[int] = []

    def take_over(progress: object) -> None:  # another sender, which is past the lease of the first batch
        if not taken and provider.calls:
            first = Batch.objects.order_by("number").first()
            Batch.objects.filter(pk=first.pk).update(fence=first.fence + 1)
            taken.append(first.pk)

    send(site, mailing, provider, progress=take_over)
    asked = Counter(address for call in provider.calls for address in call)
    assert set(asked.values()) == {1}
    lost, other = Batch.objects.order_by("number")
    assert (lost.fence, lost.state, other.state) == (3, "done", "done")  # claimed again once its lease ran out
    left = Counter(Delivery.objects.filter(batch=lost).values_list("state", flat=True))
    assert left["unknown"] >= 2 and left["accepted"] + left["unknown"] == 10
    assert set(Delivery.objects.filter(batch=other).values_list("state", flat=True)) == {"accepted"}


def test_a_call_that_fails_fails_where_its_end_is_heard_of() -> None:
    lanes: Lanes[int] = Lanes(2)
    lanes.start(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        lanes.landed(5)
    lanes.start(lambda: 7)
    assert lanes.landed(5) == [7] and lanes.flying == 0 and lanes.landed(5) == []
    lanes.close()


def test_an_answer_that_is_long_in_coming_is_waited_for_in_vain(tmp_path: Path) -> None:
    lanes: Lanes[int] = Lanes(2)
    go = threading.Event()
    lanes.start(lambda: int(go.wait(5)))
    assert lanes.landed(0.01) == [] and lanes.flying == 1
    go.set()
    assert lanes.landed(5) == [1]
    lanes.close()
