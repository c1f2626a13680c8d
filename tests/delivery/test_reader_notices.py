"""Mails to one reader: each sent once, whatever happens, and forgotten once it is."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest

from newsletter.delivery import reader_notices
from newsletter.delivery.providers.base import Accepted, Ambiguous, Barred, Outcome, RateLimited, Refused, Unreachable
from newsletter.models import Notice
from newsletter.site import Site
from subscribers import links, ports
from subscribers.models import MailedLink, Subscriber
from tests.delivery.worlds import Clock, Scripted, make_site

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def link(clock: Clock) -> MailedLink:
    reader = Subscriber.objects.create(email="ana@example.org", email_norm="ana@example.org")
    return links.make(links.Purpose.CONFIRM, reader, at=clock.at)


def wanted(link: MailedLink, **more: object) -> ports.Notice:
    values = {"list": "UPR <b>\u202e", "link": link.pk}
    return ports.Notice(f"confirm/{link.pk}", "confirm", "ana@example.org", "es", values | more)


def send(site: Site, clock: Clock, answer: Outcome | None = None) -> int:
    provider = Scripted(lambda *_: answer) if answer else None
    return reader_notices.send_waiting(site, now=clock.now, provider=provider)


@pytest.fixture(autouse=True)
def _clock_of_the_port(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("django.utils.timezone.now", clock.now)


def mails(site: Site) -> list[EmailMessage]:
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (site.notices / "new").iterdir()]
    return cast(list[EmailMessage], found)


def test_a_notice_is_a_good_mail_and_leaves_nothing_behind(site: Site, clock: Clock, link: MailedLink) -> None:
    ports.notify(wanted(link))
    ports.notify(wanted(link))
    assert send(site, clock) == 1
    assert send(site, clock) == 0
    [mail] = mails(site)
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "ana@example.org",
        "USHRN <news@example.org>",
        "Confirme, por favor: UPR <b>",
    )
    names = {name.lower() for name, _ in mail.items()}
    assert not names & {"list-unsubscribe", "list-unsubscribe-post", "list-id"}, "it is of no list"
    html, text = (cast(EmailMessage, mail.get_body((kind,))).get_content() for kind in ("html", "plain"))
    for part in (html, text):
        assert "https://news.example.org/c/" in part
        assert "1 Street, Geneva" in part
    assert "UPR &lt;b&gt;" in html
    assert 'lang="es"' in html
    assert "<img" not in html, "nothing is fetched, so nothing is counted"
    row = Notice.objects.get()
    assert (row.state, row.address, row.language, row.values) == ("accepted", "", "", {})


def test_the_link_in_the_mail_works(site: Site, clock: Clock, link: MailedLink) -> None:
    ports.notify(wanted(link))
    send(site, clock)
    [mail] = mails(site)
    text = cast(EmailMessage, mail.get_body(("plain",))).get_content()
    key = text.partition("/c/")[2][:22]
    assert links.find(key, links.Purpose.CONFIRM) == link


@pytest.mark.parametrize("answer", [Unreachable(), RateLimited(), Barred()])
def test_what_was_surely_not_taken_is_tried_again(site: Site, clock: Clock, link: MailedLink, answer: Outcome) -> None:
    ports.notify(wanted(link))
    assert send(site, clock, answer) == 1
    assert send(site, clock, answer) == 0, "but not at once"
    clock.at += timedelta(minutes=1)
    assert send(site, clock, Accepted()) == 1
    assert Notice.objects.get().state == "accepted"


def test_it_is_given_up_in_the_end(site: Site, clock: Clock, link: MailedLink) -> None:
    ports.notify(wanted(link))
    for _ in range(reader_notices.TRIES):
        assert send(site, clock, Unreachable()) == 1
        clock.at += timedelta(days=1)
    assert send(site, clock, Unreachable()) == 0
    row = Notice.objects.get()
    assert (row.state, row.address) == ("failed", "")


@pytest.mark.parametrize(("answer", "state"), [(Ambiguous(), "unknown"), (Refused(), "failed")])
def test_what_may_have_been_taken_is_never_sent_twice(
    site: Site, clock: Clock, link: MailedLink, answer: Outcome, state: str
) -> None:
    ports.notify(wanted(link))
    send(site, clock, answer)
    clock.at += timedelta(days=1)
    assert send(site, clock, Accepted()) == 0
    assert Notice.objects.get().state == state


def test_a_site_without_a_sender_mails_in_nobodys_name(tmp_path, clock: Clock, link: MailedLink) -> None:
    site = make_site(tmp_path, sender={})
    ports.notify(wanted(link))
    provider = Scripted(lambda *_: Accepted())
    assert reader_notices.send_waiting(site, now=clock.now, provider=provider) == 1
    assert provider.calls == []
    assert Notice.objects.get().state == "waiting", "until somebody sets it"


def test_a_sender_that_died_in_the_call_leaves_it_so(site: Site, clock: Clock, link: MailedLink) -> None:
    ports.notify(wanted(link))
    Notice.objects.update(state="submitting")
    assert send(site, clock) == 0


def test_a_link_that_nobody_wants_any_more_is_not_mailed(site: Site, clock: Clock, link: MailedLink) -> None:
    ports.notify(wanted(link))
    link.subscriber.delete()
    assert send(site, clock) == 0
    assert not Notice.objects.exists()


def test_a_fault_of_one_harms_no_other(site: Site, clock: Clock, link: MailedLink) -> None:
    ports.notify(ports.Notice("a", "nonsense", "ana@example.org"))  # type: ignore[arg-type]
    ports.notify(wanted(link))
    assert send(site, clock) == 2
    assert [one.state for one in Notice.objects.order_by("pk")] == ["unknown", "accepted"]


@pytest.mark.parametrize("kind", ["confirm", "exists", "download", "erase", "move", "moved"])
@pytest.mark.parametrize("language", ["en", "es", "fr", "ar", "de", ""])
def test_every_kind_in_every_language(tmp_path, clock: Clock, kind: str, language: str) -> None:
    site = make_site(tmp_path)
    values = {"list": "UPR", "token": "A" * 22} if kind == "exists" else {"list": "UPR"}
    ports.notify(ports.Notice("k", kind, "ana@example.org", language, values))  # type: ignore[arg-type]
    assert send(site, clock) == 1
    [mail] = mails(site)
    html = cast(EmailMessage, mail.get_body(("html",))).get_content()
    assert ('dir="rtl"' in html) == (language == "ar")
    assert f"/p/{'A' * 22}" in html or kind != "exists"
    assert "{" not in str(mail["Subject"]) and "{{" not in html
