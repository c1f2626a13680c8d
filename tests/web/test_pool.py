"""Update items: handed in by people and by private links, changed, dropped, put into issues."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from newsletter.models import Audit, ContributorLink, UpdateItem
from newsletter.store.assets import media_of
from newsletter.store.handing_in import MOST_WAITING
from newsletter.store.pool import read_item
from newsletter.store.revisions import open_issue
from newsletter.web.pool.item_form import reshaped
from tests.web.conftest import ISSUE, PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
People = Callable[..., Client]
EVENT = {
    "title": "Tune in",
    "starts.day": "2026-12-01",
    "starts.time": "14:30",
    "zone": "Europe/Zurich",
    "body": "Watch **live**.",
}
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def picture() -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (2400, 40), "red").save(file, "PNG")
    return SimpleUploadedFile("../../Group photo.PNG", file.getvalue())


def make_link(editor: Client, name: str = "Housing", until: str = "") -> str:
    """The path of a private link that was just made."""
    html = editor.post("/items/links/", {"name": name, "until": until}).content.decode()
    found = re.search(r'value="https://news\.example\.org(/hand-in/[^"]+)"', html)
    assert found, html
    return found[1]


def test_every_kind_can_be_chosen_and_has_its_form(signed_in: People) -> None:
    browser = signed_in("contributor")
    html = browser.get("/items/new/").content.decode()
    paths = re.findall(r'href="(/items/new/[a-z]+/)"', html)
    assert len(paths) == 10
    for path in paths:
        form = browser.get(path).content.decode()
        assert 'name="title"' in form and 'name="audience"' not in form and 'name="id"' not in form
    assert browser.get("/items/new/nonsense/").status_code == 404


def test_an_item_is_handed_in_and_waits(signed_in: People) -> None:
    browser = signed_in("contributor")
    assert browser.post("/items/new/event/", EVENT)["Location"] == "/items/"
    row = UpdateItem.objects.get()
    assert (row.title, row.kind, row.from_name, row.state) == ("Tune in", "event", "Ana", "new")
    assert str(read_item(row).starts) == "2026-12-01 14:30:00"
    assert "Tune in" in browser.get("/items/").content.decode()
    assert Audit.objects.get().action == "handed in"


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(signed_in: People) -> None:
    answer = signed_in("contributor").post("/items/new/event/", {**EVENT, "title": "", "body": XSS})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="w-title">This is needed.' in html.replace(" hidden", "").replace("\n", "") or "needed" in html
    assert 'value="2026-12-01"' in html and "<script>alert" not in html and "onerror=alert(1)>" not in html
    assert not UpdateItem.objects.exists()


def test_a_picture_is_fitted_and_survives_another_try(signed_in: People, site) -> None:
    browser = signed_in("contributor")
    answer = browser.post("/items/new/image/", {"title": "The group", "upload:src": picture()})
    html = answer.content.decode()
    assert answer.status_code == 400 and not UpdateItem.objects.exists()  # no words for it yet
    kept = dict(re.findall(r'name="(kept[^"]*)" value="([^"]+)"', html))
    src = re.search(r'name="src" value="([^"]+)"', html)[1]
    browser.post("/items/new/image/", {"title": "The group", "alt": "Twelve people", "src": src, **kept})
    row = UpdateItem.objects.get()
    (media,) = media_of(site, row.assets).values()
    assert (media.width, media.filename) == (1200, "group-photo.png")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.svg", b"<svg/>", "cannot be"),
        ("a.png", b"GIF89a", "picture"),
        ("a.png", b"", "picture"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(signed_in: People, name: str, content: bytes, said: str) -> None:
    sent = {"title": "The group", "alt": "x", "upload:src": SimpleUploadedFile(name, content)}
    answer = signed_in("contributor").post("/items/new/image/", sent)
    assert answer.status_code == 400
    assert not UpdateItem.objects.exists()


def test_an_asset_that_was_not_uploaded_here_cannot_be_named(signed_in: People) -> None:
    sent = {"title": "The group", "alt": "x", "src": "a.png", "kept": "a.png", "kept:a.png": "A" * 22}
    assert signed_in("contributor").post("/items/new/image/", sent).status_code == 400


def test_rows_of_entries_come_and_go_without_a_script(signed_in: People) -> None:
    browser = signed_in("contributor")
    first = browser.post("/items/new/resources/", {"title": "More", "add": "links:resource"}).content.decode()
    assert 'name="links" value="0"' in first and "Nothing is lost" not in first
    sent = {
        "title": "More",
        "links": "0",
        "links.0.do": "resource",
        "links.0.label": "The report",
        "upload:links.0.file": SimpleUploadedFile("report.pdf", PDF),
    }
    browser.post("/items/new/resources/", sent)
    item = read_item(UpdateItem.objects.get())
    assert (item.links[0].label, item.links[0].file) == ("The report", "report.pdf")


@pytest.mark.parametrize(
    ("pressed", "keys"),
    [
        ({"up": ["links:2"]}, ["0", "2", "1"]),
        ({"up": ["links:0"]}, ["0", "1", "2"]),
        ({"down": ["links:0"]}, ["1", "0", "2"]),
        ({"down": ["links:2"]}, ["0", "1", "2"]),
        ({"drop": ["links:1"]}, ["0", "2"]),
        ({"add": ["links:resource"]}, ["0", "1", "2", "3"]),
        ({"drop": ["links:9"]}, ["0", "1", "2"]),
        ({"drop": ["nonsense"]}, ["0", "1", "2"]),
        ({}, ["0", "1", "2"]),
    ],
)
def test_the_buttons_of_entries(pressed: dict[str, list[str]], keys: list[str]) -> None:
    raw = {"links": ["0", "1", "2"], **pressed}
    assert reshaped(raw) == any(":" in told[0] for told in pressed.values())
    assert raw["links"] == keys


def test_contributors_see_their_own_and_editors_all(signed_in: People) -> None:
    signed_in("contributor").post("/items/new/text/", {"title": "Mine", "body": "x"})
    other = signed_in("contributor", name="Bea")
    number = UpdateItem.objects.get().pk
    assert "Mine" not in other.get("/items/").content.decode()
    assert other.get(f"/items/{number}/").status_code == 404
    assert other.post(f"/items/{number}/drop/").status_code == 404
    editor = signed_in("editor", name="Ed")
    assert "Mine" in editor.get("/items/").content.decode()
    editor.post(f"/items/{number}/", {"title": "Theirs", "body": "y"})
    assert UpdateItem.objects.get().title == "Theirs"


def test_dropped_and_taken_back(signed_in: People) -> None:
    browser = signed_in("contributor")
    browser.post("/items/new/text/", {"title": "Mine", "body": "x"})
    number = UpdateItem.objects.get().pk
    browser.post(f"/items/{number}/drop/")
    assert "Mine" not in re.sub(r'(?s)<p class="said".*?</p>', "", browser.get("/items/").content.decode())
    assert "Put it back" in browser.get(f"/items/{number}/").content.decode()
    browser.post(f"/items/{number}/", {"title": "Changed", "body": "x"})
    browser.post(f"/items/{number}/drop/", {"back": "yes"})
    assert (UpdateItem.objects.get().state, UpdateItem.objects.get().title) == ("new", "Mine")


def test_picked_items_go_into_a_draft(signed_in: People, put) -> None:
    put()
    editor = signed_in("editor")
    editor.post("/items/new/text/", {"title": "Fresh", "body": "x"})
    number = UpdateItem.objects.get().pk
    assert 'value="news"' in editor.get("/items/").content.decode()
    assert editor.post("/items/into/", {"item": [number], "into": "news"})["Location"].startswith("/issues/news/")
    assert open_issue("news").issue.items[-1].title == "Fresh"
    assert UpdateItem.objects.get().used_in.slug == "news"
    assert "where it is changed from now on" in editor.get(f"/items/{number}/").content.decode()


def test_what_is_owed_stands_above_with_its_day(signed_in: People, put) -> None:
    put(
        text=ISSUE
        + '\n## Debrief\n\n```debrief\nstarts = 2020-11-17\ndetails = "to follow"\ndue = 2020-11-20\n```\n\nx\n'
    )
    html = signed_in("editor").get("/items/").content.decode()
    assert "Owed to readers" in html and "was due 2020-11-20" in html
    assert "Owed to readers" not in signed_in("contributor", name="Co").get("/items/").content.decode()


def test_a_group_hands_in_by_its_private_link(signed_in: People, visitor: Client) -> None:
    path = make_link(signed_in("editor"), "Housing <b>")
    html = visitor.get(path).content.decode()
    assert "Housing &lt;b&gt;" in html and f'href="{path}event/"' in html
    answer = visitor.post(f"{path}event/", EVENT)
    assert answer["Location"] == f"{path}thanks/"
    assert "Thank you" in visitor.get(answer["Location"]).content.decode()
    row = UpdateItem.objects.get()
    assert (row.from_name, row.link, row.account) == ("Housing <b>", ContributorLink.objects.get(), None)


def test_a_link_is_kept_as_a_hash_and_shown_once(signed_in: People) -> None:
    editor = signed_in("editor")
    key = make_link(editor).split("/")[2]
    assert key not in ContributorLink.objects.get().key_hash
    assert key not in editor.get("/items/links/").content.decode()
    assert key not in str(list(Audit.objects.values()))


@pytest.mark.parametrize("ending", ["", "thanks/", "event/"])
def test_a_link_that_is_revoked_over_or_made_up_is_nothing(signed_in: People, visitor: Client, ending: str) -> None:
    editor = signed_in("editor")
    path = make_link(editor) + ending
    assert visitor.get(path).status_code == 200
    assert visitor.get(f"/hand-in/{'A' * 22}/{ending}").status_code == 404
    ContributorLink.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert visitor.get(path).status_code == 404
    ContributorLink.objects.update(expires_at=None)
    editor.post("/items/links/", {"revoke": str(ContributorLink.objects.get().pk)})
    assert visitor.get(path).status_code == 404


def test_nobody_floods_the_pool_by_a_link(signed_in: People, visitor: Client) -> None:
    path = make_link(signed_in("editor"))
    link = ContributorLink.objects.get()
    UpdateItem.objects.bulk_create(
        UpdateItem(kind="text", title="x", source="x", link=link) for _ in range(MOST_WAITING)
    )
    assert visitor.post(f"{path}text/", {"title": "More", "body": "x"}).status_code == 429
    assert UpdateItem.objects.count() == MOST_WAITING


@pytest.mark.parametrize(
    "sent", [{"name": ""}, {"name": "a\nb"}, {"name": "x", "until": "soon"}, {"name": "x", "until": "2020-01-01"}]
)
def test_a_link_that_cannot_be(signed_in: People, sent: dict[str, str]) -> None:
    answer = signed_in("editor").post("/items/links/", sent)
    assert answer.status_code == 400 and 'role="alert"' in answer.content.decode()
    assert not ContributorLink.objects.exists()


@pytest.mark.parametrize("path", ["/items/new/text/", "/items/links/", "/items/into/", "/items/1/drop/"])
def test_forms_are_guarded(signed_in: People, path: str) -> None:
    assert signed_in("editor", guarded=True).post(path, {"title": "x", "name": "x"}).status_code == 403
    assert signed_in("viewer", name="Vi").post(path, {"title": "x", "name": "x"}).status_code == 403
