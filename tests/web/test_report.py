"""The report: it adds up, charts stand beside their tables, and files hold no formula and no address for viewers."""

import csv
import io
from datetime import timedelta

import pytest

from newsletter.models import Audit, Delivery, Event, Mailing
from newsletter.reports import charts
from newsletter.reports.fates import LABELS, earlier, fates_of
from newsletter.reports.leaving import left_since
from subscribers import consent
from subscribers.models import Subscription
from tests.delivery.worlds import NOW, make_list, make_mailing, make_plan, make_reader, make_revision
from tests.web.sending_world import XSS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
FATES = [
    ("accepted", "", "quiet"),
    ("accepted", "processed", "quiet"),
    ("accepted", "deferred", "deferred"),
    ("accepted", "delivered", "delivered"),
    ("accepted", "bounced", "bounced"),
    ("accepted", "dropped", "bounced"),
    ("accepted", "unsubscribed", "unsubscribed"),
    ("accepted", "complained", "complained"),
    ("refused", "", "refused"),
    ("failed", "", "failed"),
    ("unknown", "", "unknown"),
    ("unknown", "delivered", "delivered"),
    ("suppressed", "", "suppressed"),
    ("cancelled", "", "cancelled"),
    ("pending", "", "waiting"),
    ("submitting", "", "waiting"),
]


@pytest.fixture
def mailing() -> Mailing:
    """A mailing with one recipient of each kind."""
    made = make_mailing(len(FATES))
    keys = Delivery.objects.order_by("pk").values_list("pk", flat=True)
    for key, (state, event, _) in zip(keys, FATES, strict=True):
        Delivery.objects.filter(pk=key).update(state=state, event=event, reason=XSS)
    return made


def page(signed_in, mailing: Mailing, role: str = "viewer") -> str:
    answer = signed_in(role, name=f"Some {role}").get(f"/mailings/{mailing.pk}/report/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_fate_is_told_and_they_add_up(signed_in, mailing):
    found = fates_of([mailing])[mailing.pk]
    expected: dict[str, int] = {}
    for _, _, fate in FATES:
        expected[fate] = expected.get(fate, 0) + 1
    assert found.counts == expected
    assert sum(found.counts.values()) == found.recipients == len(FATES)
    assert list(found.counts) == [fate for fate in LABELS if fate in expected]
    html = page(signed_in, mailing)
    assert f"add up: {' + '.join(str(number) for number in found.counts.values())} = {len(FATES)}" in html
    for fate in expected:
        assert LABELS[fate] in html
        assert f'class="bar {fate}"' in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html  # a provider's words
    assert "style=" not in html
    assert not [word for word in ("open rate", "opened", "clicks", "clicked") if word in html.casefold()]


def test_rows_that_do_not_add_up_are_noticed(mailing):
    Delivery.objects.first().delete()
    with pytest.raises(AssertionError, match="has 15 rows, not 16"):
        fates_of([mailing])


def test_a_viewer_sees_no_address(signed_in, mailing):
    viewer = signed_in("viewer", name="Vi")
    for html in (
        page(signed_in, mailing),
        viewer.get(f"/mailings/{mailing.pk}/report/figures.csv").getvalue().decode(),
    ):
        assert "reader1@" not in html
        assert "recipients.csv" not in html
    for role, status in (("viewer", 403), ("approver", 403), ("contributor", 403), ("editor", 200), ("sender", 200)):
        browser = signed_in(role, name=f"Some {role}")
        assert browser.post(f"/mailings/{mailing.pk}/report/recipients.csv").status_code == status
    assert browser.get(f"/mailings/{mailing.pk}/report/recipients.csv").status_code == 405
    guarded = signed_in("sender", name="Guarded", guarded=True)
    assert guarded.post(f"/mailings/{mailing.pk}/report/recipients.csv").status_code == 403


def test_the_files_are_no_formulas(signed_in, mailing):
    Delivery.objects.filter(event="delivered", state="accepted").update(name="=1+1", reason="@SUM(A1)")
    sender = signed_in("sender", name="Sam")
    answer = sender.post(f"/mailings/{mailing.pk}/report/recipients.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="mailing-{mailing.pk}-recipients.csv"'
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode())))
    assert len(lines) == len(FATES) + 1
    [odd] = [line for line in lines if line[1] == "'=1+1"]
    assert odd[4] == "'@SUM(A1)"
    audit = Audit.objects.get(action="export recipients")
    assert (audit.actor, audit.object, audit.detail) == ("Sam", f"mailing {mailing.pk}", {"recipients": len(FATES)})
    figures = sender.get(f"/mailings/{mailing.pk}/report/figures.csv").getvalue().decode()
    lines = list(csv.reader(io.StringIO(figures)))
    assert sum(int(line[4]) for line in lines[1:-1]) == int(lines[-1][4]) == len(FATES)


