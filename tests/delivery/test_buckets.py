"""Rate limits hold over all senders of a store."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from newsletter.delivery import buckets
from newsletter.delivery.buckets import Grant, Limits, take
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.providers.base import Accepted
from newsletter.models import Batch, Bucket
from newsletter.settings import DeliverySection
from newsletter.site import Site
from tests.delivery.worlds import NOW, Clock, Scripted, make_mailing, make_site, states

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


def limits(**values: Any) -> DeliverySection:
    return DeliverySection(**values)


def test_without_a_limit_nothing_is_stored(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert take("smtp", limits(), 1_000, now=NOW) == Grant(1_000, NOW)


def test_a_bucket_gives_what_is_in_it_until_its_window_is_over() -> None:
    second = timedelta(seconds=1)
    assert take("smtp", limits(per_second=10), 4, now=NOW).number == 4
    assert take("smtp", limits(per_second=10), 9, now=NOW) == Grant(6, NOW + second)
    assert take("smtp", limits(per_second=10), 9, now=NOW + second * 0.9) == Grant(0, NOW + second)
    assert take("sendgrid", limits(per_second=10), 9, now=NOW).number == 9  # another provider, another bucket
    assert take("smtp", limits(per_second=10), 9, now=NOW + second).number == 9


def test_the_narrower_limit_holds() -> None:
    both = limits(per_second=10, per_day=15)
    assert take("smtp", both, 20, now=NOW).number == 10
    later = NOW + timedelta(seconds=2)
    assert take("smtp", both, 20, now=later) == Grant(5, NOW + timedelta(days=1))
    assert Bucket.objects.get(window=1).tokens == 5  # what is not given is not taken
    assert take("smtp", both, 20, now=NOW + timedelta(days=1)).number == 10


def test_a_limit_that_was_lowered_holds_at_once_and_a_clock_set_back_does_not_stop_it() -> None:
    take("smtp", limits(per_day=1_000), 1, now=NOW)
    assert take("smtp", limits(per_day=5), 100, now=NOW).number == 5
    assert take("smtp", limits(per_day=5), 100, now=NOW - timedelta(hours=1)).number == 5


@pytest.mark.parametrize("early", [0.001, 0.5, 5.0])
def test_a_sender_whose_clock_is_behind_draws_from_the_same_window(early: float) -> None:
    """As does one that read its clock, and then waited while another one drew."""
    second = timedelta(seconds=1)
    assert take("smtp", limits(per_second=10), 10, now=NOW).number == 10
    behind = NOW - timedelta(seconds=early)
    assert take("smtp", limits(per_second=10), 10, now=behind) == Grant(0, NOW + second)
    assert take("smtp", limits(per_second=10), 10, now=NOW + second).number == 10


def test_groups_are_cut_where_the_limit_is() -> None:
    pace = Limits("smtp", limits(per_second=3), until=NOW)
    assert pace.cut([(1, 2), (3, 4), (5,)], now=NOW) == ([(1, 2), (3,)], [(4,), (5,)])
    assert pace.until == NOW + timedelta(seconds=1)
    assert pace.cut([], now=NOW) == ([], [])


def limited(site: Site, **values: int) -> Site:
    return make_site(site.root, delivery=values)


def sent_at(site: Site, readers: int) -> list[tuple[datetime, int]]:
    """When how many were mailed."""
    mailing, clock, calls = make_mailing(readers), Clock(), []
    provider = Scripted(lambda asked, _: calls.append((clock.at, len(asked.recipients))) or Accepted(), group=4)
    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep)
    assert states(mailing) == {"accepted": readers}
    return calls


def test_a_mailing_keeps_to_the_messages_of_a_second(site: Site) -> None:
    calls = sent_at(limited(site, per_second=5), 12)
    for start, _ in calls:
        window = [number for at, number in calls if start <= at < start + timedelta(seconds=1)]
        assert sum(window) <= 5
    assert calls[-1][0] - NOW < timedelta(seconds=4)


def test_a_mailing_goes_on_the_next_day(site: Site) -> None:
    calls = sent_at(limited(site, per_day=5), 12)
    days = [sum(number for at, number in calls if (at - NOW).days == day) for day in range(3)]
    assert days == [5, 5, 2]


def test_while_the_day_is_used_up_the_batch_is_free_and_says_until_when(site: Site) -> None:
    mailing, clock = make_mailing(6), Clock()
    provider = Scripted(lambda *_: Accepted(), group=4)
    waits: list[datetime] = []
    send_mailing(
        limited(site, per_day=5),
        mailing,
        provider=provider,
        now=clock.now,
        sleep=clock.sleep,
        progress=lambda progress: waits.append(progress.waiting_until) if progress.waiting_until else None,
        stop=lambda: bool(waits),
    )
    assert waits == [NOW + timedelta(seconds=buckets.DAY)]
    batch = Batch.objects.get()
    assert (batch.state, batch.next_at) == ("pending", NOW + timedelta(days=1))
    assert states(mailing) == {"accepted": 5, "pending": 1}
