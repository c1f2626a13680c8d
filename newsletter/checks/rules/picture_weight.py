"""How heavy pictures are."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.pictures import kilobytes, pictures_of

ONE = 500_000
ALL = 2_000_000


@check(
    "picture-weight",
    "warning",
    bad='src = "images/delegation.jpg"    # a file of 4.2 MB',
    good='src = "images/delegation.jpg"    # the same picture, 1,072 pixels wide, 180 KB',
)
def picture_weight(context: Context) -> Iterator[Finding]:
    """Many readers are on a phone, and pay for what they load: a picture of more than 500 KB, or pictures of more than
    2 MB together. What moves has a check of its own (picture-moving).
    """
    known = list({shown.src: shown for shown in pictures_of(context) if shown.file and shown.file.frames == 1}.values())
    heavy = 0
    for shown in known:
        if shown.file and shown.file.size > ONE:
            heavy += 1
            yield Finding(
                "picture-weight",
                "warning",
                f"The picture {shown.name} has {kilobytes(shown.file.size)}, which takes long to load on a phone.",
                "Save it again with fewer pixels (1,072 across are enough) or as a JPEG of lower quality.",
                shown.place,
            )
    total = sum(shown.file.size for shown in known if shown.file)
    if total > ALL and not heavy:
        yield Finding(
            "picture-weight",
            "warning",
            f"The {len(known)} pictures of the mail have {kilobytes(total)} together, which takes long to "
            "load on a phone.",
            "Leave some of them out, or save them again with fewer pixels.",
        )
