"""Files that are put in at the desk, and the paths by which issues refer to them."""

from io import BytesIO

import pytest
from PIL import Image

from newsletter.items.text import check_path
from newsletter.models import Asset
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.media import MediaError
from newsletter.store.uploads import put_in, uploaded
from tests.store.documents import PDF, word

pytestmark = pytest.mark.django_db


def picture(colour: str = "red", size: tuple[int, int] = (40, 30), kind: str = "PNG", **options: object) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, kind, **options)
    return made.getvalue()


def test_a_picture_has_a_path_that_tells_which_it_is(site: Site) -> None:
    path, asset = put_in(site, "The Delegation.png", picture(), picture=True)
    assert path == f"images/the-delegation-{asset.sha256[:8]}.png"
    assert check_path(path) == path
    assert uploaded([path, "images/other.png", "group.png"]) == {path: asset.public_id}
    assert assets.path_of(site, asset).is_file()


def test_a_document(site: Site) -> None:
    path, asset = put_in(site, "Résumé (final).pdf", PDF, picture=False)
    assert path == f"files/resume-final-{asset.sha256[:8]}.pdf"
    assert uploaded([path]) == {path: asset.public_id}
    assert put_in(site, "a.docx", word(), picture=False)[0].endswith(".docx")


def test_the_same_file_twice_is_one(site: Site) -> None:
    first = put_in(site, "a.png", picture(), picture=True)
    assert put_in(site, "a.png", picture(), picture=True) == first
    assert put_in(site, "a.png", picture("blue"), picture=True)[0] != first[0]
    assert Asset.objects.count() == 2


def test_another_file_with_the_same_beginning_of_the_hash_takes_no_place(site: Site) -> None:
    path, asset = put_in(site, "a.png", picture(), picture=True)
    like = asset.sha256[:10] + ("0" * 54 if asset.sha256[10] != "0" else "1" * 54)
    Asset.objects.filter(pk=asset.pk).update(sha256=like)
    longer, other = put_in(site, "a.png", picture(), picture=True)
    assert len(longer) == len(path) + 8
    assert uploaded([path, longer]) == {path: asset.public_id, longer: other.public_id}


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../../etc/cron.d/x.png", "x"),
        ("..\\..\\windows\\x.png", "x"),
        ("C:\\pictures\\x.png", "x"),
        ("/etc/x.png", "x"),
        ("x\0.png", "x"),
        ("..png", "item-"),
        (".png", "png"),
        ("صورة.png", "item-"),
        ("<script>alert(1)</script>.png", "script"),
        ("{{first_name}}.png", "first-name"),
        ("a" * 300 + ".png", "a" * 60),
        ("x", "x"),
        ("", "item"),
    ],
)
def test_names_lead_nowhere(site: Site, name: str, stem: str) -> None:
    path, asset = put_in(site, name, picture(), picture=True)
    assert path.startswith(f"images/{stem}")
    assert check_path(path) == path
    assert ".." not in path
    assert assets.path_of(site, asset).parent == site.data / "media"
    assert uploaded([path])


@pytest.mark.parametrize(
    "path",
    ["", "../images/a-00000000.png", "images/a-00000000.png/..", "images/a-0000000.png", "images/A-00000000.png",
     "images/a-00000000.png\n", "files/../a-00000000.png", "images/%-00000000.png"],
)  # fmt: skip
def test_other_paths_are_nobody_s(site: Site, path: str) -> None:
    put_in(site, "a.png", picture(), picture=True)
    assert uploaded([path]) == {}


def _camera() -> bytes:
    info = Image.Exif()
    info[0x010F] = "Secret Camera"
    info[0x0112] = 6  # lies on its side
    info.get_ifd(0x8825)[2] = (46.0, 12.0, 5.0)
    return picture("red", (60, 20), "JPEG", exif=info)


def test_what_the_camera_wrote_goes_and_the_picture_stands_upright(site: Site) -> None:
    assert b"Secret Camera" in _camera()
    _, asset = put_in(site, "a.jpg", _camera(), picture=True)
    assert (asset.width, asset.height) == (20, 60)
    kept = assets.path_of(site, asset).read_bytes()
    assert b"Secret" not in kept
    with Image.open(BytesIO(kept)) as image:
        assert not image.getexif()


def test_a_wide_picture_is_made_twice_as_wide_as_shown(site: Site) -> None:
    _, asset = put_in(site, "a.jpg", picture("red", (3000, 1500), "JPEG"), picture=True)
    assert (asset.width, asset.height) == (1200, 600)


def _bomb() -> bytes:
    """A PNG of a few bytes that says that it has 2.5 thousand million pixels."""
    import struct
    import zlib

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    content = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "is not a JPEG, PNG, GIF or WebP"),
        ("a.png", b"<svg/>", "is not a JPEG, PNG, GIF or WebP"),
        ("a.png", PDF, "is not a JPEG, PNG, GIF or WebP"),
        ("a.tiff", picture(kind="TIFF"), "is not a JPEG, PNG, GIF or WebP"),
        ("a.ico", picture(kind="ICO"), "is not a JPEG, PNG, GIF or WebP"),
        ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n", "is not a JPEG, PNG, GIF or WebP"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(40), "is not a JPEG, PNG, GIF or WebP"),
        ("a.png", picture()[:60], "is damaged"),
        ("a.png", b"", "is empty"),
        ("a.png", bytes(10_000_001), "the limit is 10 MB"),
        ("a.png", _bomb(), "has over 50 million pixels"),
    ],
)
def test_pictures_that_are_refused(site: Site, name: str, content: bytes, said: str) -> None:
    with pytest.raises(MediaError, match=said) as raised:
        put_in(site, name, content, picture=True)
    assert str(raised.value).startswith(f"'{name}' ")
    assert not Asset.objects.exists()
    assert not (site.data / "media").exists()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_hides_behind_a_picture_goes(site: Site, kind: str) -> None:
    hidden = picture(kind=kind) + b"<script>alert(1)</script>" + word()
    _, asset = put_in(site, f"a.{kind.lower()}", hidden, picture=True)
    kept = assets.path_of(site, asset).read_bytes()
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


def test_a_long_name_is_cut_in_a_message(site: Site) -> None:
    with pytest.raises(MediaError) as raised:
        put_in(site, "x" * 5_000 + ".png", b"no", picture=True)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(("name", "content"), [("a.pdf", picture()), ("a.png", PDF), ("a.docm", word()), ("a", PDF)])
def test_documents_that_are_refused(site: Site, name: str, content: bytes) -> None:
    with pytest.raises(MediaError):
        put_in(site, name, content, picture=False)
    assert not Asset.objects.exists()
