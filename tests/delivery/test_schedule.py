"""A mailing starts at the time that was meant, or asks."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.delivery import ledger, schedule
from newsletter.delivery.mailing import freeze
from newsletter.delivery.schedule import Schedule, ScheduleError, read_schedule
from newsletter.models import Mailing
from tests.delivery.worlds import NOW, make_list, make_plan, make_reader, make_revision, states

AT = NOW + timedelta(hours=5)


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2020-11-08 09:00", "Europe/Zurich", datetime(2020, 11, 8, 8, tzinfo=UTC)),
        ("2020-11-08T09:00:30", "America/New_York", datetime(2020, 11, 8, 14, 0, 30, tzinfo=UTC)),
        (" 2021-07-01 09:00 ", "Europe/Zurich", datetime(2021, 7, 1, 7, tzinfo=UTC)),
    ],
)
def test_a_wall_time_in_a_zone_is_one_moment(text: str, zone: str, at: datetime) -> None:
    assert read_schedule(text, zone, latest=timedelta(hours=1), now=NOW) == Schedule(at, timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "zone", "words"),
    [
        ("2020-10-28 09:59", "Europe/Zurich", "is past: it is 2020-10-28 10:00 there now"),
        ("2020-10-28 10:00", "Europe/Zurich", "is past"),
        ("2022-10-28 10:00", "UTC", "more than a year ahead"),
        ("2021-03-28 02:30", "Europe/Zurich", "does not exist in Europe/Zurich"),
        ("2020-11-01 01:30", "America/New_York", "happens twice in America/New_York"),
        ("2020-11-31 09:00", "UTC", "no date and time that there is"),
        ("2020-11-08T09:00+01:00", "UTC", "an offset of its own"),
        ("2020-11-08 09:00Z", "UTC", "an offset of its own"),
        ("tomorrow", "UTC", "not a date with a time"),
        ("2020-11-08", "UTC", "not a date with a time"),
        ("", "UTC", "not a date with a time"),
        ("2020-11-08 09:00", "Geneva", "did you mean 'Europe/Zurich'"),
        ("2020-11-08 09:00", "CET", "is not a time zone"),
    ],
)
def test_what_is_no_moment_is_refused_with_a_mend(text: str, zone: str, words: str) -> None:
    with pytest.raises(ScheduleError, match=words) as raised:
        read_schedule(text, zone, now=NOW)
    assert raised.value.mend


def test_a_latest_start_leaves_time() -> None:
    with pytest.raises(ScheduleError, match="at least a minute"):
        read_schedule("2020-11-08 09:00", "UTC", latest=timedelta(), now=NOW)


def scheduled() -> Mailing:
    mailing_list = make_list()
    make_reader(1, mailing_list)
    plan = make_plan(make_revision(), mailing_list)
    times = Schedule(AT, timedelta(hours=2))
    return freeze(plan, confirm_count=1, actor="ed", now=NOW, undo=timedelta(minutes=5), schedule=times)


@pytest.mark.django_db
def test_nothing_is_due_before_its_time() -> None:
    mailing = scheduled()
    assert mailing.not_before == AT and ledger.next_due(mailing.pk) == AT
    assert ledger.claim(mailing.pk, now=AT - timedelta(seconds=1), exactly_once=True) is None
    mailing.refresh_from_db()
    assert mailing.latest_start == AT + timedelta(hours=2)
    assert ledger.claim(mailing.pk, now=AT, exactly_once=True)


@pytest.mark.django_db
def test_what_began_in_time_goes_on_for_as_long_as_it_takes() -> None:
    mailing = scheduled()
    claim = ledger.claim(mailing.pk, now=AT + timedelta(hours=2), exactly_once=True)
    ledger.release(claim, now=AT, next_at=AT)
    assert ledger.claim(mailing.pk, now=AT + timedelta(hours=9), exactly_once=True)


@pytest.mark.django_db
def test_a_late_schedule_asks_instead_of_firing() -> None:
    mailing = scheduled()
    late = AT + timedelta(hours=2, seconds=1)
    with pytest.raises(ledger.Stopped):
        ledger.claim(mailing.pk, now=late, exactly_once=True)
    mailing.refresh_from_db()
    assert mailing.state == "paused" and states(mailing) == {"pending": 1}
    assert "was to start at 2020-10-28 14:00 UTC" in mailing.reason
    schedule.start_anyway(mailing.pk, now=late)
    ledger.resume(mailing.pk)
    assert ledger.claim(mailing.pk, now=late, exactly_once=True)


@pytest.mark.django_db
def test_a_pause_before_its_time_does_not_let_it_start_late() -> None:
    mailing = scheduled()
    ledger.pause(mailing.pk, reason="a person")
    schedule.start_anyway(mailing.pk, now=NOW)
    ledger.resume(mailing.pk)
    with pytest.raises(ledger.Stopped):
        ledger.claim(mailing.pk, now=AT + timedelta(hours=3), exactly_once=True)


@pytest.mark.django_db
def test_the_undo_window_is_not_cut_short() -> None:
    mailing_list = make_list()
    make_reader(1, mailing_list)
    soon = Schedule(NOW + timedelta(minutes=1), timedelta(minutes=1))
    plan = make_plan(make_revision(), mailing_list)
    made = freeze(plan, confirm_count=1, actor="ed", now=NOW, undo=timedelta(minutes=5), schedule=soon)
    assert made.not_before == NOW + timedelta(minutes=5) and made.latest_start == NOW + timedelta(minutes=6)
