"""Pictures that move."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.pictures import kilobytes, pictures_of

HEAVY = 1_000_000


@check(
    "picture-moving",
    "warning",
    "note",
    bad='src = "images/countdown.gif"    # 90 frames, 6.1 MB',
    good='src = "images/countdown.gif"    # 12 frames, 300 KB, the first of which says it all',
)
def picture_moving(context: Context) -> Iterator[Finding]:
    """A picture that moves is loaded whole before it does, so that one of more than 1 MB is not seen to move on a
    phone. Outlook on Windows and readers who switched movement off see its first frame: that one has to say everything.
    """
    for shown in pictures_of(context):
        file = shown.file
        if file is None or file.frames < 2:
            continue
        if file.size > HEAVY:
            yield Finding(
                "picture-moving",
                "warning",
                f"The moving picture {shown.name} has {kilobytes(file.size)} in {file.frames} frames; on a phone "
                "readers are past it before it moves.",
                "Save it with fewer frames, colours or pixels, or show a still picture that links to the film.",
                shown.place,
            )
        yield Finding(
            "picture-moving",
            "note",
            f"{shown.name} moves; Outlook on Windows shows its first frame alone.",
            "Look whether the first frame says what the reader should know.",
            shown.place,
        )