def test_who_left_since(mailing):
    people = list(Subscription.objects.order_by("pk"))
    consent.unsubscribe(people[0].token, at=NOW + timedelta(hours=1), source="link")
    consent.unsubscribe(people[1].token, at=NOW + timedelta(days=40), source="link")
    make_reader(99, make_list())
    consent.unsubscribe(Subscription.objects.order_by("-pk")[0].token, at=NOW + timedelta(hours=2), source="link")
    assert left_since(mailing) == 2
    following = make_mailing_of("next")
    Mailing.objects.filter(pk=following.pk).update(started_at=NOW + timedelta(days=30))
    assert left_since(mailing) == 1  # the other left after the next one


def make_mailing_of(slug: str) -> Mailing:
    from newsletter.delivery.mailing import freeze

    upr = make_list()
    count = Subscription.objects.filter(list=upr, state="active").count()
    plan = make_plan(make_revision(slug), upr)
    made = freeze(plan, confirm_count=count, actor="ed", now=NOW, undo=timedelta())
    Delivery.objects.filter(mailing=made).update(state="accepted", event="delivered")
    made.batches.update(state="done")
    return made


def test_it_is_compared_with_earlier_ones(signed_in, mailing):
    assert earlier(mailing)[-1].mailing == mailing
    assert "Beside earlier issues" not in page(signed_in, mailing)
    first, second = make_mailing_of("first"), make_mailing_of("second")
    assert [one.mailing for one in earlier(second)] == [first, second]  # what is not over is left out
    html = page(signed_in, second)
    assert "Beside earlier issues" in html
    assert f'href="/mailings/{first.pk}/report/"' in html
    Mailing.objects.filter(pk=first.pk).update(state="cancelled")
    assert [one.mailing for one in earlier(second)] == [second]


def test_events_over_time(signed_in, mailing):
    one = Delivery.objects.order_by("pk")[0]
    for number in range(5):
        Event.objects.create(
            provider="x", external_id=f"{number}", delivery=one, kind="delivered", at=NOW + timedelta(hours=number % 3)
        )
    found = charts.heard(mailing)
    assert found is not None
    assert [bar.value for bar in found.bars] == [1, 1, 1]  # recipients, not events
    assert found.times == tuple(NOW + timedelta(hours=hour) for hour in range(3))
    assert "Delivered" in page(signed_in, mailing)


def test_bars_fill_their_drawing():
    bars = charts.stacked({"a": 1, "b": 0, "c": 999_999})
    assert [bar.name for bar in bars] == ["a", "c"]
    assert bars[0].width >= 3
    assert bars[-1].x + bars[-1].width == pytest.approx(charts.WIDTH, abs=0.1)
    assert charts.stacked({}) == charts.columns([]) == ()
    high = charts.columns([("x", 10), ("y", 5), ("z", 0)], width=300, height=100)
    assert [(bar.y, bar.height) for bar in high] == [(0, 100), (50, 50), (100, 0)]


def test_a_long_time_is_drawn_in_few_bars():
    counted = {NOW + timedelta(hours=hour): 1 for hour in range(0, 24 * 365, 7)}
    found = charts._over_time(counted, timedelta(hours=1))
    assert found is not None
    assert len(found.bars) <= 120
    assert found.total == sum(bar.value for bar in found.bars) == len(counted)
