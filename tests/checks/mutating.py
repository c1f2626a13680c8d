"""What mutators of mails are made of: a place in the HTML, a picture, a colour, a text, a template."""

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.checks.mails_form import Mail, rendered

Mutator = Callable[[Mail, Random], Mail | None]
"""``None``: the mail has nothing that could be broken so."""

MUTATORS: dict[str, tuple[str, tuple[str, ...], Mutator]] = {}
"""By name: the check that must find it, those that may as it breaks more than one rule, and the mutator."""
DECOYS: dict[str, Mutator] = {}


def breaks(check: str, *also: str) -> Callable[[Mutator], Mutator]:
    def add(mutator: Mutator) -> Mutator:
        MUTATORS[mutator.__name__] = (check, also, mutator)
        return mutator

    return add


def decoy(mutator: Mutator) -> Mutator:
    DECOYS[mutator.__name__] = mutator
    return mutator


def one(mail: Mail, chance: Random, pattern: str, new: str, *, skip: int = 0) -> Mail | None:
    """The mail with one of the places at which ``pattern`` stands in the HTML replaced."""
    places = list(re.finditer(pattern, mail.html, re.DOTALL))[skip:]
    if not places:
        return None
    place = chance.choice(places)
    return replace(mail, html=mail.html[: place.start()] + place.expand(new) + mail.html[place.end() :])


def into(mail: Mail, chance: Random, html: str) -> Mail | None:
    """The mail with ``html`` before a paragraph of some item."""
    return one(mail, chance, r"(?<=<div class=\"prose\">)(?=<p )", html)


def template(mail: Mail, source: str, path: str = "email/items/text.mjml.j2") -> Mail:
    return replace(mail, templates={**mail.templates, path: source})


def picture(mail: Mail, chance: Random, **changes: int | str) -> Mail | None:
    """The mail with another file behind one of its pictures."""
    names = ("path", "mime", "size", "width", "height", "frames")
    sources = [src for src, file in mail.pictures.items() if file[0] != "logo.png"]
    if not sources:
        return None
    src = chance.choice(sources)
    values = dict(zip(names, mail.pictures[src], strict=True)) | changes
    changed = tuple(values[name] for name in names)
    return replace(mail, pictures={**mail.pictures, src: changed})  # type: ignore[dict-item]


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour(chance: Random, low: float, high: float, ground: str = "#ffffff") -> str:
    """A colour whose contrast with ``ground`` lies between the two."""
    while True:
        colour = f"#{chance.randrange(1 << 24):06x}"
        if low <= _ratio(colour, ground) <= high:
            return colour


def item(mail: Mail, chance: Random, body: str) -> Mail:
    """The mail with a further paragraph in one of its items, rendered anew."""
    items = list(mail.issue.items)
    at = chance.randrange(len(items))
    items[at] = items[at].model_copy(update={"body": f"{items[at].body}\n\n{body}"})
    return rendered(mail.issue.model_copy(update={"items": tuple(items)}))
