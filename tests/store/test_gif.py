"""Animations, and what hides in them."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from newsletter.store import pictures
from newsletter.store.gif import plain
from newsletter.store.pictures import PictureError, fit


def moving(frames: int = 3, size: tuple[int, int] = (20, 10), **options: object) -> bytes:
    made = BytesIO()
    each = [Image.new("RGB", size, (40 * number, 0, 90)) for number in range(frames)]
    each[0].save(made, "GIF", save_all=True, append_images=each[1:], duration=100, loop=0, **options)
    return made.getvalue()


def test_the_frames_stay() -> None:
    assert plain(moving()) == moving()
    with Image.open(BytesIO(plain(moving()))) as image:
        assert (image.n_frames, image.info["loop"], image.size) == (3, 0, (20, 10))


def test_what_is_hidden_goes() -> None:
    hidden = moving(comment=b"<script>alert(1)</script>") + b"<html><script>alert(2)</script>PK\x03\x04"
    assert b"alert" in hidden
    assert plain(hidden) == moving()
    xmp = b"\x21\xff\x0bXMP DataXMP" + b"\x05where" + b"\x00"
    clean = moving()
    at = clean.index(b"\x21\xff\x0bNETSCAPE")
    assert plain(clean[:at] + xmp + clean[at:]) == clean


def test_as_it_is_mailed() -> None:
    fitted = fit(moving(comment=b"secret") + b"more", max_width=1_200)
    assert (fitted.content, fitted.mime, fitted.width) == (moving(), "image/gif", 20)


def test_a_picture_that_stands_still_is_drawn_anew() -> None:
    still = moving(1) + b"<script>alert(1)</script>"
    fitted = fit(still, max_width=1_200)
    assert fitted.mime == "image/png"
    assert b"alert" not in fitted.content


def test_too_much_that_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    fit(moving(3), max_width=1_200)
    monkeypatch.setattr(pictures, "MAX_MOVING", 599)
    with pytest.raises(PictureError, match="has 3 frames of 20 by 10 pixels"):
        fit(moving(3), max_width=1_200)


def test_what_breaks_off() -> None:
    whole = moving()
    for length in (7, 20, len(whole) // 2, len(whole) - 1):
        with pytest.raises(ValueError, match="breaks off"):
            plain(whole[:length])


@given(st.binary(max_size=80))
def test_whatever_comes_ends(junk: bytes) -> None:
    for content in (junk, b"GIF89a" + junk, moving()[:-1] + junk):
        try:
            made = plain(content)
        except ValueError:
            continue
        assert plain(made) == made
