"""Who may change an issue, and what is never taken for markup."""

import pytest

from newsletter.issue.pieces import cut
from newsletter.store.draft import FRONT, INTRODUCTION
from newsletter.store.revisions import newest
from tests.web.typed import JSON, posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "javascript:alert(1)",
    "</textarea><svg onload=alert(1)>",
    "{{7*7}} {% raise %} ${7*7}",
    "</title><script>alert(1)</script>",
]


@pytest.mark.parametrize("role", ["contributor", "approver", "sender", "viewer"])
def test_whoever_is_no_editor_reads(put, signed_in, role):
    put()
    client = signed_in(role)
    page = client.get("/issues/news/?item=tune-in").content.decode()
    assert "Watch it." in page
    assert 'id="form"' not in page
    assert "Delete the item" not in page
    for path in ("", "items/", "items/tune-in/", "checks/", "revisions/", "revisions/1/"):
        assert client.get(f"/issues/news/{path}").status_code == 200, path
    for path in ("items/tune-in/save/", "items/tune-in/shape/", "move/", "remove/", "put-back/", "duplicate/", "take/",
                 "mend/", "accept/", "withdraw/", "revisions/1/restore/", "add/text/"):  # fmt: skip
        assert client.post(f"/issues/news/{path}", {"base": 1}).status_code == 403, path
    assert client.get("/issues/news/add/").status_code == 403
    allowed = client.post("/issues/news/items/tune-in/comment/", {"text": "A word"}).status_code
    assert allowed == (302 if role == "approver" else 403)
    assert newest("news").number == 1


def test_every_change_needs_its_token(put, signed_in):
    put()
    client = signed_in("editor", guarded=True)
    for path in ("items/tune-in/save/", "items/tune-in/comment/", "move/", "remove/", "accept/", "live/", "add/text/"):
        assert client.post(f"/issues/news/{path}", {"base": 1}).status_code == 403, path
    assert newest("news").number == 1


@pytest.mark.parametrize("bad", XSS)
def test_what_is_typed_is_never_markup(put, signed_in, bad):
    """In every field of every kind, in what is wrong with it, in comments, revisions and findings."""
    put()
    client = signed_in("editor")
    pages = []
    for key in (FRONT, INTRODUCTION, *cut(newest("news").source).ids):
        sent = posted(key)
        for name in [*sent]:
            if name == "base" or name.endswith(".do") or name in {"links"}:
                continue
            answer = client.post(f"/issues/news/items/{key}/save/", {**sent, name: bad})
            pages.append(client.get(answer["Location"]) if answer.status_code == 302 else answer)
            said = client.post(f"/issues/news/items/{key}/save/", {**sent, name: bad}, **JSON)
            assert said.headers["Content-Type"] == "application/json"
            if said.status_code == 200 and said.json()["number"] != sent["base"]:
                sent["base"] = said.json()["number"]
    client.post("/issues/news/items/more/comment/", {"text": bad})
    pages += [client.get(f"/issues/news/{path}") for path in ("", "items/", "items/more/", "checks/", "revisions/")]
    pages += [client.get(f"/issues/news/revisions/{newest('news').number}/?with=1")]
    for answer in pages:
        page = answer.content.decode()
        assert answer.status_code in {200, 422}
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        for sign in ("<script>alert", "<img src=x", "<svg onload", "onerror=alert(1)>"):
            assert sign not in page
        assert 'href="javascript:' not in page


def test_what_makes_no_sense_is_refused(put, signed_in):
    put()
    client = signed_in("editor")
    for path, data in (
        ("items/tune-in/save/", {"base": "x"}),
        ("items/tune-in/save/", {"base": "99"}),
        ("items/nothing/shape/", {"base": "1"}),
        ("move/", {"item": "tune-in", "to": "-1"}),
        ("move/", {"item": "nothing", "to": "1"}),
        ("put-back/", {"item": "nothing", "number": "1"}),
        ("put-back/", {"item": "tune-in", "number": "99"}),
        ("duplicate/", {"item": "nothing"}),
        ("items/tune-in/settle/", {"comment": "x"}),
        ("add/nothing/", {"title": "x"}),
    ):
        assert client.post(f"/issues/news/{path}", data).status_code == 404, (path, data)
    assert newest("news").number == 1
