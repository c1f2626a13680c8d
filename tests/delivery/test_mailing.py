"""Starting a mailing: what is frozen, who is left out, what blocks it."""

import re
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from newsletter.delivery import ledger
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.frozen import thaw_envelope, thaw_rendering
from newsletter.delivery.mailing import start_mailing
from newsletter.delivery.plan import (
    ALREADY,
    ChecksFailed,
    CountMismatch,
    NoSuchList,
    NotReady,
    plan_mailing,
)
from newsletter.delivery.readers import language_for
from newsletter.delivery.snapshot import _public_ids
from newsletter.models import Batch, Delivery, Mailing, Rendering, Revision
from newsletter.site import Site
from newsletter.store.revisions import import_issue
from subscribers import suppression
from subscribers.address import normalise
from subscribers.models import Subscription
from tests.delivery.worlds import NOW, SPANISH, Scripted, make_list, make_plan, make_reader, make_site, states

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]

ISSUE = """+++
title = "October 2020 UPR Updates"
subject = "{{first_name|Friends}}, watch the review"
preheader = "Lobbying is done. Help every eye follow the review on November 9."
timezone = "Europe/Zurich"
+++

Dear {{first_name|friend}}, the review is on Monday.

## Tune in
```event
starts = 2020-11-09T14:30:00
watch_url = "https://media.un.org/en/webtv"
```
Your time: {{local_time|see above}}.
"""


def saved(site: Site, tmp_path: Path, text: str = ISSUE, slug: str = "october-2020") -> Revision:
    file = tmp_path / f"{slug}.md"
    file.write_text(text)
    return import_issue(site, file, author="ed", at=NOW).revision


def start(site: Site, revision: Revision, name: str = "upr", count: int = 3) -> Mailing:
    return start_mailing(site, revision, name, confirm_count=count, actor="ed", now=NOW)


@pytest.fixture
def revision(site: Site, tmp_path: Path) -> Revision:
    upr = make_list()
    for number in range(3):
        make_reader(number, upr, timezone="America/New_York", language="en")
    return saved(site, tmp_path)


def test_everything_is_frozen(site: Site, revision: Revision) -> None:
    mailing = start(site, revision)
    assert (mailing.count, mailing.provider, mailing.by, mailing.state) == (3, "outbox", "ed", "running")
    envelope = thaw_envelope(mailing)
    assert (envelope.sender_name, envelope.sender_email, envelope.reply_to) == (
        "USHRN",
        "news@example.org",
        "news@example.org",
    )
    assert (envelope.base_url, envelope.list_id, envelope.date) == (
        "https://news.example.org",
        "upr.news.example.org",
        NOW,
    )
    row = Delivery.objects.get(address="reader1@example.org")
    assert row.values == {"first_name": "Name1", "timezone": "America/New_York", "language": "en"}
    assert (row.name, row.state, row.actor, row.at, len(row.public_id)) == ("Reader 1", "pending", "ed", NOW, 22)
    assert row.token == row.subscription.token
    rendering = Rendering.objects.get()
    assert thaw_rendering(rendering) == plan_mailing(site, revision, "upr", now=NOW).renderings["en"]


def test_what_was_frozen_is_what_is_sent(site: Site, revision: Revision, tmp_path: Path) -> None:
    mailing = start(site, revision)
    Subscription.objects.filter(subscriber__email_norm="reader1@example.org").update(token="changed")
    saved(site, tmp_path, ISSUE.replace("on Monday", "on Tuesday"))
    send_mailing(make_site(tmp_path, site={"base_url": "https://other.example.org"}), mailing)
    mails = [mail.read_text() for mail in (tmp_path / "outbox" / "new").iterdir()]
    assert len(mails) == 3
    assert all("on Monday" in mail and "https://news.example.org/u/" in mail and "8:30" in mail for mail in mails)


def test_a_second_start_gives_the_same_mailing(site: Site, revision: Revision, tmp_path: Path) -> None:
    first = start(site, revision)
    newer = saved(site, tmp_path, ISSUE.replace("on Monday", "on Tuesday"))
    assert newer.number == 2
    assert start(site, newer, count=99) == first
    assert Delivery.objects.count() == 3


def test_another_count_stops_everything(site: Site, revision: Revision) -> None:
    with pytest.raises(CountMismatch, match="4 recipients were confirmed, but there are 3"):
        start(site, revision, count=4)
    assert not Mailing.objects.exists() and not Delivery.objects.exists() and not Batch.objects.exists()


def test_who_has_it_from_another_list_is_left_out_and_counted(site: Site, revision: Revision) -> None:
    start(site, revision)
    other = make_list("press")
    for number in (1, 2, 7):
        make_reader(number, other)
    plan = plan_mailing(site, revision, "press", now=NOW)
    assert (plan.count, plan.left_out) == (1, {ALREADY: 2})
    mailing = start(site, revision, "press", count=1)
    assert mailing.left_out == {ALREADY: 2}
    assert mailing.deliveries.get().address == "reader7@example.org"


