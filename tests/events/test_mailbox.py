"""The mailbox to which mails come back: each mail is kept before the mailbox is touched, and taken once."""

import os
from pathlib import Path
from typing import Any

import pytest

from newsletter.events import inbox, mailbox, process
from newsletter.models import Delivery, Event, WebhookInbox
from newsletter.site import Site
from subscribers import suppression
from subscribers.models import Subscriber, Subscription
from tests.delivery.worlds import make_list, make_mailing, make_reader, make_site
from tests.events.mails import ID, TOKEN, arf, dsn, mail
from tests.events.posts import NOW
from tests.stubs.imap_stub import PASSWORD, USER, imap

pytestmark = pytest.mark.django_db


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    return tmp_path / "bounces"


@pytest.fixture
def site(tmp_path: Path, maildir: Path) -> Site:
    return make_site(tmp_path, bounces={"maildir": "bounces"})


@pytest.fixture
def sent() -> Delivery:
    make_mailing(2, provider="smtp")
    first = Delivery.objects.order_by("pk")[0]
    Delivery.objects.update(state="accepted")
    Subscription.objects.filter(pk=first.subscription_id).update(token=TOKEN)
    Delivery.objects.filter(pk=first.pk).update(public_id=ID, token=TOKEN)
    first.refresh_from_db()
    return first


def look(site: Site) -> int:
    number = mailbox.read(site, now=NOW)
    process.process_waiting(now=lambda: NOW)
    return number


def test_a_bounce_is_taken_and_the_mail_marked_as_seen(site: Site, maildir: Path, sent: Delivery) -> None:
    (maildir / "new" / "1.M2.host").write_bytes(dsn())
    (maildir / "cur" / "2.M2.host:2,F").write_bytes(dsn("5.2.2"))
    (maildir / "cur" / "3.M2.host:2,FS").write_bytes(dsn())
    assert look(site) == 2
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == [
        "1.M2.host:2,S", "2.M2.host:2,FS", "3.M2.host:2,FS",
    ]  # fmt: skip
    sent.refresh_from_db()
    assert (sent.event, suppression.reasons([sent.email_norm])) == ("bounced", {sent.email_norm: "bounced"})
    assert look(site) == 0


def test_whoever_dies_between_the_two_reads_it_again_and_it_counts_once(
    site: Site, maildir: Path, sent: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    (maildir / "new" / "1").write_bytes(dsn("5.2.2"))

    def die(*_: object) -> None:
        assert WebhookInbox.objects.count() == 1, "kept before the mailbox is touched"
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(os, "rename", die)
        with pytest.raises(KeyboardInterrupt):
            mailbox.read(site, now=NOW)
    assert look(site) == 1
    assert (WebhookInbox.objects.count(), Event.objects.count()) == (2, 1)


def test_what_is_no_mail_is_left_alone(site: Site, maildir: Path) -> None:
    (maildir / "new" / ".hidden").write_bytes(b"x")
    (maildir / "new" / "folder").mkdir()
    (maildir / "new" / "link").symlink_to("/etc/hostname")
    assert look(site) == 0 and not WebhookInbox.objects.exists()


def test_a_pass_takes_so_many_and_a_large_mail_only_in_part(
    site: Site, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST", 2)
    for number in range(3):
        (maildir / "new" / str(number)).write_bytes(b"Subject: x\n\n" + b"x" * 500_000)
    assert [mailbox.read(site, now=NOW) for _ in range(2)] == [2, 1]
    assert {len(bytes(row.body)) for row in WebhookInbox.objects.all()} == {400_000}


def test_a_mailbox_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(mailbox.MailboxError, match="cannot be read: No such file"):
        mailbox.read(make_site(tmp_path, bounces={"maildir": "nowhere"}), now=NOW)
    assert not mailbox.configured(make_site(tmp_path))


def came(raw: bytes) -> None:
    inbox.take("mailbox", raw, at=NOW)
    process.process_waiting(now=lambda: NOW)


def left() -> list[tuple[str, str]]:
    rows = Subscription.objects.filter(state="unsubscribed").values_list("subscriber__email", "list__slug")
    return sorted(rows)


def test_a_wish_to_leave_by_mail(sent: Delivery) -> None:
    make_reader(0, make_list("other"))
    make_reader(1, make_list("other"))
    came(mail(to=f"bounces+{ID}@example.org", Subject="unsubscribe", From="other@example.org"))
    assert left() == [("reader0@example.org", "upr")]
    came(mail(Subject="unsubscribe", From="Reader <Reader1@Example.org>"))
    assert left() == [("reader0@example.org", "upr"), ("reader1@example.org", "other"), ("reader1@example.org", "upr")]
    assert suppression.suppressed(Subscriber.objects.values_list("email_norm", flat=True)) == set()


def test_a_stranger_who_leaves_is_not_suppressed(sent: Delivery) -> None:
    came(mail(Subject="unsubscribe", From="stranger@example.org"))
    assert suppression.suppressed(["stranger@example.org"]) == set() and left() == []


def test_a_complaint_finds_its_mail_by_its_link(sent: Delivery) -> None:
    came(arf(returned=f"Subject: x\nList-Unsubscribe: <https://news.example.org/u/{TOKEN}>\n"))
    sent.refresh_from_db()
    assert (sent.event, left()) == ("complained", [("reader0@example.org", "upr")])
    assert suppression.reasons([sent.email_norm]) == {sent.email_norm: "complained"}


def test_nobody_can_be_suppressed_by_who_does_not_know_the_mail(sent: Delivery) -> None:
    came(dsn(to="bounces@example.org", returned="x", recipient=sent.address))
    came(dsn(to=f"bounces+{'x' * 22}@example.org", returned="x", recipient=sent.address))
    came(arf(returned=f"Message-ID: <{'x' * 22}@news.example.org>\nTo: {sent.address}\n"))
    assert suppression.suppressed([sent.email_norm]) == set()


def imap_site(root: Path, port: int, **more: Any) -> Site:
    made = {"host": "127.0.0.1", "port": port, "tls": "none", "user": USER, "password": PASSWORD}
    return make_site(root, bounces=made | more)


def test_imap(tmp_path: Path, sent: Delivery) -> None:
    with imap([dsn(), mail("x" * 500_000), dsn("5.2.2")]) as folder:
        folder.seen.add(3)
        site = imap_site(tmp_path, folder.port)
        assert mailbox.read(site, now=NOW) == 2
        assert max(len(bytes(row.body)) for row in WebhookInbox.objects.all()) == 400_000
        assert folder.seen == {1, 2, 3}
        assert look(site) == 0
    sent.refresh_from_db()
    assert sent.event == "bounced"


def test_an_imap_server_that_fails_loses_nothing(tmp_path: Path) -> None:
    with imap([dsn(), dsn("5.2.2")]) as folder:
        folder.fails = "STORE"
        site = imap_site(tmp_path, folder.port)
        with pytest.raises(mailbox.MailboxError, match="cannot be read"):
            mailbox.read(site, now=NOW)
        assert WebhookInbox.objects.count() == 1, "kept, though it could not be marked"
        folder.fails = ""
        assert mailbox.read(site, now=NOW) == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"password": "wrong"}, "cannot be read"),
        ({"password": None}, "needs user"),
        ({"host": "imap.example.org"}, "in the clear"),
        ({"tls": "tls"}, "cannot be read"),
    ],
)
def test_imap_mistakes(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    with imap([dsn()]) as folder, pytest.raises(mailbox.MailboxError, match=says):
        mailbox.read(imap_site(tmp_path, folder.port, **more), now=NOW)
    assert not WebhookInbox.objects.exists()
