"""The page Approval: submitted by one, decided by another, voided by what changes, with comments on items."""

import pytest

from newsletter.models import Approval, Audit, Comment, Notice, Revision
from subscribers.models import Segment
from tests.web.sending_world import LETTER, XSS, approve, person, readers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
PAGE = "/issues/news/approval/"


@pytest.fixture
def revision(put):
    readers(3)
    return put("news.md", LETTER)


@pytest.fixture
def editor(signed_in, revision):
    return signed_in("editor", name="Ed")


@pytest.fixture
def approver(signed_in, revision):
    return signed_in("approver", name="Ann")


def submit(browser, revision, **values):
    return browser.post(f"{PAGE}submit/", {"revision": revision.pk, "list": "upr", "note": "Please.", **values})


def decide(browser, do="approve", **values):
    found = Approval.objects.order_by("-pk")[0]
    return browser.post(f"{PAGE}decide/", {"approval": found.pk, "do": do, **values})


def test_one_submits_and_another_approves(editor, approver, revision):
    assert "Submit for approval" in editor.get(PAGE).content.decode()
    assert submit(editor, revision).status_code == 302
    html = editor.get(PAGE).content.decode()
    assert "Waits for approval" in html
    assert "3 readers of UPR &lt;Network&gt;" in html
    assert "Approvers are told by mail" in html
    assert "Withdraw it" in html
    assert "Approve for" not in html
    html = approver.get(PAGE).content.decode()
    assert "Approve for 3 readers" in html
    assert "Withdraw it" not in html
    assert decide(approver, reason="Good.").status_code == 302
    found = Approval.objects.get()
    assert (found.state, found.by.name, found.reason) == ("approved", "Ann", "Good.")
    assert "Approved" in editor.get(PAGE).content.decode()
    assert list(Notice.objects.order_by("pk").values_list("address", flat=True)) == [
        "ann@example.org",
        "ed@example.org",
    ]
    assert list(Audit.objects.order_by("pk").values_list("actor", "action")) == [("Ed", "submit"), ("Ann", "approve")]


def test_it_is_sent_back_with_a_reason(editor, approver, revision):
    submit(editor, revision)
    answer = decide(approver, do="return", reason=" ")
    assert answer.status_code == 409
    assert "Say what is to be changed" in answer.content.decode()
    decide(approver, do="return", reason="The number is wrong.")
    html = editor.get(PAGE).content.decode()
    assert "Sent back" in html
    assert "The number is wrong." in html
    assert "Submit it again" in html


def test_nobody_approves_what_they_wrote_or_submitted(signed_in, revision, site):
    both = signed_in("editor", "approver", name="Bo")
    submit(both, revision)
    html = both.get(PAGE).content.decode()
    assert "You cannot decide on this one: you submitted it" in html
    assert "Approve for" not in html
    answer = decide(both)
    assert answer.status_code == 409
    assert "somebody else must approve it" in answer.content.decode()
    assert Approval.objects.get().state == "waiting"
    Revision.objects.update(account=person("Ann", "approver"))
    ann = signed_in("approver", name="Ann")
    assert "you wrote what is in it" in ann.get(PAGE).content.decode()
    assert decide(ann).status_code == 409


def test_what_changed_is_said_where_it_no_longer_holds(editor, approver, revision, put, site):
    approve(site, revision)
    put("news.md", LETTER.replace("Twelve", "Thirteen"))
    html = approver.get(PAGE).content.decode()
    assert "No longer valid" in html
    assert "revision 2, saved by tests: &#39;The delegation&#39; was changed" in html
    assert "Submit it again" in editor.get(PAGE).content.decode()
    assert Approval.objects.get().state == "void"


def test_what_was_not_looked_at_is_not_decided(editor, approver, revision, put):
    submit(editor, revision)
    first = Approval.objects.get()
    newer = put("news.md", LETTER.replace("Twelve", "Thirteen"))
    answer = submit(editor, revision)
    assert answer.status_code == 400
    assert "changed meanwhile" in answer.content.decode()
    assert "Please." in answer.content.decode()  # what was typed
    submit(editor, newer)
    answer = approver.post(f"{PAGE}decide/", {"approval": first.pk, "do": "approve"})
    assert answer.status_code == 409
    assert "something else was submitted meanwhile" in answer.content.decode().lower()
    assert Approval.objects.order_by("-pk")[0].state == "waiting"


