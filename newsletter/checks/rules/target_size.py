"""How large what can be pressed is."""

from collections.abc import Iterator

from newsletter.checks.dom import Element, font_size, line_height, links, name_of, pixels, short, style_of, words
from newsletter.checks.engine import Context, Finding, check

LEAST = 24
"""CSS pixels (WCAG 2.2, success criterion 2.5.8)."""

_SIDES = ("top", "right", "bottom", "left")
_UPRIGHT, _ACROSS = (0, 2), (1, 3)
_ORDER = ((0, 0, 0, 0), (0, 1, 0, 1), (0, 1, 2, 1), (0, 1, 2, 3))
"""Which of one to four values of margin or padding is that of each side (CSS Box Model 3)."""


@check(
    "target-size",
    "warning",
    bad='<a href="https://social.example.org/"><img src="icon.png" alt="Mastodon" width="16" height="16"></a>',
    good='<a href="https://social.example.org/"><img src="icon.png" alt="Mastodon" width="32" height="32"></a>',
)
def target_size(context: Context) -> Iterator[Finding]:
    """What a finger presses is at least 24 pixels high and wide: buttons, icons with a link, and lines of links one
    below the other. Links within a sentence are as high as its lines (WCAG 2.2, success criterion 2.5.8)."""
    told = set()
    for link in links(context.rendering.html):
        size = _picture(link) or _button(link) or _line(link)
        said = short(name_of(link), 40)
        if size is None or size >= LEAST or not said or said in told:
            continue  # what has no words is told by link-purpose
        told.add(said)
        yield Finding(
            "target-size",
            "warning",
            f"'{said}' is only {size:g} pixels high or wide, too small to be pressed with a finger.",
            f"Ask whoever looks after the site's templates to give it {LEAST} pixels or more, by its size, its padding "
            "or its line-height.",
        )


def _picture(link: Element) -> float | None:
    """The smaller side of a picture that is all of the link, where it is known."""
    picture = link.find(".//img")
    if picture is None or words(link) or len(link.findall(".//img")) > 1:
        return None
    looks = style_of(picture)
    sides = [pixels(looks.get(side)) or pixels(picture.get(side)) for side in ("width", "height")]
    room = [sum(_around(box, "padding", axis) for box in _boxes(link)) for axis in (_ACROSS, _UPRIGHT)]
    known = [side + more for side, more in zip(sides, room, strict=True) if side is not None and side > 0]
    return min(known, default=None)


def _boxes(link: Element) -> Iterator[Element]:
    """The link, and what is around it alone: the space in it keeps other targets away."""
    while link is not None and link.tag != "body" and sum(1 for _ in link.iter("a")) == 1 and not words(link):
        yield link
        link = link.getparent()


def _button(link: Element) -> float | None:
    """The height of a link that is a box of its own."""
    looks = style_of(link)
    if "block" not in looks.get("display", "") or not words(link) or link.find(".//img") is not None:
        return None
    fixed = pixels(looks.get("height")) or pixels(looks.get("min-height")) or 0.0
    lines = max([line_height(link), *(line_height(part) for part in link.iterdescendants())])
    return max(fixed, lines + _around(link, "padding", _UPRIGHT))


def _line(link: Element) -> float | None:
    """The height of a line of nothing but links between two others like it; None where it is not told."""
    block = link.getparent()
    if block is None or "block" in style_of(link).get("display", "") or not words(link):
        return None
    if not _is_line_of_links(block):
        return None
    if not any(near is not None and _is_line_of_links(near) for near in (block.getnext(), block.getprevious())):
        return None
    space = _around(block, "margin", _UPRIGHT) + _around(block, "padding", _UPRIGHT)
    return max(line_height(block), line_height(link), font_size(link)) + _around(link, "padding", _UPRIGHT) + space


def _is_line_of_links(block: Element) -> bool:
    if block.tag not in {"div", "p", "li"} or any(part.tag != "a" for part in block):
        return False
    beside = (block.text or "") + "".join(part.tail or "" for part in block)
    return len(block) > 0 and not any(char.isalnum() for char in beside)


def _around(element: Element, what: str, sides: tuple[int, int]) -> float:
    """Margin or padding on two sides (0 top, 1 right, 2 bottom, 3 left) together, in CSS pixels."""
    looks = style_of(element)
    parts = [pixels(part) or 0.0 for part in looks.get(what, "").split()] or [0.0]
    four = [parts[number] for number in _ORDER[min(len(parts), 4) - 1]]
    own = [pixels(looks.get(f"{what}-{_SIDES[side]}")) for side in sides]
    return sum(four[side] if said is None else said for side, said in zip(sides, own, strict=True))
