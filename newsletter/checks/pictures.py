"""The pictures of a mail: what is in the file, and how it is shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.checks.context import Context, Picture
from newsletter.checks.dom import hidden, pixels, style_of, tree
from newsletter.issue.problems import Place
from newsletter.items.kinds.image import Image


@dataclass(frozen=True)
class ShownPicture:
    """One ``<img>`` that is shown."""

    src: str
    alt: str
    width: float | None
    """As it is displayed, in CSS pixels, also by Outlook; ``None`` where no tag says it."""
    height: float | None
    file: Picture | None
    """What is known of the file."""
    place: Place

    @property
    def name(self) -> str:
        """For messages: the file as the issue names it, else the last part of its address."""
        return self.file.path if self.file else self.src.partition("?")[0].rstrip("/").rsplit("/", 1)[-1][:60]


def pictures_of(context: Context) -> Iterator[ShownPicture]:
    """The pictures of the HTML in their order; one that is shown twice in the same way stands once."""
    items = {item.src: item.id for item in context.issue.items if isinstance(item, Image)}
    seen: set[ShownPicture] = set()
    for image in tree(context.rendering.html).iter("img"):
        src = (image.get("src") or "").strip()
        if not src or hidden(image):
            continue
        file = context.pictures.get(src)
        item = items.get(file.path if file else src)
        looks = style_of(image)
        # Outlook goes by the attribute; "100%" in the style is that of the column.
        shown = ShownPicture(
            src,
            image.get("alt", ""),
            pixels(image.get("width")) or pixels(looks.get("width")),
            pixels(image.get("height")) or pixels(looks.get("height")),
            file,
            Place(item=item, field="src") if item else Place(),
        )
        if shown not in seen:
            seen.add(shown)
            yield shown


def kilobytes(size: int) -> str:
    """``340 KB`` or ``2.1 MB``, of 1,000."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1000:.0f} KB"
