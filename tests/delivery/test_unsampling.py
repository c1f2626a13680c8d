"""The sample data comes and goes, and leaves nothing behind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps

from newsletter.delivery import origin
from newsletter.delivery.engine import send_mailing, sender_lock
from newsletter.delivery.mailing import start_mailing
from newsletter.delivery.plan import plan_mailing
from newsletter.delivery.unsampling import InUse, remove_samples
from newsletter.models import Account, Audit, Issue, Mailing
from newsletter.new_site import create_site
from newsletter.site import Site, load_site
from newsletter.store import samples
from newsletter.store.revisions import newest
from subscribers.models import MailingList, Subscriber, Subscription

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
CHOSEN = {
    "site.name": "Example Network",
    "site.base_url": "https://news.example.org",
    "organisation.postal_address": "1 Example Street, Geneva",
    "sender.email": "news@example.org",
    "site.one_operator": True,
}


@pytest.fixture
def site(tmp_path: Path, settings) -> Site:
    create_site(tmp_path / "site", CHOSEN)
    settings.NEWSLETTER_SITE = site = load_site(tmp_path / "site", {})
    settings.OPTOUT_LOG = site.data / "optouts.log"
    return site


@pytest.fixture
def ana(db) -> Account:
    return Account.objects.make("ana@example.org", name="Ana", roles=["administrator"])


def rows() -> dict[str, int]:
    """How many rows each table has that has any."""
    kept = {"newsletter.Audit", "newsletter.Site", "subscribers.OptOutLog"}
    models = [*apps.get_app_config("newsletter").get_models(), *apps.get_app_config("subscribers").get_models()]
    return {
        one._meta.label: number for one in models if one._meta.label not in kept and (number := one.objects.count())
    }


def test_they_come_once_and_go_without_a_trace(site: Site, ana: Account) -> None:
    before = rows()
    samples.add(site, account=ana, at=NOW)
    there = rows()
    assert Issue.objects.get().slug == samples.SLUG
    assert Subscriber.objects.count() > 900
    samples.add(site, account=ana, at=NOW)
    assert rows() == there
    assert samples.are_there()
    remove_samples(site, actor="Ana", at=NOW)
    assert rows() == before
    assert not samples.are_there()
    samples.add(site, account=ana, at=NOW)
    assert rows() == there
    assert [one.action for one in Audit.objects.order_by("pk")].count("removed sample data") == 1


def test_who_is_on_another_list_stays_there(site: Site, ana: Account) -> None:
    samples.add(site, account=ana, at=NOW)
    own = MailingList.objects.create(slug="own", name="Own")
    stays = Subscriber.objects.order_by("pk")[0]
    Subscription.objects.create(subscriber=stays, list=own)
    remove_samples(site, actor="Ana", at=NOW)
    assert list(Subscriber.objects.all()) == [stays]
    assert list(MailingList.objects.all()) == [own]


def mail_the_sample(site: Site) -> Mailing:
    origin.check(site, now=NOW)
    revision = newest(samples.SLUG)
    count = plan_mailing(site, revision, samples.LIST, now=NOW).count
    return start_mailing(site, revision, samples.LIST, confirm_count=count, actor="Ana", now=NOW)


def test_a_mailing_of_it_goes_too_and_the_store_is_not_taken_for_a_copy(site: Site, ana: Account) -> None:
    samples.add(site, account=ana, at=NOW)
    send_mailing(site, mail_the_sample(site), now=lambda: NOW)
    remove_samples(site, actor="Ana", at=NOW)
    assert set(rows()) <= {"newsletter.Account", "newsletter.Asset", "newsletter.Bucket"}
    assert origin.check(site, now=NOW).reason == ""


def test_it_stays_while_somebody_sends(site: Site, ana: Account) -> None:
    samples.add(site, account=ana, at=NOW)
    mail_the_sample(site)
    before = rows()
    with sender_lock(site), pytest.raises(InUse, match="is being sent"):
        remove_samples(site, actor="Ana", at=NOW)
    assert rows() == before