def test_another_issue_goes_to_everybody(site: Site, revision: Revision, tmp_path: Path) -> None:
    start(site, revision)
    assert start(site, saved(site, tmp_path, slug="november-2020")).count == 3


def test_after_a_cancel_only_those_are_mailed_who_have_not_got_it(site: Site, revision: Revision) -> None:
    mailing = start(site, revision)
    asked = Scripted(lambda *_: ledger.cancel(mailing.pk, actor="ed", now=NOW) or _accepted(), group=1)
    send_mailing(site, mailing, provider=asked, now=lambda: NOW)
    assert states(mailing) == {"accepted": 1, "cancelled": 2}
    again = start(site, revision, count=2)
    assert again != mailing and {row.address for row in again.deliveries.all()}.isdisjoint(asked.calls[0])


def _accepted() -> object:
    from newsletter.delivery.providers.base import Accepted

    return Accepted()


def test_who_may_not_be_mailed_is_left_out_and_counted(site: Site, revision: Revision) -> None:
    Subscription.objects.filter(subscriber__email_norm="reader0@example.org").update(state="unsubscribed")
    suppression.suppress(normalise("reader1@example.org"), reason="complained", actor="x", at=NOW)
    mailing = start(site, revision, count=1)
    assert mailing.left_out == {"unsubscribed": 1, "suppressed: complained": 1}


def test_nobody_to_mail_is_an_error(site: Site, revision: Revision) -> None:
    make_list("empty")
    with pytest.raises(ChecksFailed) as nobody:
        start(site, revision, "empty", count=0)
    assert [finding.message for _, finding in nobody.value.findings] == ["Nobody would get it."]
    with pytest.raises(NoSuchList, match="there is no list 'nosuch'; there is: empty, upr"):
        start(site, revision, "nosuch")
    assert not Mailing.objects.exists()


def test_errors_of_the_checks_block(site: Site, revision: Revision, tmp_path: Path) -> None:
    bare = make_site(tmp_path, organisation={"postal_address": ""})
    with pytest.raises(ChecksFailed) as caught:
        start(bare, revision)
    assert "postal" in " ".join(finding.message for _, finding in caught.value.findings)
    assert not Mailing.objects.exists()


def test_settings_that_do_not_suffice_block(site: Site, revision: Revision, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no sender"):
        start(make_site(tmp_path, sender={}), revision)
    with pytest.raises(NotReady, match="no API key"):
        start(make_site(tmp_path, delivery={"provider": "sendgrid"}), revision)
    long = make_site(tmp_path, site={"name": "x", "base_url": "https://news.example.org/%C3%A9"})
    with pytest.raises(NotReady, match="plain ASCII"):
        start(long, revision)


def test_only_the_outbox_has_no_undo_window(site: Site, revision: Revision, tmp_path: Path) -> None:
    assert start(site, revision).not_before == NOW
    ledger.cancel(Mailing.objects.get().pk, actor="ed", now=NOW)
    smtp = make_site(tmp_path, delivery={"provider": "smtp", "undo": "7m"}, providers={"smtp": {"host": "127.0.0.1"}})
    mailing = start(smtp, revision)
    assert mailing.not_before == NOW + timedelta(minutes=7)
    assert set(mailing.batches.values_list("next_at", flat=True)) == {mailing.not_before}


def test_each_reader_gets_their_language_and_batches_hold_one_rendering(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsletter.delivery.mailing import freeze
    from tests.delivery.worlds import NO_TIME, RENDERING, make_revision

    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", 2)
    upr = make_list()
    for number, language in enumerate(["es", "en", "es-MX", "fr", "", "es"]):
        make_reader(number, upr, language=language)
    plan = make_plan(make_revision(), upr, renderings={"en": RENDERING, "es": SPANISH})
    mailing = freeze(plan, confirm_count=6, actor="ed", now=NOW, undo=NO_TIME)
    got = {row.address: row.batch.rendering.language for row in mailing.deliveries.order_by("address")}
    assert list(got.values()) == ["es", "en", "es", "en", "en", "es"]
    assert [batch.deliveries.count() for batch in mailing.batches.order_by("number")] == [2, 2, 1, 1]
    assert [batch.number for batch in mailing.batches.order_by("pk")] == [1, 2, 3, 4]


@pytest.mark.parametrize(("wanted", "got"), [("es", "es"), ("es-MX", "es"), ("fr", "en"), ("", "en"), ("EN", "en")])
def test_the_nearest_language(wanted: str, got: str) -> None:
    assert language_for(wanted, {"en": SPANISH, "es": SPANISH}, "en") == got


def test_public_ids_cannot_be_guessed_and_are_never_the_same() -> None:
    ids = list(islice(_public_ids(), 2_500))
    assert len(set(ids)) == 2_500 and all(re.fullmatch("[A-Za-z0-9_-]{22}", one) for one in ids)
    assert len({one[4:] for one in ids}) == 2_500
    assert [len({one[:4] for one in ids[at : at + 1_000]}) for at in (0, 1_000, 2_000)] == [1, 1, 1]
