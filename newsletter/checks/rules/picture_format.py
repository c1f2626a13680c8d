"""Formats of pictures that some mail programs do not show."""

from collections.abc import Iterator

from newsletter.checks.dom import hidden, short, tree
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.pictures import pictures_of
from newsletter.checks.programs import Feature, features, matches


@check(
    "picture-format",
    "warning",
    bad='src = "images/delegation.webp"',
    good='src = "images/delegation.jpg"',
)
def picture_format(context: Context) -> Iterator[Finding]:
    """JPEG, PNG and GIF are shown everywhere. WebP, SVG, AVIF, TIFF and HEIC are not, and a picture that is written
    into the mail itself is not shown by Gmail; their readers see its words alone. How many they are is in
    client-support.md.
    """
    for shown in pictures_of(context):
        if shown.file is None:
            continue
        feature = _of(shown.file.mime)
        if feature and feature.level:
            yield Finding(
                "picture-format",
                "warning",
                f"The picture {shown.name} is {feature.title.removesuffix(' image format')}, which is not shown by "
                f"{feature.where} (about {feature.lost:.0f} % of readers).",
                f"Save it again as {feature.instead.removesuffix(' file')}.",
                shown.place,
            )
    within = _of("data")
    for image in tree(context.rendering.html).iter("img"):
        if image.get("src", "").strip().lower().startswith("data:") and not hidden(image) and within and within.level:
            words = short(image.get("alt", "").strip(), 40)
            called = f"with the words '{words}'" if words else "without words"
            yield Finding(
                "picture-format",
                "warning",
                f"The picture {called} is written into the mail itself, and is not shown by {within.where} "
                f"(about {within.lost:.0f} % of readers).",
                "Ask whoever looks after the site's templates to use the address of a picture file.",
            )


def _of(mime: str) -> Feature | None:
    return next((one for one in features() if one.mime and matches(one.mime, mime)), None)
