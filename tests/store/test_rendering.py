"""A revision as readers get it, and the files it refers to."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from newsletter.models import Asset, Revision
from newsletter.render import Assets
from newsletter.render.calendar import calendars
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.identity import organisation_of
from newsletter.store.media import MediaError
from newsletter.store.rendering import render_revision
from newsletter.store.revisions import import_issue, open_revision
from tests.store.conftest import ISSUE, Write

pytestmark = pytest.mark.django_db
AT = datetime(2020, 10, 28, 9, 0, tzinfo=UTC)
PICTURE = '\n## Picture\n\n```image\nsrc = "images/a.png"\nalt = "Red"\n```\n'
DOCUMENT = '\n## More\n\n```resources\n[[links]]\nlabel = "Report"\nfile = "report.pdf"\n```\n'


@pytest.fixture
def revision(site: Site, write: Write) -> Revision:
    (site.issues / "images").mkdir()
    Image.new("RGB", (1600, 800), "red").save(site.issues / "images" / "a.png")
    (site.issues / "report.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    return import_issue(site, write(text=ISSUE + PICTURE + DOCUMENT), author="editor", at=AT).revision


def public_address(site: Site, ending: str) -> str:
    asset = Asset.objects.get(filename__endswith=ending)
    return f"https://news.example.org/m/{asset.public_id}.{ending}"


def test_pictures_documents_and_calendars_have_public_addresses_that_lead_to_files(
    site: Site, revision: Revision
) -> None:
    made = render_revision(site, revision)
    assert list(made) == ["en"]
    html = made["en"].html
    for ending in ("png", "pdf", "ics"):
        address = public_address(site, ending)
        assert address in html
        assert (site.data / "media" / address.rpartition("/")[2]).is_file()
    assert len(Asset.objects.get(filename__endswith="png").public_id) == 22
    assert 'width="600"' in html or 'width="5' in html
    assert "images/a.png" not in html
    assert "report.pdf" not in html


def test_the_calendar_is_the_one_of_the_rendering(site: Site, revision: Revision) -> None:
    render_revision(site, revision)
    [made] = calendars(open_revision(revision).issue, organisation_of(site), Assets(changed_at=revision.at))
    asset = Asset.objects.get(filename__endswith="ics")
    assert assets.path_of(site, asset).read_bytes() == made.content
    assert b"UID:news.tune-in@news.example.org" in made.content


def test_rendering_again_stores_nothing_new(site: Site, revision: Revision) -> None:
    first = render_revision(site, revision)
    count = Asset.objects.count()
    assert render_revision(site, revision) == first
    assert Asset.objects.count() == count == len(list((site.data / "media").iterdir()))


def test_the_same_picture_in_two_issues_is_stored_once(site: Site, revision: Revision, write: Write) -> None:
    other = import_issue(site, write("other.md", ISSUE + PICTURE), author="editor", at=AT).revision
    assert other.assets["images/a.png"] == revision.assets["images/a.png"]


def test_a_changed_picture_is_a_new_revision_and_the_old_address_stays(
    site: Site, revision: Revision, write: Write
) -> None:
    old = public_address(site, "png")
    Image.new("RGB", (40, 40), "blue").save(site.issues / "images" / "a.png")
    saved = import_issue(site, write(text=ISSUE + PICTURE + DOCUMENT), author="editor", at=AT)
    assert saved.changed
    assert old not in render_revision(site, saved.revision)["en"].html
    assert old in render_revision(site, revision)["en"].html


def test_a_file_of_the_store_that_is_gone_is_written_again(site: Site, revision: Revision, write: Write) -> None:
    path = assets.path_of(site, Asset.objects.get(filename__endswith="png"))
    path.unlink()
    import_issue(site, write(text=ISSUE + PICTURE + DOCUMENT), author="editor", at=AT)
    assert path.is_file()


def test_each_language_has_its_rendering(site: Site, write: Write) -> None:
    write("news.es.md", '+++\ntitle = "Noticias"\nsubject = "Noticias"\n+++\n\nHola.\n')
    made = render_revision(site, import_issue(site, write(), author="editor", at=AT).revision)
    assert list(made) == ["en", "es"]
    assert "Hola." in made["es"].text
    assert "Hello." in made["en"].text
    assert made["es"].language == "es"


def test_the_logo_of_the_site(site: Site, revision: Revision, tmp_path: Path) -> None:
    Image.new("RGB", (240, 80), "green").save(site.root / "logo.jpg")
    organisation = site.settings.organisation.model_copy(update={"logo": "logo.jpg"})
    with_logo = Site(site.root, site.settings.model_copy(update={"organisation": organisation}))
    html = render_revision(with_logo, revision)["en"].html
    assert public_address(site, "jpg") in html
    (site.root / "logo.jpg").unlink()
    with pytest.raises(MediaError, match=r"there is no file 'logo.jpg'"):
        render_revision(with_logo, revision)


def test_templates_and_themes_of_the_site_win(site: Site, revision: Revision) -> None:
    (site.templates / "themes").mkdir()
    (site.templates / "themes" / "default.toml").write_text('[light]\naccent = "#a1005c"\n')
    assert "#a1005c" in render_revision(site, revision)["en"].html.lower()


def test_an_item_for_a_segment_is_seen_by_it_alone_in_every_language(site: Site, write: Write) -> None:
    item = '\n## For delegates\n\n```text\nid = "delegates"\naudience = "delegates"\n```\n\nOnly you.\n'
    text = ISSUE + item
    write(text=text)
    write("news.es.md", text.replace('language = "en"', 'language = "es"').replace('audience = "delegates"\n', ""))
    revision = import_issue(site, site.issues / "news.md", author="editor", at=AT).revision
    assert open_revision(revision).issue.segments == ("delegates",)
    for segments, seen in ((None, True), (["delegates"], True), ([], False), (["others"], False)):
        made = render_revision(site, revision, segments=segments)
        assert list(made) == ["en", "es"]
        assert all(("Only you." in one.html and "Only you." in one.text) is seen for one in made.values())