def test_a_part_of_the_list(editor, revision):
    said = {"field": "name", "op": "equals", "value": "Reader <1>", "negated": False}
    Segment.objects.create(slug="one", name="One <of us>", conditions={"match": "all", "conditions": [said]})
    submit(editor, revision, without="one")
    found = Approval.objects.get()
    assert (found.count, found.audience["without"]) == (2, ["one"])
    assert "2 readers of UPR &lt;Network&gt;, without One &lt;of us&gt;" in editor.get(PAGE).content.decode()
    for values in ({"list": "nothing"}, {"only": "nothing"}, {"list": ""}):
        assert submit(editor, revision, **values).status_code == 400


def test_it_is_withdrawn(editor, revision):
    submit(editor, revision)
    found = Approval.objects.get()
    assert editor.post(f"{PAGE}withdraw/", {"approval": found.pk}).status_code == 302
    found.refresh_from_db()
    assert found.state == "withdrawn"
    assert editor.post(f"{PAGE}withdraw/", {"approval": found.pk}).status_code == 409


def test_comments_on_items(editor, approver, revision):
    assert (
        approver.post("/issues/news/comments/", {"item": "the-delegation", "text": f"Twelve? {XSS}"}).status_code == 302
    )
    html = editor.get(PAGE).content.decode()
    assert "Twelve? &#34;&gt;&lt;img" in html
    assert "<script>alert" not in html
    answer = approver.post("/issues/news/comments/", {"item": "the-delegation", "text": " "})
    assert answer.status_code == 400
    assert "Write what you want to say" in answer.content.decode()
    answer = approver.post("/issues/news/comments/", {"item": "nothing", "text": "x"})
    assert "no longer in the issue" in answer.content.decode()
    [said] = Comment.objects.all()
    assert (said.author.name, said.revision_id, said.item) == ("Ann", revision.pk, "the-delegation")
    assert approver.post(f"/issues/news/comments/{said.pk}/").status_code == 403
    assert editor.post(f"/issues/news/comments/{said.pk}/").status_code == 302
    assert "dealt with by Ed" in editor.get(PAGE).content.decode()
    assert editor.post(f"/issues/news/comments/{said.pk}/").status_code == 404
    assert editor.post(f"/issues/news/comments/{2**70}/").status_code == 404


def test_one_operator_is_told_that_none_is_needed(signed_in, site, revision):
    object.__setattr__(site.settings, "site", site.settings.site.model_copy(update={"one_operator": True}))
    both = signed_in("administrator", name="Ada")
    assert "can be mailed without approval" in both.get(PAGE).content.decode()
    submit(both, revision)
    assert decide(both).status_code == 302
    assert Approval.objects.get().state == "approved"


def test_what_cannot_be_rendered_is_not_void(approver, site, revision):
    approve(site, revision)
    site.templates.joinpath("themes").mkdir(parents=True)
    site.templates.joinpath("themes", "default.toml").write_text("[light]\naccent = 7\n")
    html = approver.get(PAGE).content.decode()
    assert "nobody can approve or send it" in html
    assert Approval.objects.get().state == "approved"


def test_roles(signed_in, site, revision):
    approve(site, revision)
    for role, look, submits, decides, says in (
        ("editor", 200, 302, 403, 302),
        ("approver", 200, 403, 302, 302),
        ("sender", 200, 403, 403, 403),
        ("viewer", 200, 403, 403, 403),
        ("contributor", 403, 403, 403, 403),
    ):
        browser = signed_in(role, name=f"Some {role}")
        assert browser.get(PAGE).status_code == look
        assert decide(browser).status_code == decides
        assert submit(browser, revision).status_code == submits
        assert browser.post(f"{PAGE}withdraw/", {"approval": 0}).status_code == (409 if role == "editor" else 403)
        assert browser.post("/issues/news/comments/", {"text": "x"}).status_code == says
        for part in ("submit", "decide", "withdraw"):
            assert browser.get(f"{PAGE}{part}/").status_code in {403, 405}


def test_forms_are_guarded(signed_in, revision):
    browser = signed_in("editor", "approver", name="Ed", guarded=True)
    assert submit(browser, revision).status_code == 403
    assert browser.post("/issues/news/comments/", {"text": "x"}).status_code == 403
    assert not Approval.objects.exists()


def test_an_issue_that_is_not_there(signed_in):
    browser = signed_in("administrator", name="Ada")
    for address in ("approval/", "send/", "tests/", "send/people/"):
        assert browser.get(f"/issues/nothing/{address}").status_code == 404
    assert browser.post("/issues/nothing/approval/submit/", {}).status_code == 404


def test_everything_is_text(signed_in, editor, revision, site):
    found = submit(editor, revision, note=XSS)
    assert found.status_code == 302
    ann = signed_in("approver", name=XSS[:90])
    decide(ann, do="return", reason=XSS)
    html = editor.get(PAGE).content.decode()
    assert html.count("&lt;script&gt;") >= 3
    assert "<script>alert" not in html
    assert "<img src=x" not in html
