"""What is written at the desk: the issue itself, or one of its translations. Both have the same pages and forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from newsletter.issue.pieces import cut, read_front
from newsletter.issue.translating import translated_fields
from newsletter.items.base import Item
from newsletter.items.describe import FieldDescription
from newsletter.models import Revision
from newsletter.store.draft import FRONT, INTRODUCTION, draft_of
from newsletter.store.edit_fields import part_of, values_of
from newsletter.store.edit_saves import Form as StoreForm
from newsletter.store.edit_saves import Original
from newsletter.store.translating import NoTranslation, Progress, Translation, pair_in, progress_of
from newsletter.web.editor import beside, forms
from newsletter.web.editor.wording import FIXED, called
from newsletter.web.pages import this_site


@dataclass(frozen=True)
class Form:
    """The form of one item."""

    key: str
    heading: str
    kind: str
    number: int
    """The revision that it shows, from which typing begins."""
    fields: tuple[forms.Shown, ...]
    side: "Side"
    summary: str = ""
    bases: Mapping[str, int] = field(default_factory=dict)
    """Fields in conflict: the revision from which each was typed."""
    common: tuple[forms.Shown, ...] = ()
    """What is the same in every language."""

    @property
    def is_item(self) -> bool:
        """Whether it can be moved, copied and taken out."""
        return self.key not in FIXED


class Side(Protocol):
    """What is written: the issue itself or a translation."""

    @property
    def language(self) -> str:
        """The language of a translation; empty for the issue itself."""

    def tongue(self, revision: Revision) -> str:
        """The language that is written."""

    def fields(self, revision: Revision, key: str) -> tuple[FieldDescription, ...]:
        """The fields of the form ``key``. Raises ``Gone``, ``IssueError``."""

    def values(self, revision: Revision, key: str) -> dict[str, Any]:
        """What the form shows."""

    def store(self, start: Revision, key: str) -> StoreForm:
        """The form as the store saves it, with typing begun at the revision ``start``."""

    def shown(self, revision: Revision, key: str, raw: forms.Raw, wrong: Mapping[str, str]) -> tuple[forms.Shown, ...]:
        """The fields as they are drawn."""

    def form(
        self,
        revision: Revision,
        key: str,
        *,
        raw: forms.Raw | None = None,
        wrong: Mapping[str, str] | None = None,
        number: int | None = None,
    ) -> Form:
        """The form of the item ``key``, filled with what is saved, or with ``raw`` and what is ``wrong`` with it."""

    def address(self, slug: str, key: str = "", do: str = "") -> str:
        """The page of what is written, with ``key`` chosen; or where ``do`` of the form ``key`` leads."""


@dataclass(frozen=True)
class Own:
    """The issue itself."""

    language: str = ""

    def tongue(self, revision: Revision) -> str:
        """The language of the issue."""
        return read_front(cut(revision.source)).language

    def fields(self, revision: Revision, key: str) -> tuple[FieldDescription, ...]:
        """The fields of the kind."""
        return forms.fields_of(type(part_of(cut(revision.source), key)), introduction=key == INTRODUCTION)

    def values(self, revision: Revision, key: str) -> dict[str, Any]:
        """What is saved."""
        return values_of(part_of(cut(revision.source), key))

    def store(self, start: Revision, key: str) -> StoreForm:
        """The form of what stands in the issue itself."""
        return Original(this_site(), key)

    def shown(self, revision: Revision, key: str, raw: forms.Raw, wrong: Mapping[str, str]) -> tuple[forms.Shown, ...]:
        """The fields in the language of the issue."""
        return beside.in_language(forms.shown(self.fields(revision, key), raw, wrong), self.tongue(revision))

    def form(
        self,
        revision: Revision,
        key: str,
        *,
        raw: forms.Raw | None = None,
        wrong: Mapping[str, str] | None = None,
        number: int | None = None,
    ) -> Form:
        """The form of what stands in the issue itself."""
        saved = part_of(cut(revision.source), key)
        filled = raw if raw is not None else forms.raw_of(self.fields(revision, key), values_of(saved))
        drawn = self.shown(revision, key, filled, wrong or {})
        kind, summary = (saved.kind, saved.summary) if isinstance(saved, Item) else ("", "")
        heading = FIXED.get(key) or str(getattr(saved, "title", ""))
        return Form(key, heading, kind, number or revision.number, drawn, self, summary)

    def address(self, slug: str, key: str = "", do: str = "") -> str:
        """The page of the issue, or where a form of it leads."""
        if do:
            return reverse(f"issue-{do}", kwargs={"slug": slug, "key": key})
        return reverse("issue", kwargs={"slug": slug}) + (f"?{urlencode({'item': key})}" if key else "")


@dataclass(frozen=True)
class Translated:
    """The translation into ``language``."""

    language: str

    def tongue(self, revision: Revision) -> str:
        """The language of the translation."""
        return self.language

    def fields(self, revision: Revision, key: str) -> tuple[FieldDescription, ...]:
        """Those of the kind that can be translated, and that the issue or its translation fills."""
        original, translated = pair_in(draft_of(revision), self.language, key)
        free = {one.name: one for one in translated_fields(original, translated)}
        wanted = forms.fields_of(type(original), introduction=key == INTRODUCTION)
        own = [values_of(part) for part in (original, translated) if part]
        return tuple(free[one.name] for one in wanted if one.name in free and any(values[one.name] for values in own))

    def values(self, revision: Revision, key: str) -> dict[str, Any]:
        """What the translation says in its own words."""
        return self.store(revision, key).values(draft_of(revision))

    def store(self, start: Revision, key: str) -> StoreForm:
        """The form of what stands in the translation."""
        return Translation(this_site(), self.language, key, start)

    def shown(self, revision: Revision, key: str, raw: forms.Raw, wrong: Mapping[str, str]) -> tuple[forms.Shown, ...]:
        """The fields with what the issue says beside each."""
        return beside.shown(revision, self.language, key, self.fields(revision, key), raw, wrong)

    def form(
        self,
        revision: Revision,
        key: str,
        *,
        raw: forms.Raw | None = None,
        wrong: Mapping[str, str] | None = None,
        number: int | None = None,
    ) -> Form:
        """The form of what stands in the translation. Raises also ``NoTranslation``."""
        fields, own = self.fields(revision, key), Own().form(revision, key)
        filled = raw if raw is not None else forms.raw_of(fields, self.values(revision, key))
        drawn = self.shown(revision, key, filled, wrong or {})
        common = tuple(one for one in own.fields if one.name not in {free.name for free in fields})
        return Form(key, own.heading, own.kind, number or revision.number, drawn, self, common=common)

    def address(self, slug: str, key: str = "", do: str = "") -> str:
        """The page of the translation, or where a form of it leads."""
        where = {"slug": slug, "language": self.language}
        if do:
            return reverse(f"translation-{do}", kwargs={**where, "key": key})
        return reverse("translation", kwargs=where) + (f"?{urlencode({'item': key})}" if key else "")


def side_of(language: str, revision: Revision) -> Side:
    """What is written in ``language`` (empty: the issue itself); 404 for one that the issue does not have."""
    if not language:
        return Own()
    if language not in revision.translations:
        raise Http404
    return Translated(language)


def languages_beside(revision: Revision) -> dict[str, Any]:
    """The languages of the issue, to choose from: its own, and how far each translation is."""
    own = Own().tongue(revision)
    found: list[Progress] = progress_of(revision)
    return {
        "own_language": own,
        "progress": {one.language: one for one in found},
        "called": {language: called(language) for language in (own, *(one.language for one in found))},
    }


__all__ = ["FRONT", "Form", "NoTranslation", "Own", "Side", "Translated", "languages_beside", "side_of"]
