"""Lists and readers at the desk: found without an address in any URL, changed at their word, forgotten for good."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from newsletter.models import Audit
from newsletter.store.readers import FOUND, search
from subscribers import audience, suppression
from subscribers.address import normalise
from subscribers.models import Consent, MailingList, Subscriber, Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
People = Callable[..., Client]
NOW = datetime(2026, 11, 1, tzinfo=UTC)
XSS = '"><script>alert(1)</script>'


@pytest.fixture
def upr() -> MailingList:
    return MailingList.objects.create(slug="upr", name="UPR Network")


def reader(email: str, upr: MailingList | None = None, **known: object) -> Subscriber:
    made = Subscriber.objects.create(email=email, email_norm=email.lower(), **known)
    if upr:
        subscription = Subscription.objects.create(subscriber=made, list=upr, state="active")
        Consent.objects.create(subscription=subscription, action="subscribed", at=NOW, source="a sheet", wording="Yes")
    return made


def test_a_list_is_made_counted_and_changed(signed_in: People) -> None:
    sender = signed_in("sender")
    assert "No list yet" in sender.get("/lists/").content.decode()
    answer = sender.post("/lists/", {"slug": "upr", "name": "UPR Network", "public": "yes"})
    assert answer["Location"] == "/lists/upr/"
    made = MailingList.objects.get()
    assert (made.public, made.double_opt_in) == (True, True)
    html = sender.get("/lists/upr/").content.decode()
    assert "https://news.example.org/s/upr" in html and "&lt;form class=&#34;newsletter-form&#34;" in html
    sender.post("/lists/upr/", {"name": "Allies", "single": "yes"})
    made.refresh_from_db()
    assert (made.name, made.public, made.double_opt_in) == ("Allies", False, False)
    assert "May be mailed" in sender.get("/lists/").content.decode()


@pytest.mark.parametrize(
    "sent", [{"slug": "Not A Slug"}, {"slug": ""}, {"slug": "upr"}, {"slug": "x", "name": "a\nb"}, {"slug": "x" * 81}]
)
def test_a_list_that_cannot_be(signed_in: People, upr: MailingList, sent: dict[str, str]) -> None:
    answer = signed_in("sender").post("/lists/", sent)
    assert answer.status_code == 400 and 'role="alert"' in answer.content.decode()
    assert MailingList.objects.count() == 1


def test_editors_look_and_change_nothing(signed_in: People, upr: MailingList) -> None:
    number = reader("ana@example.org", upr).pk
    editor = signed_in("editor")
    for path in ("/lists/", "/lists/upr/", "/subscribers/", f"/subscribers/{number}/"):
        assert editor.get(path).status_code == 200
    assert editor.post("/lists/", {"slug": "x"}).status_code == 403
    assert editor.post("/lists/upr/", {"name": "x"}).status_code == 403
    for path in ("change", "download"):
        assert editor.post(f"/subscribers/{number}/{path}/").status_code == 403
    assert editor.get("/imports/").status_code == 403


@pytest.mark.parametrize("role", ["viewer", "approver", "contributor"])
def test_whoever_sees_no_addresses_sees_no_reader(signed_in: People, upr: MailingList, role: str) -> None:
    number = reader("ana@example.org", upr).pk
    browser = signed_in(role)
    for path in ("/lists/", "/subscribers/", f"/subscribers/{number}/"):
        answer = browser.get(path)
        assert answer.status_code == 403 and "ana@" not in answer.content.decode()


def test_search_is_a_post_and_finds_by_address_and_name(signed_in: People, upr: MailingList) -> None:
    reader("ana@example.org", upr, name="Ana Núñez")
    reader("bea@example.com", upr, name="Bea <b>")
    editor = signed_in("editor")
    assert "bea@" in editor.get("/subscribers/?search=ana").content.decode()  # a GET asks for nothing
    for words in ("ana", "ANA@EXAMPLE.ORG", "núñez", "ana nú", "example.org"):
        html = editor.post("/subscribers/", {"search": words}).content.decode()
        assert "ana@example.org" in html and "bea@" not in html, words
    assert "Nobody found" in editor.post("/subscribers/", {"search": XSS}).content.decode()
    assert "<script>alert" not in editor.post("/subscribers/", {"search": XSS}).content.decode()
    assert "Bea &lt;b&gt;" in editor.post("/subscribers/", {"search": "bea"}).content.decode()


def test_a_wildcard_is_a_character_like_others() -> None:
    reader("ana@example.org")
    assert search("%") == [] and search("_") == []


def test_more_are_shown_by_and_by(signed_in: People) -> None:
    for number in range(FOUND + 3):
        reader(f"r{number:03}@example.org")
    first = search("example")
    assert len(first) == FOUND + 1
    assert [one.email for one in search("example", after=first[FOUND - 1].pk)] == [
        f"r{FOUND + extra:03}@example.org" for extra in range(3)
    ]
    html = signed_in("editor").post("/subscribers/", {"search": "example"}).content.decode()
    assert "More than 50 found" in html and 'name="after"' in html


def test_one_reader_with_evidence(signed_in: People, upr: MailingList) -> None:
    number = reader("ana@example.org", upr, name=XSS, attributes={"first_name": XSS}).pk
    html = signed_in("sender").get(f"/subscribers/{number}/").content.decode()
    assert "a sheet" in html and "<blockquote" in html and "active" in html
    assert "<script>alert" not in html


def test_facts_are_changed_and_mistakes_stand_beside_the_field(signed_in: People, upr: MailingList) -> None:
    found = reader("ana@example.org", upr)
    sender = signed_in("sender")
    path = f"/subscribers/{found.pk}/change/"
    sender.post(path, {"name": "Ana", "language": "es", "timezone": "America/Lima", "a.first_name": "Ana"})
    found.refresh_from_db()
    assert (found.name, found.language, found.timezone) == ("Ana", "es", "America/Lima")
    assert found.attributes == {"first_name": "Ana"}
    answer = sender.post(path, {"name": "Kept as typed", "language": "klingon", "timezone": ""})
    html = answer.content.decode()
    assert answer.status_code == 400 and 'value="Kept as typed"' in html and "is no language tag" in html
    found.refresh_from_db()
    assert found.name == "Ana"
    assert "ana@" not in str(list(Audit.objects.values()))


def test_unsubscribed_suppressed_lifted(signed_in: People, upr: MailingList) -> None:
    found = reader("ana@example.org", upr)
    sender = signed_in("sender")
    path = f"/subscribers/{found.pk}/change/"
    sender.post(path, {"do": "suppress"})
    assert audience.tally("upr").excluded == {"suppressed: manual": 1}
    assert "Never mailed:" in sender.get(f"/subscribers/{found.pk}/").content.decode()
    sender.post(path, {"do": "lift"})
    assert audience.tally("upr").mailable == 1
    sender.post(path, {"do": "unsubscribe", "list": "nothing"})
    assert audience.tally("upr").mailable == 1
    sender.post(path, {"do": "unsubscribe", "list": "upr"})
    assert audience.tally("upr").excluded == {"unsubscribed": 1}
    assert Consent.objects.last().source == "at the desk, by Ana"
    assert list(Audit.objects.values_list("action", flat=True)) == ["suppress", "lift", "unsubscribe"]


def test_forgotten_only_with_the_address_typed(signed_in: People, upr: MailingList) -> None:
    found = reader("ana@example.org", upr)
    sender = signed_in("sender")
    path = f"/subscribers/{found.pk}/change/"
    sender.post(path, {"do": "erase", "typed": "bea@example.org"})
    assert Subscriber.objects.exists()
    assert sender.post(path, {"do": "erase", "typed": "ana@example.org"})["Location"] == "/subscribers/"
    assert not Subscriber.objects.exists()
    assert suppression.is_suppressed(normalise("ana@example.org"))


def test_all_that_is_known_as_a_file(signed_in: People, upr: MailingList) -> None:
    number = reader("ana@example.org", upr).pk
    answer = signed_in("sender").post(f"/subscribers/{number}/download/")
    assert json.loads(answer.content)["email"] == "ana@example.org"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="subscriber-{number}.json"'


def test_a_reader_is_added_at_their_word(signed_in: People, upr: MailingList) -> None:
    sender = signed_in("sender")
    sent = {"email": "Ana@Example.org", "list": "upr", "source": "sheet in Geneva", "name": "Ana", "language": "es"}
    sender.post("/subscribers/new/", sent)
    found = Subscriber.objects.get()
    assert (found.email_norm, found.name, found.language) == ("ana@example.org", "Ana", "es")
    assert found.subscriptions.get().state == "pending"
    assert Consent.objects.get().source == "sheet in Geneva"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"source": " "}, "source"),
        ({"list": "nothing"}, "list"),
        ({"language": "klingon"}, "language"),
        ({"email": "never@example.org"}, "email"),
    ],
)
def test_what_cannot_be_added(signed_in: People, upr: MailingList, change: dict[str, str], field: str) -> None:
    suppression.suppress(normalise("never@example.org"), reason="manual", actor="t", at=NOW)
    sent = {"email": "ana@example.org", "list": "upr", "source": "sheet", **change}
    answer = signed_in("sender").post("/subscribers/new/", sent)
    assert answer.status_code == 400 and f'id="{field}-wrong"' in answer.content.decode()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("path", ["/lists/", "/lists/upr/", "/subscribers/", "/subscribers/new/", "/imports/new/"])
def test_forms_are_guarded(signed_in: People, upr: MailingList, path: str) -> None:
    assert signed_in("sender", guarded=True).post(path, {"slug": "x"}).status_code == 403
