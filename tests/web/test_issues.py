"""The list of issues, and how one is started."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter.models import Account, Audit, Revision, UpdateItem
from newsletter.store.assets import media_of
from newsletter.store.pool import add_items
from newsletter.store.revisions import open_issue
from tests.web.conftest import ISSUE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
People = Callable[..., Client]
OWING = ISSUE + '\n## Debrief\n\n```debrief\nstarts = 2020-11-17\ndetails = "to follow"\n```\n\nMore then.\n'
PICTURE = '## {}\n\n```image\nsrc = "photo.png"\nalt = "A {}"\n```\n'


def test_an_empty_site_has_one_next_step(signed_in: People) -> None:
    html = signed_in("editor").get("/").content.decode()
    assert "Your first issue" in html
    assert 'href="/issues/new/"' in html
    assert 'href="/issues/new/"' not in signed_in("viewer", name="Vi").get("/").content.decode()


def test_stages_and_search(signed_in: People, put) -> None:
    put("news.md")
    put("later.md", ISSUE.replace("Our news", "Later <news>").replace("Watch it.", "A walrus."))
    editor = signed_in("editor")
    html = editor.get("/").content.decode()
    assert html.index("Later &lt;news&gt;") < html.index("Our news")
    assert "2020-10-28 01:00 (Europe/Zurich)" in html
    assert "Our news" in editor.get("/?stage=drafts").content.decode()
    assert "Nothing here" in editor.get("/?stage=sent").content.decode()
    found = editor.get("/?search=walrus+later").content.decode()
    assert "Later" in found and "Our news" not in found
    assert "Nothing here" in editor.get("/?search=%3Cscript%3E&stage=nonsense").content.decode()
    assert "<script>" not in editor.get("/?search=%3Cscript%3E").content.decode()


def test_an_issue_is_started_from_a_title_alone(signed_in: People) -> None:
    answer = signed_in("editor").post("/issues/new/", {"title": "November News"})
    assert (answer.status_code, answer["Location"]) == (302, "/issues/november-news/")
    revision = Revision.objects.get()
    issue = open_issue("november-news").issue
    assert (issue.title, issue.timezone, issue.items) == ("November News", "Europe/Zurich", ())
    assert (revision.account, revision.author) == (Account.objects.get(), "Ana")
    assert Audit.objects.get().object == "issue november-news"


def test_the_same_title_twice_makes_two_issues(signed_in: People) -> None:
    editor = signed_in("editor")
    places = [editor.post("/issues/new/", {"title": "News"})["Location"] for _ in range(3)]
    assert places == ["/issues/news/", "/issues/news-2/", "/issues/news-3/"]


def test_from_the_last_issue_with_what_it_owes(signed_in: People, put) -> None:
    put("news.md", OWING)
    signed_in("editor").post("/issues/new/", {"title": "Next", "previous": "news"})
    issue = open_issue("next").issue
    assert (issue.series, issue.timezone) == ("Updates", "Europe/Zurich")
    assert [item.id for item in issue.items] == ["debrief"]


def test_from_promises_alone(signed_in: People, put) -> None:
    put("news.md", OWING)
    page = signed_in("editor").get("/issues/new/").content.decode()
    assert "Promised to readers" in page and "Debrief" in page
    signed_in("editor").post("/issues/new/", {"title": "Next", "previous": "", "promises": "yes"})
    issue = open_issue("next").issue
    assert (issue.series, [item.id for item in issue.items]) == (None, ["debrief"])


def test_items_of_the_pool_keep_their_own_pictures(signed_in: People, site, tmp_path) -> None:
    from PIL import Image

    for number, colour in enumerate(("red", "blue")):
        folder = tmp_path / colour
        folder.mkdir()
        Image.new("RGB", (8, 4 + number), colour).save(folder / "photo.png")
        (folder / "items.md").write_text(PICTURE.format("Picture", colour), encoding="utf-8")
        add_items(site, folder / "items.md", from_name="Ana")
    numbers = [str(row.pk) for row in UpdateItem.objects.all()]
    signed_in("editor").post("/issues/new/", {"title": "Next", "item": numbers})
    opened = open_issue("next").issue
    assert len({item.id for item in opened.items}) == 2
    media = media_of(site, Revision.objects.get().assets)
    assert [media[item.src].height for item in opened.items] == [4, 5]
    assert {row.state for row in UpdateItem.objects.all()} == {"used"}


@pytest.mark.parametrize("title", ["", "   ", "a\nb", "x" * 500])
def test_a_title_that_cannot_be_is_said_and_nothing_is_made(signed_in: People, title: str) -> None:
    answer = signed_in("editor").post("/issues/new/", {"title": title})
    assert answer.status_code == 400
    assert "Nothing was started" in answer.content.decode()
    assert not Revision.objects.exists()


def file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_from_a_file_with_its_translation(signed_in: People) -> None:
    plain = '+++\ntitle = "Filed"\nsubject = "Filed"\nslug = "filed"\n+++\n\nHello.\n'
    files = [file("filed.md", plain), file("filed.es.md", plain.replace("Hello", "Hola"))]
    answer = signed_in("editor").post("/issues/new/", {"files": files})
    assert answer["Location"] == "/issues/filed/"
    assert list(open_issue("filed").translations) == ["es"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("one.md", "+++\ntitle = 1\n+++\n")], "line"),
        ([("one.txt", "x")], "none is among these"),
        ([("one.md", "x"), ("two.md", "x")], "here are 2: one.md, two.md"),
        ([(".one.md", "x"), ("one.md", ISSUE)], "here are 2"),
    ],
)
def test_files_that_are_no_issue(signed_in: People, files: list[tuple[str, str]], said: str) -> None:
    answer = signed_in("editor").post("/issues/new/", {"files": [file(*one) for one in files]})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Revision.objects.exists()


@pytest.mark.parametrize("role", ["contributor", "approver", "sender", "viewer"])
def test_only_editors_start_one(signed_in: People, role: str) -> None:
    browser = signed_in(role)
    assert browser.get("/issues/new/").status_code == 403
    assert browser.post("/issues/new/", {"title": "News"}).status_code == 403
    assert signed_in("editor", name="Ed", guarded=True).post("/issues/new/", {"title": "News"}).status_code == 403
    assert not Revision.objects.exists()
