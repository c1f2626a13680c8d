"""The page Tests: any addresses, saved reviewers, as a reader; what was sent and of which revision."""

from email import message_from_string, policy

import pytest

from newsletter.models import Audit, Reviewer
from newsletter.models import TestSend as Sent
from tests.web.sending_world import LETTER, XSS, readers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
PAGE = "/issues/news/tests/"


@pytest.fixture
def editor(signed_in, put):
    readers(3)
    put("news.md", LETTER)
    return signed_in("editor", name="Ed")


def mails(site) -> list[str]:
    return [path.read_text() for path in site.testmail.rglob("*") if path.is_file()]


def test_a_test_goes_to_addresses_and_reviewers(editor, site):
    editor.post(f"{PAGE}reviewer/", {"do": "add", "name": "Rita", "address": "Rita@example.org"})
    rita = Reviewer.objects.get()
    answer = editor.post(f"{PAGE}send/", {"reviewer": rita.pk, "to": "a@example.org, b@example.org;\nrita@example.org"})
    assert answer.status_code == 302
    assert sorted(Sent.objects.values_list("address", flat=True)) == [
        "Rita@example.org",
        "a@example.org",
        "b@example.org",
    ]
    assert len(mails(site)) == 3
    assert all("Subject: [Test] What was said in Geneva" in mail for mail in mails(site))
    html = editor.get(PAGE).content.decode()
    assert "3 test mails of revision 1 went to" in html
    assert "as it is now" in html
    audit = Audit.objects.get(action="test")
    assert (audit.actor, audit.object, audit.detail) == ("Ed", "issue news", {"revision": 1, "sent": 3, "of": 3})


def test_it_says_whether_the_issue_changed_since(editor, put):
    editor.post(f"{PAGE}send/", {"to": "a@example.org"})
    put("news.md", LETTER.replace("Twelve", "Thirteen"))
    html = editor.get(PAGE).content.decode()
    assert "changed since" in html
    editor.post(f"{PAGE}send/", {"to": "a@example.org"})
    html = editor.get(PAGE).content.decode()
    assert html.index("revision 2") < html.index("revision 1")
    assert "as it is now" in html


def test_as_a_reader(editor, site):
    part = editor.post(f"{PAGE}find/", {"q": "reader1"}, headers={"HX-Request": "true"}).content.decode()
    assert "reader1@example.org" in part
    assert "<html" not in part
    key = part.split('name="as" value="')[2].split('"', maxsplit=1)[0]
    assert "reader1" not in key
    whole = editor.post(f"{PAGE}find/", {"q": "reader1", "to": "kept@example.org"}).content.decode()
    assert "kept@example.org" in whole
    assert "<html" in whole
    from subscribers.models import Subscriber

    Subscriber.objects.filter(email_norm="reader1@example.org").update(attributes={"first_name": "Zoë"})
    assert editor.post(f"{PAGE}send/", {"to": "a@example.org", "as": key}).status_code == 302
    [mail] = mails(site)
    parts = message_from_string(mail, policy=policy.default)
    assert "Hello Zoë." in parts.get_body(("plain",)).get_content()
    answer = editor.post(f"{PAGE}send/", {"to": "a@example.org", "as": "1:forged"})
    assert answer.status_code == 400
    assert "not there any more" in answer.content.decode()


def test_no_reader_is_shown_to_who_sees_no_addresses(editor, signed_in):
    part = editor.post(f"{PAGE}find/", {"q": "reader1"}, headers={"HX-Request": "true"}).content.decode()
    key = part.split('name="as" value="')[2].split('"', maxsplit=1)[0]
    approver = signed_in("approver", name="Ann")
    assert approver.post(f"{PAGE}find/", {"q": "reader1"}).status_code == 403
    assert "Show it as a reader" not in approver.get(PAGE).content.decode()
    assert approver.post(f"{PAGE}send/", {"to": "a@example.org", "as": key}).status_code == 400
    assert approver.post(f"{PAGE}send/", {"to": "a@example.org"}).status_code == 302


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("", "Write an address, or choose a reviewer"),
        ("nobody", "&#39;nobody&#39;"),
        (XSS.replace(" ", ""), "&lt;script&gt;"),
        (" ".join(f"a{number}@example.org" for number in range(11)), "10 addresses at most; these are 11"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(editor, site, to, words):
    answer = editor.post(f"{PAGE}send/", {"to": to})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert words in html
    assert 'id="to-wrong"' in html
    assert "<script>alert" not in html
    assert not Sent.objects.exists()
    assert mails(site) == []


def test_what_cannot_be_mailed_is_said(editor, site):
    site.templates.joinpath("themes").mkdir(parents=True)
    site.templates.joinpath("themes", "default.toml").write_text("[light]\naccent = 7\n")
    answer = editor.post(f"{PAGE}send/", {"to": "a@example.org"})
    assert answer.status_code == 400
    assert "No test was sent" in answer.content.decode()
    assert "a@example.org" in answer.content.decode()


def test_reviewers_are_kept_and_removed(editor):
    for name, address in (("Rita", "rita@example.org"), ("Rita L", "rita@example.org"), (XSS, "x@example.org")):
        editor.post(f"{PAGE}reviewer/", {"do": "add", "name": name, "address": address})
    assert sorted(Reviewer.objects.values_list("name", flat=True)) == sorted(["Rita L", XSS])
    html = editor.get(PAGE).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    answer = editor.post(f"{PAGE}reviewer/", {"do": "add", "name": "Bad", "address": "no address"})
    assert answer.status_code == 400
    assert 'value="no address"' in answer.content.decode()
    for key in (Reviewer.objects.get(name="Rita L").pk, 10**30, "x", ""):
        assert editor.post(f"{PAGE}reviewer/", {"do": "remove", "reviewer": key}).status_code == 302
    assert Reviewer.objects.count() == 1
    assert all("@" not in f"{one.object}{one.detail}" for one in Audit.objects.all())


def test_roles(editor, signed_in):
    for role, may in (("sender", True), ("approver", True), ("viewer", False), ("contributor", False)):
        browser = signed_in(role, name=f"Some {role}")
        assert browser.get(PAGE).status_code == (200 if may else 403)
        assert browser.post(f"{PAGE}send/", {"to": "a@example.org"}).status_code == (302 if may else 403)
        assert browser.post(f"{PAGE}reviewer/", {"do": "remove"}).status_code == (302 if may else 403)
    guarded = signed_in("editor", name="Guarded", guarded=True)
    for part in ("send", "reviewer", "find"):
        assert guarded.post(f"{PAGE}{part}/", {}).status_code == 403
        assert editor.get(f"{PAGE}{part}/").status_code == 405
