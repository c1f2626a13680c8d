"""Test mails: to a few addresses, marked, harmless, in no statistics."""

import mailbox
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from newsletter import models
from newsletter.delivery.plan import MailingError, NotReady
from newsletter.delivery.providers.base import Accepted
from newsletter.delivery.trial import INERT_TOKEN, send_test
from newsletter.models import Delivery, Mailing, Revision
from newsletter.site import Site
from subscribers import consent
from subscribers.address import AddressError
from subscribers.models import Subscription
from tests.delivery.test_mailing import saved
from tests.delivery.worlds import NOW, make_list, make_reader, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(site: Site, tmp_path: Path) -> Revision:
    return saved(site, tmp_path)


def mails(site: Site) -> list[object]:
    parse = BytesParser(policy=policy.default).parse
    return list(mailbox.Maildir(site.testmail, factory=parse))


def test_a_test_is_marked_and_goes_to_testmail(site: Site, revision: Revision) -> None:
    tested = send_test(site, revision, ["a@example.org", "b@example.org"], actor="ed", now=NOW)
    assert [(one.address, type(one.outcome)) for one in tested] == [
        ("a@example.org", Accepted),
        ("b@example.org", Accepted),
    ]
    assert sorted(mail["To"] for mail in mails(site)) == ["a@example.org", "b@example.org"]
    assert {mail["Subject"] for mail in mails(site)} == {"[Test] Friends, watch the review"}
    assert not site.outbox.exists()


def test_a_test_is_in_no_statistics(site: Site, revision: Revision) -> None:
    send_test(site, revision, ["a@example.org"], actor="ed", now=NOW)
    assert not Mailing.objects.exists() and not Delivery.objects.exists()
    row = models.TestSend.objects.get()
    assert (row.revision, row.address, row.by, row.at) == (revision, "a@example.org", "ed", NOW)


def test_its_links_unsubscribe_nobody(site: Site, revision: Revision) -> None:
    reader = make_reader(1, make_list())
    send_test(site, revision, ["reader1@example.org"], actor="ed", now=NOW, reader=reader.subscriber)
    (mail,) = mails(site)
    assert mail["List-Unsubscribe"] == f"<https://news.example.org/u/{INERT_TOKEN}>"
    assert reader.token not in mail.as_string() and len(INERT_TOKEN) == 22
    assert not Subscription.objects.filter(token=INERT_TOKEN).exists()
    assert hasattr(consent, "unsubscribe")


def test_it_can_be_seen_as_a_reader(site: Site, revision: Revision) -> None:
    reader = make_reader(1, make_list(), timezone="America/New_York").subscriber
    send_test(site, revision, ["ed@example.org"], actor="ed", now=NOW, reader=reader)
    (mail,) = mails(site)
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "[Test] Name1, watch the review" and mail["To"] == "ed@example.org"
    assert "Dear Name1" in text and "8:30" in text


def test_ten_addresses_at_most_and_one_mail_each(site: Site, revision: Revision) -> None:
    with pytest.raises(MailingError, match="10 addresses at most; these are 11"):
        send_test(site, revision, [f"a{number}@example.org" for number in range(11)], actor="ed", now=NOW)
    with pytest.raises(AddressError):
        send_test(site, revision, ["a@example.org", "nobody"], actor="ed", now=NOW)
    assert not site.testmail.exists()
    assert len(send_test(site, revision, ["a@example.org", "A@Example.org"], actor="ed", now=NOW)) == 1


def test_the_settings_must_suffice(site: Site, revision: Revision, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no sender"):
        send_test(make_site(tmp_path, sender={}), revision, ["a@example.org"], actor="ed", now=NOW)
