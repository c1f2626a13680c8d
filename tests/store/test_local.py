"""An issue file rendered into a folder, without a store."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from newsletter.issue.files import load
from newsletter.issue.problems import IssueError
from newsletter.site import Site
from newsletter.store.local import Page, read_media, render_pages, without_site, write_page
from tests.store.conftest import ISSUE

NOW = datetime(2020, 10, 28, 9, 0, tzinfo=UTC)
TWO_PICTURES = """
## One

```image
src = "a/photo.png"
alt = "Red"
```

## Two

```image
src = "b/photo.png"
alt = "Blue"
```
"""


def pages(path: Path, site: Site, before: dict[str, bytes] | None = None, now: datetime = NOW) -> list[Page]:
    loaded = load(path)
    issues = (loaded.issue, *loaded.translations.values())
    return list(render_pages(issues, read_media(loaded, path.parent), site, now=now, before=before or {}))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "news.md"
    path.write_text(ISSUE)
    return path


def test_two_files_of_one_name_stay_two(file: Path, tmp_path: Path) -> None:
    for folder, colour in (("a", "red"), ("b", "blue")):
        (tmp_path / folder).mkdir()
        Image.new("RGB", (8, 8), colour).save(tmp_path / folder / "photo.png")
    file.write_text(ISSUE + TWO_PICTURES)
    [page] = pages(file, without_site(tmp_path))
    pictures = [name for name in page.files if name.endswith(".png")]
    assert len(pictures) == 2
    assert len({page.files[name] for name in pictures}) == 2
    for name in pictures:
        assert f'src="{name}"' in page.rendering.html


def test_every_missing_file_is_named_at_its_line(file: Path, tmp_path: Path) -> None:
    file.write_text(ISSUE + TWO_PICTURES)
    with pytest.raises(IssueError) as caught:
        pages(file, without_site(tmp_path))
    lines = file.read_text().splitlines()
    assert [lines[(problem.place.line or 0) - 1] for problem in caught.value.problems] == [
        'src = "a/photo.png"',
        'src = "b/photo.png"',
    ]
    assert [problem.source for problem in caught.value.problems] == ['src = "a/photo.png"', 'src = "b/photo.png"']


def test_the_logo_of_the_site_lies_beside_the_page(file: Path, site: Site, tmp_path: Path) -> None:
    Image.new("RGB", (240, 80), "green").save(site.root / "logo.png")
    organisation = site.settings.organisation.model_copy(update={"logo": "logo.png"})
    [page] = pages(file, Site(site.root, site.settings.model_copy(update={"organisation": organisation})))
    assert 'src="files/logo.png"' in page.rendering.html
    written = write_page(page, tmp_path / "out", site)
    assert tmp_path / "out" / "files" / "logo.png" in written


def test_nothing_is_left_to_fill_in(file: Path, site: Site, tmp_path: Path) -> None:
    [page] = pages(file, site)
    write_page(page, tmp_path / "out", site)
    for name in ("index.html", "text.txt"):
        text = (tmp_path / "out" / name).read_text()
        assert not [use.token for use in page.rendering.fields if use.token in text]
        assert "https://news.example.org/u/preview" in text


def test_an_unchanged_event_keeps_number_and_date(file: Path, site: Site) -> None:
    [first] = pages(file, site)
    calendar = first.files["tune-in.ics"]
    later = datetime(2021, 1, 1, tzinfo=UTC)
    assert pages(file, site, {"tune-in": calendar}, later)[0].files["tune-in.ics"] == calendar
    file.write_text(ISSUE.replace("14:30", "15:30"))
    changed = pages(file, site, {"tune-in": calendar}, later)[0].files["tune-in.ics"]
    assert b"SEQUENCE:1" in changed
    assert b"DTSTAMP:20210101T000000Z" in changed


@pytest.mark.parametrize("old", [b"", b"no calendar", b"SEQUENCE:x\r\nDTSTAMP:99999999T999999Z\r\n", b"\xff" * 99])
def test_a_broken_calendar_in_the_way_is_no_trouble(file: Path, site: Site, old: bytes) -> None:
    assert b"BEGIN:VEVENT" in pages(file, site, {"tune-in": old})[0].files["tune-in.ics"]
