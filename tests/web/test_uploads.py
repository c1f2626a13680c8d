"""Files that are put in at the desk: who may, what comes back, what is refused and how."""

from contextlib import closing
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from newsletter.models import Asset, Audit
from newsletter.store.revisions import newest
from newsletter.store.uploads import uploaded
from tests.store.documents import OLD_WORD, PDF, word

pytestmark = pytest.mark.django_db

UPLOAD = "/issues/news/upload/"


def picture(size: tuple[int, int] = (40, 30)) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, "red").save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def editor(signed_in, put) -> Client:
    put()
    return signed_in("editor")


def send(client: Client, name: str, content: bytes, kind: str = "picture"):
    return client.post(UPLOAD, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def test_a_picture(editor, visitor):
    answer = send(editor, "The Delegation.png", picture((2400, 1200)))
    told = answer.json()
    assert answer.status_code == 200
    assert told["path"].startswith("images/the-delegation-")
    assert (told["width"], told["height"], told["remark"]) == (1200, 600, "")
    [public_id] = uploaded([told["path"]]).values()
    assert told["url"] == f"/m/{public_id}.png"
    with closing(visitor.get(told["url"])) as shown:
        assert shown.status_code == 200
    kept = Audit.objects.latest("pk")
    assert (kept.action, kept.object, kept.detail) == ("put a file in", "issue news", {"path": told["path"]})


def test_documents(editor):
    assert send(editor, "a.pdf", PDF, "file").json()["path"].startswith("files/a-")
    assert send(editor, "a.docx", word(), "file").json()["remark"] == ""
    assert "old format" in send(editor, "a.doc", OLD_WORD, "file").json()["remark"]


@pytest.mark.parametrize(
    ("name", "content", "kind", "said"),
    [
        ("a.svg", b"<svg onload='alert(1)'/>", "picture", "'a.svg' is not a JPEG, PNG, GIF or WebP picture"),
        ("a.pdf", PDF, "picture", "'a.pdf' is not a JPEG, PNG, GIF or WebP picture"),
        ("a.png", picture(), "file", "'a.png' cannot be offered for download; use a PDF or Word file"),
        ("a.html", b"<script>", "file", "'a.html' cannot be offered for download"),
        ("../../a.exe", b"MZ", "file", "'a.exe' cannot be offered for download"),
    ],
)
def test_what_is_refused_says_why(editor, name, content, kind, said):
    before = Asset.objects.count()
    answer = send(editor, name, content, kind)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(said)
    assert answer.json()["error"].endswith(".")
    assert Asset.objects.count() == before


def test_a_file_that_is_too_large(editor):
    answer = send(editor, "a.png", bytes(10_000_001))
    assert answer.status_code == 400
    assert "the limit is 10 MB" in answer.json()["error"]
    assert send(editor, "a.png", bytes(10_200_000)).status_code == 413


def test_nothing_came(editor):
    assert editor.post(UPLOAD, {"kind": "picture"}).json() == {"error": "No file came. Choose one and try again."}
    assert editor.post(UPLOAD, {"kind": "picture", "file": "text"}).status_code == 400
    assert editor.get(UPLOAD).status_code == 405


def test_an_issue_that_is_not_there(editor):
    assert editor.post("/issues/nothing/upload/", {"file": SimpleUploadedFile("a.png", picture())}).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "approver", "sender", "contributor"])
def test_only_editors_may(signed_in, put, role):
    put()
    assert send(signed_in(role), "a.png", picture()).status_code == 403


def test_strangers_may_not(editor, visitor):
    before = Asset.objects.count()
    assert send(visitor, "a.png", picture()).status_code == 302
    assert Asset.objects.count() == before


def test_it_is_guarded(signed_in, put):
    put()
    assert send(signed_in("editor", guarded=True), "a.png", picture()).status_code == 403


def test_what_was_put_in_is_in_the_issue_once_it_is_saved(editor):
    path = send(editor, "steps.png", picture()).json()["path"]
    form = {"base": "1", "title": "The delegation", "src": path, "alt": "Twelve people with banners"}
    answer = editor.post("/issues/news/items/the-delegation/save/", form, HTTP_ACCEPT="application/json")
    assert (answer.json()["wrong"], answer.json()["number"]) == ({}, 2)
    revision = newest("news")
    assert path in revision.source
    assert revision.assets[path] == uploaded([path])[path]
    assert "group.png" not in revision.assets
    html = editor.get("/issues/news/preview/mail/").content.decode()
    assert f'src="/m/{revision.assets[path]}.png"' in html


def test_a_path_that_nobody_put_in_is_wrong(editor):
    form = {"base": "1", "title": "The delegation", "src": "images/steps-00000000.png", "alt": "x"}
    answer = editor.post("/issues/news/items/the-delegation/save/", form, HTTP_ACCEPT="application/json")
    assert "upload it" in answer.json()["wrong"]["src"]
    assert "steps" not in newest("news").source
