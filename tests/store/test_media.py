"""Pictures and documents beside an issue file: what is taken, how it is made fit, what is refused."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from newsletter.issue.model import Issue
from newsletter.items.kinds.image import Image as ImageItem
from newsletter.items.kinds.resources import Resource, Resources
from newsletter.store.media import MediaError, display_size, read, references
from newsletter.store.surroundings import picture_of
from tests.store.documents import OLD_WORD, PDF, word


def save(path: Path, image: Image.Image, **options: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_wide_picture_keeps_twice_the_width_at_which_it_is_shown(tmp_path: Path) -> None:
    save(tmp_path / "wide.png", Image.new("RGB", (2400, 1000), "red"))
    made = read(tmp_path, "wide.png", picture=True)
    assert (made.width, made.height) == (1200, 500)
    assert opened(made.content).size == (1200, 500)
    assert display_size(1200, 500) == (600, 250)


def test_a_small_picture_keeps_its_size(tmp_path: Path) -> None:
    save(tmp_path / "images" / "Small Photo.PNG", Image.new("RGB", (300, 201)))
    made = read(tmp_path, "images/Small Photo.PNG", picture=True)
    assert (made.filename, made.mime, made.width, made.height) == ("small-photo.png", "image/png", 300, 201)
    assert display_size(300, 201) == (300, 201)


def test_what_the_camera_wrote_is_not_mailed_and_the_picture_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"  # the place
    save(tmp_path / "photo.jpg", Image.new("RGB", (40, 20), "red"), exif=exif, comment=b"secret")
    made = opened(read(tmp_path, "photo.jpg", picture=True).content)
    assert made.size == (20, 40)
    assert dict(made.getexif()) == {}
    assert "comment" not in made.info


def test_transparency_stays(tmp_path: Path) -> None:
    save(tmp_path / "clear.png", Image.new("RGBA", (1500, 10), (255, 0, 0, 0)))
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.putpixel((1, 1), 1)
    save(tmp_path / "palette.png", palette, transparency=0)
    clear = opened(read(tmp_path, "clear.png", picture=True).content).convert("RGBA")
    assert clear.getpixel((0, 0))[3] == 0  # type: ignore[index]
    made = opened(read(tmp_path, "palette.png", picture=True).content).convert("RGBA")
    assert made.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert made.getpixel((1, 1)) == (0, 255, 0, 255)


@pytest.mark.parametrize("ending", ["webp", "png"])
def test_what_moves_and_would_stand_still_is_refused(tmp_path: Path, ending: str) -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / f"a.{ending}", save_all=True, append_images=frames[1:])
    with pytest.raises(MediaError, match=f"moves, and as {ending.upper()} it would stand still"):
        read(tmp_path, f"a.{ending}", picture=True)


def test_a_moving_gif_keeps_its_frames_for_the_check_that_tells_of_it(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue", "green")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert picture_of("a.gif", read(tmp_path, "a.gif", picture=True)).frames == 3


@pytest.mark.parametrize(("mode", "mime"), [("RGB", "image/jpeg"), ("RGBA", "image/png")])
def test_webp_becomes_what_every_mail_program_shows(tmp_path: Path, mode: str, mime: str) -> None:
    save(tmp_path / "new.webp", Image.new(mode, (10, 10)))
    assert read(tmp_path, "new.webp", picture=True).mime == mime


def test_an_animation_stays_one(tmp_path: Path) -> None:
    frames = [Image.new("P", (1500, 10), colour) for colour in (0, 1)]
    frames[0].putpalette([255, 0, 0, 0, 255, 0])
    frames[1].putpalette([255, 0, 0, 0, 255, 0])
    save(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    made = read(tmp_path, "a.gif", picture=True)
    assert made.content == (tmp_path / "a.gif").read_bytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_kind_of_pixel_can_be_mailed(tmp_path: Path, mode: str) -> None:
    name = "x.jpg" if mode == "CMYK" else "x.png"
    save(tmp_path / name, Image.new(mode, (1300, 4)))
    assert read(tmp_path, name, picture=True).width == 1200


def _outside(folder: Path) -> None:
    (folder.parent / "secret.png").write_bytes(b"x")
    (folder / "x.png").symlink_to(folder.parent / "secret.png")


def _loop(folder: Path) -> None:
    (folder / "x.png").symlink_to(folder / "x.png")


def _large(folder: Path) -> None:
    with (folder / "x.png").open("wb") as file:
        file.truncate(10_000_001)


def _cut_off(folder: Path) -> None:
    save(folder / "whole.jpg", Image.effect_noise((300, 300), 90))
    (folder / "x.png").write_bytes((folder / "whole.jpg").read_bytes()[:2000])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_outside, "is a link to a file outside"),
        (_loop, "there is no file 'x.png'"),
        (_large, "the limit is 10 MB"),
        (_cut_off, "is damaged"),
        (lambda folder: os.mkfifo(folder / "x.png"), "is not a file"),
        (lambda folder: (folder / "x.png").mkdir(), "is not a file"),
        (lambda folder: (folder / "x.png").write_text("<svg onload='alert(1)'/>"), "is not a JPEG, PNG, GIF or WebP"),
        (lambda folder: (folder / "x.png").write_text("<html>"), "is not a JPEG, PNG, GIF or WebP"),
        (
            lambda folder: save(folder / "x.png", Image.new("F", (2, 2)), format="TIFF"),
            "is not a JPEG, PNG, GIF or WebP",
        ),
        (lambda folder: (folder / "x.png").write_bytes(b""), "is not a JPEG, PNG, GIF or WebP"),
        (lambda folder: save(folder / "x.png", Image.new("1", (9000, 9000))), "has over 50 million pixels"),
        (lambda folder: save(folder / "x.png", Image.new("1", (14000, 14000))), "has over 50 million pixels"),
        (lambda folder: (folder / "x.pmg").write_bytes(b""), "did you mean 'x.pmg'?"),
    ],
)
def test_what_is_refused(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    folder = tmp_path / "issues"
    folder.mkdir()
    make(folder)
    with pytest.raises(MediaError) as caught:
        read(folder, "x.png", picture=True)
    assert said in str(caught.value)


@pytest.mark.parametrize("path", ["../x.png", "/etc/passwd", "a/../../x.png", "..\\x.png", "C:\\x.png", "~/x.png"])
def test_paths_that_lead_out_are_refused_though_a_file_is_there(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "issues"
    (folder / "a").mkdir(parents=True)
    save(tmp_path / "x.png", Image.new("L", (2, 2)))
    with pytest.raises(MediaError, match="leads out of the folder"):
        read(folder, path, picture=True)


@pytest.mark.parametrize("path", [".", "a", "\0"])
def test_what_is_no_file_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(MediaError):
        read(tmp_path, path, picture=True)


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    save(tmp_path / "real.png", Image.new("L", (2, 2)))
    (tmp_path / "x.png").symlink_to("real.png")
    assert read(tmp_path, "x.png", picture=True).width == 2


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("Report 2020.PDF", PDF, "application/pdf"),
        ("a.docx", word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.doc", OLD_WORD, "application/msword"),
    ],
)
def test_documents_stay_as_they_are(tmp_path: Path, name: str, content: bytes, mime: str) -> None:
    (tmp_path / name).write_bytes(content)
    made = read(tmp_path, name, picture=False)
    assert (made.content, made.mime, made.width) == (content, mime, None)


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.html", "use a PDF or Word file"), ("a.svg", "use a PDF or Word file"), ("a.docm", "use a PDF or Word file"),
     ("a", "use a PDF or Word file"), ("a.pdf", "its content is something else")],
)  # fmt: skip
def test_other_documents_are_refused(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / name).write_text("<script>")
    with pytest.raises(MediaError, match=said):
        read(tmp_path, name, picture=False)


def test_the_files_that_an_issue_refers_to() -> None:
    issue = Issue(
        slug="x",
        title="X",
        subject="X",
        items=(
            ImageItem(id="picture", title="P", src="a.png", alt="A"),
            Resources(
                id="more",
                title="M",
                links=(Resource(label="page", url="https://example.org"), Resource(label="file", file="a.pdf")),
            ),
        ),
    )
    found = [(one.path, one.place.item, one.place.field, one.picture) for one in references(issue)]
    assert found == [("a.png", "picture", "src", True), ("a.pdf", "more", "links[2].file", False)]
