"""The editor of an issue by its answers: forms of every kind, saves, conflicts, checks, comments, revisions."""

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings

from newsletter.issue.pieces import cut
from newsletter.items.registry import kinds
from newsletter.models import Account, Audit, Comment, Presence, Revision, UpdateItem
from newsletter.store.draft import FRONT, INTRODUCTION
from newsletter.store.edit_fields import values_of
from newsletter.store.revisions import newest, open_issue
from newsletter.web.editor import forms
from tests.issue import strategies
from tests.web.typed import JSON, posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_the_page_has_items_form_preview_and_checks(put, signed_in):
    put()
    page = signed_in("editor").get("/issues/news/?item=tune-in").content.decode()
    assert [page.count(f'data-key="{key}"') for key in ("the-delegation", "more", "~front")] == [1, 1, 1]
    assert 'name="starts.day" value="2020-11-09"' in page
    assert 'id="preview"' in page
    assert 'id="checks"' in page
    assert 'id="keys"' in page


def test_every_kind_has_a_form_that_says_what_is_saved(put, signed_in):
    """The example of every kind goes into its form and comes out as the same item: also that of a kind to come."""
    text = '+++\ntitle = "N"\nsubject = "N"\n+++\n' + "".join(
        f"\n{kind.example}" for kind in kinds().values() if kind.kind != "image"
    )
    put(text=text)
    client = signed_in("editor")
    for piece in cut(newest("news").source).items:
        page = client.get(f"/issues/news/items/{piece.id}/").content.decode()
        for name in kinds()[piece.kind].model_fields.keys() - {"id"}:
            assert f'data-field="{name}"' in page, (piece.kind, name)
        answer = client.post(f"/issues/news/items/{piece.id}/save/", posted(piece.id), **JSON)
        assert (answer.status_code, answer.json()["changed"], answer.json()["wrong"]) == (200, False, {}), piece.kind


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(item=strategies.items)
def test_a_form_gives_back_whatever_it_was_filled_with(item):
    """Also without what it was filled from, and with the line ends of a browser."""
    fields = forms.fields_of(type(item))
    raw = forms.raw_of(fields, values_of(item))
    browser = {name: [text.replace("\n", "\r\n") for text in texts] for name, texts in raw.items()}
    assert forms.read(fields, browser, values_of(item)) == {one.name: values_of(item)[one.name] for one in fields}
    read = forms.read(fields, browser)
    again = type(item).model_validate({"id": item.id, **read})
    assert again == item


def test_a_save_says_what_came_of_it(put, signed_in):
    put()
    client = signed_in("editor")
    answer = client.post("/issues/news/items/tune-in/save/", posted("tune-in", body="Watch it with us."), **JSON)
    said = answer.json()
    assert (said["number"], said["changed"], said["wrong"], said["conflicts"]) == (2, True, {}, {})
    assert re.fullmatch(r"\d\d:\d\d", said["at"])
    revision = newest("news")
    assert revision.account == Account.objects.get(name="Ana")
    assert open_issue("news").issue.items[1].body == "Watch it with us."
    assert not Audit.objects.exists()  # the revision itself tells who saved what


