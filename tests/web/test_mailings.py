"""Progress: what everybody sees, what a sender may do, and how little a browser that watches costs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.delivery.ledger import LEASE
from newsletter.delivery.mailing import start_mailing
from newsletter.models import Audit, Batch, Delivery, Mailing
from newsletter.reports import watching
from tests.web.sending_world import LETTER, XSS, approve, readers, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _nothing_seen():
    watching._seen.clear()


@pytest.fixture
def mailing(site, put) -> Mailing:
    readers(5)
    revision = put("news.md", LETTER)
    approve(site, revision)
    return start_mailing(site, revision, "upr", confirm_count=5, actor="Sam <s>", now=datetime.now(UTC))


@pytest.fixture
def sender(signed_in, mailing):
    return signed_in("sender", name="Sam")


def rows(mailing, **states):
    """So many rows of each state, in the order of the rows."""
    keys = iter(Delivery.objects.filter(mailing=mailing).order_by("pk").values_list("pk", flat=True))
    for state, number in states.items():
        for _ in range(number):
            Delivery.objects.filter(pk=next(keys)).update(state=state, reason="because")
    if not {"pending", "submitting"} & set(states):
        Batch.objects.filter(mailing=mailing).update(state="done")
    watching._seen.clear()


def test_the_list_of_mailings(sender, mailing):
    html = sender.get("/mailings/").content.decode()
    assert "Our news" in html
    assert "UPR &lt;Network&gt;" in html
    assert "Sam &lt;s&gt;" in html
    rows(mailing, accepted=5)
    assert ">sent</span>" in sender.get("/mailings/").content.decode()


def test_no_mailing_teaches(signed_in):
    assert "No mailing yet" in signed_in("viewer", name="Vi").get("/mailings/").content.decode()


def test_progress_adds_up_and_ends(sender, mailing, site):
    html = sender.get(f"/mailings/{mailing.pk}/").content.decode()
    assert "<strong>0</strong> of 5 done" in html
    assert 'hx-trigger="every 2s"' in html
    rows(mailing, accepted=2, refused=1, pending=2)
    part = sender.get(f"/mailings/{mailing.pk}/", headers=PART).content.decode()
    assert "<html" not in part
    assert "<strong>3</strong> of 5 done" in part
    rows(mailing, accepted=4, refused=1)
    part = sender.get(f"/mailings/{mailing.pk}/", headers=PART).content.decode()
    assert "hx-trigger" not in part
    assert "See the report" in part


def test_nothing_is_sent_where_nothing_changed(sender, mailing):
    Batch.objects.filter(mailing=mailing).update(next_at=datetime.now(UTC) + timedelta(minutes=5))
    page = sender.get(f"/mailings/{mailing.pk}/").content.decode()
    mark = page.split("?seen=")[1].split('"', maxsplit=1)[0]
    answer = sender.get(f"/mailings/{mailing.pk}/?seen={mark}", headers=PART)
    assert (answer.status_code, answer.content) == (204, b"")
    rows(mailing, accepted=1, pending=4)
    assert sender.get(f"/mailings/{mailing.pk}/?seen={mark}", headers=PART).status_code == 200


def test_one_count_serves_all_who_watch(sender, mailing, signed_in, monkeypatch):
    monkeypatch.setattr(watching.time, "monotonic", lambda: 1_000.0)
    sender.get(f"/mailings/{mailing.pk}/")
    viewers = [signed_in("viewer", name=f"Viewer {number}") for number in range(3)]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for viewer in viewers:
            viewer.get(f"/mailings/{mailing.pk}/", headers=PART)
    assert [one["sql"] for one in asked if "newsletter_delivery" in one["sql"]] == []
    assert len(asked) <= 3 * 5


def test_the_more_watch_the_more_seldom_each_asks(mailing):
    assert [watching.ask_again(mailing.pk, "ana") for _ in range(3)] == [2, 2, 2]
    asked = [watching.ask_again(mailing.pk, f"browser {number}") for number in range(200)]
    assert asked[5] == 2
    assert asked[-1] == 34  # 201 of them, about six questions a second
    assert sorted(asked) == asked
    assert watching.ask_again(mailing.pk + 1, "ana") == 2


def test_the_rate_and_the_time_left(mailing, site, monkeypatch):
    clock = {"now": datetime.now(UTC), "tick": 1_000.0}

    class Now(datetime):
        @classmethod
        def now(cls, zone=None):
            return clock["now"]

    monkeypatch.setattr(watching, "datetime", Now)
    monkeypatch.setattr(watching.time, "monotonic", lambda: clock["tick"])
    Batch.objects.update(state="claimed", lease_until=clock["now"] + LEASE)
    monkeypatch.setattr(watching, "somebody_sends", lambda site: True)
    assert watching.latest(site, mailing).rate is None
    keys = list(Delivery.objects.values_list("pk", flat=True)[:2])
    Delivery.objects.filter(pk__in=keys).update(state="accepted")
    assert watching.latest(site, mailing).done == 0  # still the look of a moment ago
    clock["now"] += timedelta(seconds=2)
    clock["tick"] += 2
    seen = watching.latest(site, mailing)
    assert (seen.done, seen.rate, seen.seconds_left, seen.workers) == (2, 1.0, 3.0, 1)
    clock["now"] += timedelta(minutes=5)
    clock["tick"] += 300
    assert watching.latest(site, mailing).rate is None  # nobody looked for long


def test_pause_resume_cancel(sender, mailing):
    where = f"/mailings/{mailing.pk}/"
    assert sender.post(f"{where}pause/").status_code == 302
    html = sender.get(where).content.decode()
    assert "Paused by Sam" in html
    assert "Resume" in html
    answer = sender.post(f"{where}pause/")
    assert answer.status_code == 409
    assert "is paused already" in answer.content.decode()
    sender.post(f"{where}resume/")
    mailing.refresh_from_db()
    assert mailing.state == "running"
    rows(mailing, accepted=2, pending=3)
    html = sender.get(where).content.decode()
    assert "2 have it already and keep it" in html
    assert "3 more will not get it" in html
    answer = sender.post(f"{where}cancel/", follow=True)
    assert "2 of 5 have the mail and keep it" in answer.content.decode()
    mailing.refresh_from_db()
    assert mailing.state == "cancelled"
    answer = sender.post(f"{where}resume/")
    assert "cancelled and stays so" in answer.content.decode()
    assert list(Audit.objects.filter(object=f"mailing {mailing.pk}").order_by("pk").values_list("actor", "action")) == [
        ("Sam", "pause"),
        ("Sam", "resume"),
        ("Sam", "cancel"),
    ]


def test_undo_is_one_button(sender, mailing):
    later = datetime.now(UTC) + timedelta(minutes=5)
    Mailing.objects.update(not_before=later)
    Batch.objects.update(next_at=later)
    html = sender.get(f"/mailings/{mailing.pk}/").content.decode()
    assert "Undo: send nothing" in html
    assert f'data-until="{later.isoformat()}"' in html
    assert "Pause</button>" not in html
    answer = sender.post(f"/mailings/{mailing.pk}/cancel/", follow=True)
    assert "Cancelled. Nobody was mailed." in answer.content.decode()


def test_failed_are_tried_again(sender, mailing):
    rows(mailing, accepted=3, failed=2)
    html = sender.get(f"/mailings/{mailing.pk}/").content.decode()
    assert "Try 2 again" in html
    assert sender.post(f"/mailings/{mailing.pk}/retry/").status_code == 302
    assert Delivery.objects.filter(state="pending").count() == 2
    answer = sender.post(f"/mailings/{mailing.pk}/retry/")
    assert answer.status_code == 409
    assert "Nobody failed" in answer.content.decode()


def test_unknown_are_resolved_with_a_reason(sender, mailing):
    rows(mailing, accepted=3, unknown=2)
    where = f"/mailings/{mailing.pk}/"
    html = sender.get(where).content.decode()
    assert "2 unknown" in html
    one = Delivery.objects.filter(state="unknown").order_by("pk")[0]
    assert f'<option value="{one.public_id}">{one.address}</option>' in html
    for wrong in (
        {"delivery": "all", "as": "accepted", "reason": ""},
        {"delivery": "", "as": "failed", "reason": "x"},
        {"delivery": "all", "as": "sent", "reason": XSS},
        {"delivery": XSS, "as": "failed", "reason": XSS},
    ):
        answer = sender.post(f"{where}resolve/", wrong)
        assert answer.status_code == 409
        assert "<script>alert" not in answer.content.decode()
    assert Delivery.objects.filter(state="unknown").count() == 2
    sender.post(f"{where}resolve/", {"delivery": one.public_id, "as": "accepted", "reason": "They answered."})
    sender.post(f"{where}resolve/", {"delivery": "all", "as": "failed", "reason": "The log."})
    assert Delivery.objects.filter(state="accepted").count() == 4
    assert Delivery.objects.get(state="failed").reason == "resolved: The log."


def test_a_late_schedule_asks(sender, mailing, site):
    from newsletter.delivery.schedule import begin

    past = datetime.now(UTC) - timedelta(hours=3)
    Mailing.objects.update(not_before=past, latest_start=past + timedelta(hours=1))
    begin(mailing.pk, now=datetime.now(UTC))
    html = sender.get(f"/mailings/{mailing.pk}/").content.decode()
    assert "It is late" in html
    assert "Send it now, or cancel it?" in html
    assert "Send it now</button>" in html
    sender.post(f"/mailings/{mailing.pk}/resume/")
    mailing.refresh_from_db()
    assert (mailing.state, mailing.latest_start) == ("running", None)


def test_what_the_provider_lacks_is_said(sender, mailing, site):
    sender.post(f"/mailings/{mailing.pk}/pause/")
    Mailing.objects.update(provider="smtp")
    answer = sender.post(f"/mailings/{mailing.pk}/resume/")
    assert answer.status_code == 409
    assert "host" in answer.content.decode()


def test_roles(signed_in, mailing):
    rows(mailing, accepted=2, unknown=2, failed=1)
    where = f"/mailings/{mailing.pk}/"
    deeds = ("pause", "resume", "cancel", "retry", "resolve")
    for role, look in (("viewer", 200), ("approver", 200), ("editor", 200), ("contributor", 403)):
        browser = signed_in(role, name=f"Some {role}")
        html = browser.get(where).content.decode()
        assert browser.get("/mailings/").status_code == browser.get(where).status_code == look
        assert "@example.org" not in html.replace(f"some {role}@example.org", "")
        assert "<button>" not in html
        assert [browser.post(f"{where}{deed}/").status_code for deed in deeds] == [403] * 5
    guarded = signed_in("sender", name="Guarded", guarded=True)
    assert [guarded.post(f"{where}{deed}/").status_code for deed in deeds] == [403] * 5
    sender = signed_in("sender", name="Sam")
    assert [sender.get(f"{where}{deed}/").status_code for deed in deeds] == [405] * 5
    assert [sender.get(f"/mailings/{number}/").status_code for number in (0, 10**30)] == [404, 404]
    assert not Audit.objects.filter(object__startswith="mailing").exists()


def test_it_is_sent_to_the_end(sender, mailing, site):
    send_all(site, mailing)
    html = sender.get(f"/mailings/{mailing.pk}/").content.decode()
    assert "<strong>5</strong> of 5 done" in html
