"""Pictures, documents and calendars of sent mails."""

import pytest

from newsletter.models import Asset
from newsletter.store import assets
from newsletter.store.media import Media
from newsletter.store.rendering import render_revision
from tests.web.conftest import PDF

pytestmark = pytest.mark.django_db


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("filename", "mime", "served", "saved"),
    [
        ("group.png", "image/png", "image/png", False),
        ("group.jpg", "image/jpeg", "image/jpeg", False),
        ("group.gif", "image/gif", "image/gif", False),
        ("report.pdf", "application/pdf", "application/pdf", True),
        (
            "report.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            True,
        ),
        ("tune-in.ics", "text/calendar", "text/calendar; charset=utf-8", True),
        ("page.html", "text/html", "text/html; charset=utf-8", True),
    ],
)
def test_a_file_is_served_as_what_it_is(site, visitor, filename, mime, served, saved):
    asset = assets.store(site, Media(filename, b"content", mime))
    answer = visitor.get(f"/m/{asset.stored_name}")
    assert answer.status_code == 200
    assert body(answer) == b"content"
    answer.close()
    assert answer.headers["Content-Type"] == served
    assert answer.headers["Content-Length"] == "7"
    assert answer.headers["Content-Disposition"].startswith("attachment" if saved else "inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in answer.headers["Cache-Control"]
    assert not answer.cookies
    # Webmail shows pictures on pages of its own.
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_every_address_of_a_rendering_answers(site, visitor, put):
    made = render_revision(site, put())["en"]
    base = site.settings.site.base_url
    paths = {
        part.split('"')[0].split(">")[0] for part in (made.html + made.text).split(base)[1:] if part.startswith("/m/")
    }
    assert len(paths) == 3, "a picture, a document and a calendar"
    answers = [visitor.get(path.split()[0]) for path in paths]
    contents = {answer.headers["Content-Type"]: body(answer) for answer in answers}
    for answer in answers:
        answer.close()
    assert contents.keys() == {"image/png", "application/pdf", "text/calendar; charset=utf-8"}
    assert contents["application/pdf"] == PDF
    assert contents["text/calendar; charset=utf-8"].startswith(b"BEGIN:VCALENDAR")


@pytest.mark.parametrize(
    "path",
    [
        "/m/",
        "/m/AAAAAAAAAAAAAAAAAAAAAA.png",
        "/m/../newsletter.toml",
        "/m/..%2f..%2fsecrets.toml",
        "/m/%2e%2e/%2e%2e/secrets.toml",
        "/m/....//....//secrets.toml",
        "/m/secrets.toml",
        "/m/AAAAAAAAAAAAAAAAAAAAAA.png%0a",
        "/m/AAAAAAAAAAAAAAAAAAAAAA.png/../x",
        "/m/AAAAAAAAAAAAAAAAAAAAAA.png%00",
    ],
)
def test_what_is_no_file_is_not_found(visitor, site, path):
    (site.data / "media").mkdir(exist_ok=True)
    (site.data / "media" / "AAAAAAAAAAAAAAAAAAAAAA.png").write_bytes(b"not in the store")
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_another_ending_is_another_name(visitor, site):
    asset = assets.store(site, Media("group.png", b"content", "image/png"))
    assert visitor.get(f"/m/{asset.public_id}.html").status_code == 404


def test_a_lost_file_is_not_found(visitor, site):
    asset = assets.store(site, Media("group.png", b"content", "image/png"))
    assets.path_of(site, asset).unlink()
    assert visitor.get(f"/m/{asset.stored_name}").status_code == 404
    assert Asset.objects.filter(pk=asset.pk).exists()


def test_files_are_only_looked_at(visitor, site):
    asset = assets.store(site, Media("group.png", b"content", "image/png"))
    assert visitor.post(f"/m/{asset.stored_name}").status_code == 405
