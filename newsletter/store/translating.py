"""The translations of a saved issue: begun, written, removed and put back, and how far each is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from newsletter.issue.languages import check_language
from newsletter.issue.model import Issue
from newsletter.issue.pieces import Pieces, cut, piece_of, read_front
from newsletter.issue.problems import IssueError
from newsletter.issue.toml import Path
from newsletter.issue.translating import brought_along, filled, said, untranslated
from newsletter.issue.write import write
from newsletter.items.base import Item, Part
from newsletter.models import Account, Revision
from newsletter.site import Site
from newsletter.store.draft import FRONT, INTRODUCTION, Draft, Marks, draft_of
from newsletter.store.edit_fields import part_of, problems_of, with_part
from newsletter.store.editing import change, revision_of
from newsletter.store.following import followed, key_of, part_in, since
from newsletter.store.revisions import Saved

State = Literal["missing", "unfinished", "older", "done"]
"""``missing``: it stands in the language of the issue; ``unfinished``: some of its texts do; ``older``: the issue says
something else since it was translated."""


class LanguageError(ValueError):
    """The language cannot be added; the message says why."""


class NoTranslation(LookupError):
    """The issue has no translation into that language."""


@dataclass(frozen=True)
class Progress:
    """How far a translation is, by what is edited in the order of the mail."""

    language: str
    states: Mapping[str, State]
    marks: Mapping[str, Marks] = field(default_factory=dict)

    def count(self, *states: State) -> int:
        """How many are in one of ``states``."""
        return sum(state in states for state in self.states.values())

    @property
    def done(self) -> int:
        """How many are translated, also such as are older than the issue."""
        return self.count("done", "older")

    def after(self, key: str) -> str | None:
        """What is to be translated next after ``key``, round to the beginning; ``None`` where nothing is."""
        keys = list(self.states)
        at = keys.index(key) + 1 if key in keys else 0
        return next((one for one in [*keys[at:], *keys[:at]] if self.states[one] != "done"), None)


def progress_of(revision: Revision) -> list[Progress]:
    """How far each translation is."""
    draft = draft_of(revision)
    return [_progress(draft, language) for language in draft.translations]


def _progress(draft: Draft, language: str) -> Progress:
    pieces, marks = draft.translations[language], draft.behind.get(language, {})
    keys = [FRONT, *([INTRODUCTION] if read_front(draft.pieces).introduction else []), *draft.pieces.ids]
    return Progress(language, {key: _state(pieces, marks, key) for key in keys}, marks)


_WHOLE = {FRONT: {"title", "subject"}, INTRODUCTION: {"introduction"}}
"""The texts without which front matter and introduction are not translated at all."""


def _state(pieces: Pieces, marks: Mapping[str, Marks], key: str) -> State:
    own = marks.get(key, {})
    blank = {name for name, mark in own.items() if mark == 0}
    if _WHOLE[key] <= blank if key in _WHOLE else pieces.get(key) is None:
        return "missing"
    if blank:
        return "unfinished"
    return "older" if own else "done"


@dataclass(frozen=True)
class Translation:
    """The form of what stands in a translation; what is blank is as in the issue."""

    site: Site
    language: str
    key: str
    start: Revision
    """The revision from which typing began."""

    def part(self, draft: Draft) -> Part:
        """As it is saved: that of the issue where nothing is translated. Raises ``Gone``, ``NoTranslation``."""
        return pair_in(draft, self.language, self.key)[1] or part_of(draft.pieces, self.key)

    def values(self, draft: Draft) -> dict[str, Any]:
        """What the translation says in its own words."""
        return said(*pair_in(draft, self.language, self.key))

    def along(self, values: Mapping[str, Any], draft: Draft) -> Mapping[str, Any]:
        """``values`` with entries where those of the issue are now."""
        return brought_along(values, part_of(cut(self.start.source), self.key), part_of(draft.pieces, self.key))

    def made(self, draft: Draft, changes: Mapping[str, Any]) -> dict[str, Any]:
        """All values of the translation with ``changes``."""
        return filled(*pair_in(draft, self.language, self.key), changes)

    def problems(self, draft: Draft, part: Part, files: Mapping[str, str]) -> dict[Path, str]:
        """What is wrong with ``part`` beyond its single fields; links may lead to any item of the issue."""
        return problems_of(self.site, draft.translations[self.language], draft.pieces.ids, part, files)

    def written(self, draft: Draft, part: Part, changes: Mapping[str, Any]) -> Draft:
        """``draft`` with ``part`` in the translation; without it where it says nothing in its own words."""
        original, translated = pair_in(draft, self.language, self.key)
        pieces = draft.translations[self.language]
        if isinstance(part, Item) and not _has_words(said(original, part)):
            return draft.in_language(self.language, pieces.without(self.key)).marking(self.language, self.key, {})
        lacking = untranslated(original, part)
        old = draft.marks(self.language, self.key)
        marks = {name: mark for name, mark in old.items() if name not in changes}
        names = lacking if translated is None else [name for name in changes if name in lacking]
        marks |= dict.fromkeys((name for name in names if _edited_in(self.key, name)), 0)
        put = with_item(draft, pieces, part) if translated is None else with_part(pieces, part)
        return draft.in_language(self.language, put).marking(self.language, self.key, marks)


def pair_in(draft: Draft, language: str, key: str) -> tuple[Part, Part | None]:
    """What is edited, in the issue and in its translation; ``None`` where it is not translated. Raises ``Gone``,
    ``NoTranslation``."""
    if language not in draft.translations:
        raise NoTranslation(language)
    return part_of(draft.pieces, key), part_in(draft.translations[language], key)


def with_item(draft: Draft, pieces: Pieces, part: Part) -> Pieces:
    """The translation ``pieces`` with an item that it lacked, in the order of the issue."""
    if not isinstance(part, Item):
        return pieces
    before = draft.pieces.ids[: draft.pieces.ids.index(part.id)]
    place = next((pieces.ids.index(one) + 1 for one in reversed(before) if one in pieces.ids), 0)
    return pieces.inserted(piece_of(part), place)


def _edited_in(key: str, name: str) -> bool:
    return key == key_of(FRONT if key == INTRODUCTION else key, name)


def _has_words(values: Mapping[str, Any]) -> bool:
    return any(
        any(_has_words({name: one for name, one in entry.items() if name != "do"}) for entry in value)
        if isinstance(value, tuple) and value and isinstance(value[0], Mapping)
        else bool(value)
        for value in values.values()
    )


def finish(slug: str, language: str, key: str, *, account: Account, at: datetime) -> Saved:
    """Says that ``key`` is translated as it stands; what was not there yet is as in the issue. Raises ``Gone``,
    ``NoTranslation``."""

    def edit(draft: Draft) -> Draft:
        original, translated = pair_in(draft, language, key)
        pieces = draft.translations[language]
        put = pieces if translated else with_item(draft, pieces, original)
        return draft.in_language(language, put).marking(language, key, {})

    return change(slug, edit, account=account, at=at)


def add_language(slug: str, language: str, *, account: Account, at: datetime) -> Saved:
    """A translation into ``language``, in which nothing is translated yet. Raises ``LanguageError``."""

    def edit(draft: Draft) -> Draft:
        front = read_front(draft.pieces)
        if language == front.language:
            raise LanguageError("This is the language of the issue itself.")
        if language in draft.translations:
            raise LanguageError("There is a translation into this language already.")
        try:
            own = Issue.model_validate({**front.model_dump(exclude={"overrides"}), "language": language})
        except ValueError:
            raise LanguageError(_wrong_tag(language)) from None
        lacking = untranslated(front, None)
        begun = draft.in_language(language, Pieces(write(own)))
        for key in (FRONT, INTRODUCTION):
            begun = begun.marking(language, key, {name: 0 for name in lacking if _edited_in(key, name)})
        return begun

    return change(slug, edit, account=account, at=at)


def _wrong_tag(language: str) -> str:
    try:
        check_language(language)
    except ValueError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return "Write the language as a tag such as es, ar or pt-BR."


def remove_language(slug: str, language: str, *, account: Account, at: datetime) -> Saved:
    """The issue without its translation into ``language``. One that is not there changes nothing."""
    return change(slug, lambda draft: draft.without_language(language), account=account, at=at)


def restore_language(slug: str, language: str, number: int, *, account: Account, at: datetime) -> Saved:
    """The translation into ``language`` as revision ``number`` has it, put back and brought to what the issue says now.
    One that is there changes nothing. Raises ``NoTranslation``, ``Revision.DoesNotExist``."""
    revision = revision_of(slug, number)
    then = draft_of(revision)
    if language not in then.translations:
        raise NoTranslation(language)
    old = Draft(then.pieces, {language: then.translations[language]}, then.assets).with_marks(
        language, then.behind.get(language, {})
    )

    def edit(draft: Draft) -> Draft:
        if language in draft.translations or read_front(draft.pieces).language == language:
            return draft
        kinds = {piece.id: piece.kind for piece in draft.pieces.items}
        kept = tuple(one for one in old.translations[language].items if kinds.get(one.id) == one.kind)
        pieces = replace(old.translations[language], items=kept)
        now = followed(old, replace(old.in_language(language, pieces), pieces=draft.pieces), since(revision))
        back = draft.in_language(language, now.translations[language])
        back = back.with_marks(language, now.behind.get(language, {}))
        return replace(back, assets={**then.assets, **draft.assets})

    return change(slug, edit, account=account, at=at)


def part_then(revision: Revision, key: str, number: int) -> Part | None:
    """What ``key`` said in revision ``number`` of the same issue; ``None`` where it was not there or cannot be read."""
    try:
        return part_in(cut(revision_of(revision.issue.slug, number).source), key)
    except (Revision.DoesNotExist, IssueError):
        return None
