"""What a revision holds, as it is changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from newsletter.issue.pieces import Pieces, cut
from newsletter.models import Revision

FRONT, INTRODUCTION = "~front", "~introduction"
"""What is edited beside the items; no id of an item begins with a tilde."""

Marks = Mapping[str, int]
"""Field of a translation that is not translated as the issue stands -> the revision of which it is a translation; 0
where it is none."""


@dataclass(frozen=True)
class Draft:
    """The text of the issue and of its translations in pieces, and the files (path -> public id of the asset)."""

    pieces: Pieces
    translations: Mapping[str, Pieces] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)
    behind: Mapping[str, Mapping[str, Marks]] = field(default_factory=dict)
    """Language -> what is edited (an item's id, ``FRONT`` or ``INTRODUCTION``) -> marks; only where there are any."""

    def everywhere(self, edit: Callable[[Pieces], Pieces]) -> "Draft":
        """With ``edit`` made to the issue and to each translation."""
        translations = {language: edit(pieces) for language, pieces in self.translations.items()}
        return replace(self, pieces=edit(self.pieces), translations=translations)

    def in_language(self, language: str, pieces: Pieces) -> "Draft":
        """With ``pieces`` as the translation into ``language``."""
        return replace(self, translations=dict(sorted({**self.translations, language: pieces}.items())))

    def without_language(self, language: str) -> "Draft":
        """Without the translation into ``language``."""
        translations = {one: pieces for one, pieces in self.translations.items() if one != language}
        return replace(self, translations=translations).with_marks(language, {})

    def marks(self, language: str, key: str) -> Marks:
        """The marks of one form."""
        return self.behind.get(language, {}).get(key, {})

    def with_marks(self, language: str, marks: Mapping[str, Marks]) -> "Draft":
        """With ``marks`` (by what is edited) for the translation into ``language``."""
        some = {key: dict(one) for key, one in marks.items() if one}
        rest = {one: found for one, found in self.behind.items() if one != language}
        return replace(self, behind={**rest, language: some} if some else rest)

    def marking(self, language: str, key: str, marks: Marks) -> "Draft":
        """With ``marks`` for one form."""
        return self.with_marks(language, {**self.behind.get(language, {}), key: marks})


def draft_of(revision: Revision) -> Draft:
    """``revision`` as it can be changed."""
    translations = {language: cut(text) for language, text in revision.translations.items()}
    return Draft(cut(revision.source), translations, revision.assets, revision.behind)
