"""What a mutator makes, and the places in an issue at which it can do so."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from newsletter.issue.model import Issue
from newsletter.items.base import Item


@dataclass(frozen=True)
class Mutant:
    """An issue with one fault, and where it is to be found: item (``None``: front matter and introduction) or the mail
    as a whole."""

    issue: Issue
    item: str | None = None
    others: tuple[str, ...] = ()
    """Titles of other issues of the site."""
    foot: str = ""
    """What else stands in the foot of the mail."""


@dataclass(frozen=True)
class Ground:
    """A sound issue, the moment at which it leaves, and dice."""

    issue: Issue
    leaves: datetime
    dice: random.Random

    @property
    def language(self) -> str:
        return self.issue.language[:2]

    def say(self, **by_language: str) -> str | None:
        """One of the sentences of the issue's language, divided by bars; ``None`` where there is none."""
        said = by_language.get(self.language)
        return self.dice.choice(said.split("|")) if said else None

    def item(self, *kinds: str, avoid: tuple[str, ...] = ()) -> Item | None:
        """One of the items with a text, of these kinds."""
        found = [
            item
            for item in self.issue.items
            if item.body and (not kinds or item.kind in kinds) and item.kind not in avoid
        ]
        return self.dice.choice(found) if found else None

    def changed(self, item: Item, **values: object) -> Issue:
        """The issue with other values in one item; nothing is validated, as faults are not."""
        new = item.model_copy(update=values)
        return self.issue.model_copy(update={"items": tuple(new if one is item else one for one in self.issue.items)})

    def with_sentence(self, sentence: str, item: Item) -> Mutant:
        """``sentence`` at the end of one of the plain paragraphs of ``item``, or as a paragraph of its own."""
        parts = item.body.split("\n\n")
        plain = [n for n, part in enumerate(parts) if re.match(r"[^\W\d_]", part) and re.search(r"[.!?؟]$", part)]
        if plain and self.dice.random() < 0.7:
            number = self.dice.choice(plain)
            parts[number] = f"{parts[number]} {sentence}"
        else:
            parts.append(sentence)
        return Mutant(self.changed(item, body="\n\n".join(parts)), item.id)


Mutator = Callable[[Ground], Mutant | None]
MUTATORS: dict[str, list[tuple[str, Mutator]]] = {}
"""By the name of the check that is to find them."""


def fault(check: str) -> Callable[[Mutator], Mutator]:
    """Registers a function that puts in one fault which ``check`` is to find; it returns ``None`` where it cannot."""

    def register(mutator: Mutator) -> Mutator:
        MUTATORS.setdefault(check, []).append((mutator.__name__, mutator))
        return mutator

    return register


def mutants(issue: Issue, leaves: datetime) -> Iterator[tuple[str, str, Mutant]]:
    """Every mutant of ``issue`` with the check that is to find it and the name of its mutator; always the same ones."""
    for check, mutators in sorted(MUTATORS.items()):
        for name, mutator in mutators:
            ground = Ground(issue, leaves, random.Random(f"{issue.slug} {check} {name}"))
            if mutant := mutator(ground):
                yield check, name, mutant
