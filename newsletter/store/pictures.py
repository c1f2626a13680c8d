"""Pictures made fit for mail: upright, not wider than needed, without what the camera wrote into them."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from newsletter.store import gif

MAX_PIXELS = 50_000_000
"""A picture of more needs over 200 MB of memory to be opened."""

MAX_MOVING = 500_000_000
"""Pixels of all frames of an animation together: what a phone can still show."""

_TYPES = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "GIF": ("gif", "image/gif")}


class PictureError(ValueError):
    """A picture that cannot be used; the message is the rest of a sentence that begins with its name."""


@dataclass(frozen=True)
class Fitted:
    """A picture as it is mailed; ``width`` and ``height`` are pixels."""

    content: bytes
    ending: str
    mime: str
    width: int
    height: int


def fit(content: bytes, *, max_width: int) -> Fitted:
    """The JPEG, PNG, GIF or WebP picture ``content``, at most ``max_width`` pixels wide. Raises ``PictureError``.

    WebP becomes JPEG or PNG, since Outlook on Windows does not know it. WebP and PNG that move are refused: they would
    stand still. An animated GIF keeps its frames and its size.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(content), formats=["JPEG", "PNG", "GIF", "WEBP"])
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            if image.format == "GIF" and (frames := getattr(image, "n_frames", 1)) > 1:
                return _moving(content, image, frames)
            if getattr(image, "is_animated", False) and image.format in {"WEBP", "PNG"}:
                raise PictureError(f"moves, and as {image.format} it would stand still in most mails; save it as GIF")
            image.load()
            return _clean(image, max_width)
    except PictureError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PictureError(f"has over {MAX_PIXELS // 1_000_000} million pixels; 1,200 pixels are wide enough") from None
    except UnidentifiedImageError:
        raise PictureError("is not a JPEG, PNG, GIF or WebP picture; save it as one of them") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise PictureError("is damaged: it cannot be read to its end; save it again") from None


def _moving(content: bytes, image: Image.Image, frames: int) -> Fitted:
    if frames * image.width * image.height > MAX_MOVING:
        raise PictureError(f"has {frames:,} frames of {image.width:,} by {image.height:,} pixels; make it smaller")
    image.seek(0)
    image.load()
    return Fitted(gif.plain(content), *_TYPES["GIF"], image.width, image.height)


def _clean(image: Image.Image, max_width: int) -> Fitted:
    clear = "A" in image.getbands() or "transparency" in image.info
    kind = "PNG" if clear or image.format in {"PNG", "GIF"} else "JPEG"
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA", "L"} else None
    upright = ImageOps.exif_transpose(image)
    if clear or upright.width > max_width or upright.mode not in {"1", "L", "P", "RGB"}:
        upright = upright.convert("RGBA" if clear else "RGB")
    if upright.width > max_width:
        height = max(1, round(upright.height * max_width / upright.width))
        upright = upright.resize((max_width, height), Image.Resampling.LANCZOS)
    # A new image has nothing of the old one's info: no place, no device, no comments.
    plain = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    if upright.mode == "P" and (palette := upright.getpalette()):
        plain.putpalette(palette)
    made = BytesIO()
    plain.save(made, kind, optimize=True, icc_profile=profile, **({"quality": 88} if kind == "JPEG" else {}))
    return Fitted(made.getvalue(), *_TYPES[kind], plain.width, plain.height)