def test_a_wrong_field_is_told_beside_it_and_kept_as_it_was_typed(put, signed_in):
    put()
    client = signed_in("editor")
    sent = posted("tune-in", body="New.", watch_url="nowhere", **{"starts.day": [""], "starts.time": [""]})
    said = client.post("/issues/news/items/tune-in/save/", sent, **JSON).json()
    assert said["wrong"].keys() == {"starts", "watch_url"}
    assert said["wrong"]["starts"] == "This is needed."
    assert open_issue("news").issue.items[1].body == "New."
    answer = client.post("/issues/news/items/tune-in/save/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="nowhere"' in page
    assert page.count('aria-invalid="true"') >= 2
    kept = client.post("/issues/news/items/tune-in/shape/", sent, **JSON).content.decode()
    assert 'value="nowhere"' in kept


def test_two_people_and_one_field(put, signed_in):
    put()
    ana, ben = signed_in("editor"), signed_in("editor", name="Ben")
    first, second = posted("more", title="Read more"), posted("more", title="More to read")
    ana.post("/issues/news/items/more/save/", first, **JSON)
    said = ben.post("/issues/news/items/more/save/", second, **JSON).json()
    conflict = said["conflicts"]["title"]
    assert (conflict["who"], conflict["text"], conflict["base"]) == ("Ana", "Read more", 1)
    assert 'value="Read more"' in conflict["theirs"]
    ben.post("/issues/news/items/tune-in/save/", posted("tune-in", body="By Ben."), **JSON)
    kept = {**second, "base": newest("news").number, "base.title": conflict["base"]}
    assert "title" in ben.post("/issues/news/items/more/save/", kept, **JSON).json()["conflicts"]
    shaped = ben.post("/issues/news/items/more/shape/", kept, **JSON).content.decode()
    assert 'name="base.title" value="1"' in shaped
    settled = ben.post("/issues/news/items/more/save/", {**second, "base": newest("news").number}, **JSON).json()
    assert settled["conflicts"] == {}
    assert open_issue("news").issue.items[2].title == "More to read"


def test_what_another_changed_comes_along(put, signed_in):
    put()
    ana, ben = signed_in("editor"), signed_in("editor", name="Ben")
    first, second = posted("tune-in", body="By Ana."), posted("tune-in", title="By Ben")
    ana.post("/issues/news/items/tune-in/save/", first, **JSON)
    said = ben.post("/issues/news/items/tune-in/save/", second, **JSON).json()
    assert said["replaced"]["body"]["raw"] == [["body", "By Ana."]]
    assert "By Ana." in said["replaced"]["body"]["html"]


def test_an_item_that_is_gone_says_who_took_it(put, signed_in):
    put()
    ana, ben = signed_in("editor"), signed_in("editor", name="Ben")
    typed = posted("more", title="Read more")
    ana.post("/issues/news/remove/", {"item": "more"})
    answer = ben.post("/issues/news/items/more/save/", typed, **JSON)
    assert (answer.status_code, answer.json()["who"]) == (409, "Ana")


def test_without_script_everything_works_by_forms(put, signed_in):
    put()
    client = signed_in("editor")
    ids = lambda: cut(newest("news").source).ids  # noqa: E731
    assert client.post("/issues/news/items/more/save/", posted("more", title="Read"))["Location"].endswith("?item=more")
    client.post("/issues/news/move/", {"item": "more", "to": "0"})
    assert ids() == ("more", "the-delegation", "tune-in")
    client.post("/issues/news/duplicate/", {"item": "tune-in"})
    assert ids()[-1] == "tune-in-2"
    answer = client.post("/issues/news/remove/", {"item": "tune-in-2"})
    page = client.get(answer["Location"]).content.decode()
    assert "Undo" in page
    number = re.search(r'name="number" value="(\d+)"', page)[1]
    client.post("/issues/news/put-back/", {"item": "tune-in-2", "number": number})
    assert ids()[-1] == "tune-in-2"
    grown = client.post("/issues/news/items/more/save/", posted("more", add="links:resource")).content.decode()
    assert 'name="links.1.label"' in grown
    assert newest("news").number == 6, "a row that is added is not saved yet"


def test_adding_an_item_of_each_kind_asks_for_what_it_needs(put, signed_in):
    put()
    client = signed_in("editor")
    page = client.get("/issues/news/add/?after=tune-in").content.decode()
    for word, kind in kinds().items():
        assert f"/issues/news/add/{word}/?after=tune-in" in page
        answer = client.post(f"/issues/news/add/{word}/", {"title": "", "after": "tune-in"})
        assert answer.status_code == 422, word
        assert "This is needed." in answer.content.decode()
        assert kind.summary.split(",")[0] in html.unescape(answer.content.decode())
    answer = client.post("/issues/news/add/text/", {"title": "A new one", "body": "Text", "after": "tune-in"})
    assert answer["Location"].endswith("?item=a-new-one")
    assert cut(newest("news").source).ids == ("the-delegation", "tune-in", "a-new-one", "more")


def test_items_of_the_pool_are_taken(put, signed_in):
    put()
    row = UpdateItem.objects.create(
        kind="text", title="Handed <in>", source="## Handed <in>\n\nText.\n", from_name="Cleo"
    )
    client = signed_in("editor")
    page = client.get("/issues/news/add/").content.decode()
    assert "Handed &lt;in&gt;" in page
    assert "Cleo" in page
    client.post("/issues/news/take/", {"chosen": row.pk, "after": "tune-in"})
    assert cut(newest("news").source).ids[2] == "handed-in"
    row.refresh_from_db()
    assert (row.state, row.used_in.slug) == (UpdateItem.State.USED, "news")


def _keys(client) -> dict[str, str]:
    page = client.get("/issues/news/checks/", HTTP_HX_REQUEST="true").content.decode()
    return {
        key: level for level, key in re.findall(r'<li class="finding (\w+(?: accepted)?)" data-finding="(\w{8})"', page)
    }


def test_findings_name_their_item_and_a_warning_can_be_accepted_with_a_reason(put, signed_in):
    put()
    client = signed_in("editor")
    client.post("/issues/news/items/more/save/", posted("more", title="Read"), **JSON)  # the issue is of today
    page = client.get("/issues/news/checks/", HTTP_HX_REQUEST="true").content.decode()
    assert 'data-jump="tune-in" data-jump-field="starts"' in page
    key = re.search(r'data-finding="(\w{8})">(?:(?!data-finding).)*data-jump-field="starts"', page, re.S)[1]
    refused = client.post("/issues/news/accept/", {"finding": key, "reason": " "}, **JSON)
    assert (refused.status_code, refused.json()["refused"]) == (409, "Say in a line why it may stay.")
    client.post("/issues/news/accept/", {"finding": key, "reason": "It is <history>."}, **JSON)
    assert open_issue("news").issue.overrides[0].reason == "It is <history>."
    assert _keys(client)[key] == "warning accepted"
    assert "It is &lt;history&gt;." in client.get("/issues/news/checks/").content.decode()
    client.post("/issues/news/withdraw/", {"finding": key}, **JSON)
    assert open_issue("news").issue.overrides == ()
    assert _keys(client)[key] == "warning"


def test_an_error_cannot_be_accepted(put, signed_in):
    put()
    client = signed_in("editor")
    for key, level in _keys(client).items():
        if level != "warning":
            assert client.post("/issues/news/accept/", {"finding": key, "reason": "No"}, **JSON).status_code == 409
    assert newest("news").number == 1


def test_one_click_mends_what_is_sure(put, signed_in):
    put(text='+++\ntitle = "News"\nsubject = "Re: News"\n+++\n\nHello.\n')
    client = signed_in("editor")
    page = client.get("/issues/news/checks/", HTTP_HX_REQUEST="true").content.decode()
    key = re.search(r'action="/issues/news/mend/".*?name="finding" value="(\w{8})"', page, re.S)[1]
    said = client.post("/issues/news/mend/", {"finding": key}, **JSON).json()
    assert said["number"] == 2
    assert open_issue("news").issue.subject == "News"
    assert client.post("/issues/news/mend/", {"finding": key}, **JSON).status_code == 409


def test_comments_are_answered_and_resolved(put, signed_in):
    put()
    approver, editor = signed_in("approver", name="Ben"), signed_in("editor")
    approver.post("/issues/news/items/tune-in/comment/", {"text": "Is the <time> right?"})
    comment = Comment.objects.get()
    editor.post("/issues/news/items/tune-in/comment/", {"text": "It is.", "answers": comment.pk})
    page = editor.get("/issues/news/?item=tune-in").content.decode()
    assert "Is the &lt;time&gt; right?" in page
    assert "It is." in page
    assert "1 comment<" in page
    editor.post("/issues/news/items/tune-in/settle/", {"comment": comment.pk})
    comment.refresh_from_db()
    assert comment.resolved_by.name == "Ana"
    page = editor.get("/issues/news/?item=tune-in").content.decode()
    assert "Resolved by Ana" in page
    assert "1 comment<" not in page
    empty = editor.post("/issues/news/items/tune-in/comment/", {"text": " "}, HTTP_HX_REQUEST="true")
    assert (empty.status_code, 'id="comment-wrong"' in empty.content.decode()) == (422, True)
    editor.post("/issues/news/remove/", {"item": "tune-in"})
    assert "of an item that is gone" in editor.get(f"/issues/news/?item={FRONT}").content.decode()


def test_who_else_has_it_open(put, signed_in):
    put()
    ana, ben = signed_in("editor"), signed_in("viewer", name="Ben")
    assert ana.post("/issues/news/live/", {"item": "tune-in"}).json()["others"] == []
    assert ben.post("/issues/news/live/", {"item": FRONT}).json()["others"] == [{"name": "Ana", "at": "Tune in"}]
    ana.post("/issues/news/live/", {"leaves": "1"})
    assert ben.post("/issues/news/live/", {"item": FRONT}).json()["others"] == []
    assert Presence.objects.count() == 1
    assert ben.post("/issues/nothing/live/", {}).status_code == 404


def test_revisions_are_listed_by_person_compared_and_restored(put, signed_in):
    put()
    ana, ben = signed_in("editor"), signed_in("editor", name="Ben")
    for number in range(3):
        ana.post("/issues/news/items/tune-in/save/", posted("tune-in", body=f"Watch it {number} times."), **JSON)
    ben.post(f"/issues/news/items/{INTRODUCTION}/save/", posted(INTRODUCTION, introduction="Dear all <3"), **JSON)
    page = ana.get("/issues/news/revisions/").content.decode()
    assert page.count("<bdi>Ana</bdi>") == 1
    assert "3 saves, revisions 2 to 4" in page
    page = ana.get("/issues/news/revisions/4/?with=2").content.decode()
    assert "<del>0</del><ins>2</ins>" in page
    assert "&lt;" in ana.get("/issues/news/revisions/5/").content.decode()
    assert "<3" not in ana.get("/issues/news/revisions/5/").content.decode()
    ana.post("/issues/news/revisions/1/restore/")
    assert (newest("news").number, newest("news").source) == (6, Revision.objects.get(number=1).source)
    for path in ("revisions/99/", "revisions/1/?with=x", "revisions/1/?with=99"):
        assert ana.get(f"/issues/news/{path}").status_code == 404
