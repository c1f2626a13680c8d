"""How large pictures are shown."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.pictures import kilobytes, pictures_of

_SHARP = 3.0
"""Pixels of the file for one that is shown: more are seen on no screen."""
_MATTERS = 100_000
"""Bytes from which on too many pixels are worth a word."""
_SQUEEZED = 0.05


@check(
    "picture-size",
    "warning",
    bad='<img src="banner.png" alt="Watch the review live">',
    good='<img src="banner.png" alt="Watch the review live" width="536">',
)
def picture_size(context: Context) -> Iterator[Finding]:
    """A picture without a width in its tag is shown by Outlook as large as its file, across the whole window. One with
    far more pixels than are shown only takes longer to load, and one with fewer is blurred.
    """
    for shown in pictures_of(context):
        message = mend = ""
        if not shown.width:
            message = f"The picture {shown.name} has no width in its tag; Outlook shows it as large as its file."
            mend = "Ask whoever looks after the site's templates to add width in pixels to it."
        elif shown.file and shown.file.width and "svg" not in shown.file.mime:
            file = shown.file
            if file.width > _SHARP * shown.width and file.size > _MATTERS:
                message = (
                    f"The picture {shown.name} is {file.width:,} pixels wide and shown at {shown.width:.0f}; its "
                    f"{kilobytes(file.size)} load longer than they need."
                )
                mend = f"Scale it to {2 * shown.width:.0f} pixels across, which is sharp on every screen."
            elif file.width < shown.width - 1:
                message = (
                    f"The picture {shown.name} is {file.width:,} pixels wide but shown at {shown.width:.0f}, so that "
                    "it is blurred."
                )
                mend = f"Take a larger picture, {2 * shown.width:.0f} pixels across if there is one."
            elif shown.height and file.height and _is_squeezed(shown.width / shown.height, file.width / file.height):
                message = (
                    f"The picture {shown.name} is shown at {shown.width:.0f} by {shown.height:.0f} pixels, but its "
                    f"file has {file.width:,} by {file.height:,}: it is squeezed."
                )
                mend = "Ask whoever looks after the site's templates to correct its width or height."
        if message:
            yield Finding("picture-size", "warning", message, mend, shown.place)


def _is_squeezed(shown: float, file: float) -> bool:
    return abs(shown / file - 1) > _SQUEEZED
