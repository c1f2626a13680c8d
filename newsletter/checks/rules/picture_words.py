"""Words for pictures."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place
from newsletter.items.kinds.image import Image

_FILE = re.compile(r"\S*\.(jpe?g|png|gif|webp|svg|heic|bmp|tiff?|pdf)", re.IGNORECASE)
_CAMERA = re.compile(
    r"(img|dsc[nf]?|dcim|pxl|mvi|image|photo|picture|pic|foto|screen ?shot|bildschirmfoto|capture|untitled|unnamed)"
    r"[-_ ]*(\d[\d_.: -]*)?(at [\d.: ]+)?(\(\d+\))?",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]")


@check(
    "picture-words",
    "error",
    "warning",
    bad='src = "images/IMG_2041.jpg"\nalt = "IMG_2041.jpg"',
    good='src = "images/IMG_2041.jpg"\nalt = "Twelve people with banners in front of the Palais des Nations"',
)
def picture_words(context: Context) -> Iterator[Finding]:
    """Many readers do not see pictures: they listen to the mail, or their program does not load pictures. The words
    say what the picture tells; the name of a file says nothing.
    """
    for item in context.issue.items:
        words = (item.alt or "").strip() if isinstance(item, Image) else ""
        if isinstance(item, Image) and words and _is_file_name(words, item.src):
            yield Finding(
                "picture-words",
                "warning",
                f"'{words}' is the name of a file; it tells nothing to those who do not see the picture.",
                "Write in a short sentence what the picture tells.",
                Place(item=item.id, field="alt"),
            )
    told = {item.alt.strip() for item in context.issue.items if isinstance(item, Image) and item.alt}
    for words in dict.fromkeys(alt.strip() for alt in context.page.pictures if alt and alt.strip()):
        if words not in told and (_FILE.fullmatch(words) or _CAMERA.fullmatch(words)):
            yield Finding(
                "picture-words",
                "warning",
                f"'{words}', the alt text of a picture in a template, is the name of a file; it tells nothing.",
                "Ask whoever looks after the site's templates to say in it what the picture tells.",
            )
    if any(alt is None for alt in context.page.pictures):
        yield Finding(
            "picture-words",
            "error",
            "A picture in the mail has no alt text; screen readers will read its address aloud.",
            "Ask whoever looks after the site's templates to give each picture an alt text, empty for decoration.",
        )


def _is_file_name(words: str, source: str) -> bool:
    name = source.rsplit("/", 1)[-1]
    stem = name.rsplit(".", 1)[0]
    return bool(
        _FILE.fullmatch(words)
        or _CAMERA.fullmatch(words)
        or not _LETTERS.search(words)
        or words.casefold() == name.casefold()
        or (words.casefold() == stem.casefold() and re.search(r"[-_\d]", stem))
    )
