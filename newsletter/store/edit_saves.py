"""A form of a saved issue, saved as it is typed.

What is typed is put together with what others saved meanwhile, field by field: a field that both changed is a conflict
and is left as it is saved. A field that is wrong is left as it is saved, too, and the others are kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from newsletter.issue.merging import merge
from newsletter.issue.model import Issue
from newsletter.issue.pieces import cut
from newsletter.issue.problems import IssueError
from newsletter.issue.toml import Path
from newsletter.items.base import Part
from newsletter.models import Account, Revision
from newsletter.site import Site
from newsletter.store.draft import FRONT, INTRODUCTION, Draft, draft_of
from newsletter.store.edit_fields import made_part, part_of, problems_of, values_of, with_part
from newsletter.store.editing import Gone, change, known_files
from newsletter.store.revisions import Saved, newest

_SEARCHED = 50
"""Revisions that are looked through for who changed something."""


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed, too: what ``theirs`` is, who saved it, and when."""

    theirs: Any
    who: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What came of a save."""

    saved: Saved
    part: Part
    """As it is saved now."""
    wrong: Mapping[Path, str] = field(default_factory=dict)
    """What is wrong with a field, in words; it is saved as it was before."""
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    theirs: tuple[str, ...] = ()
    """Fields that others changed meanwhile, and this save did not."""


class Form(Protocol):
    """What is edited in one form: how it stands in a draft, and how it is put there."""

    @property
    def key(self) -> str:
        """The item's id, ``FRONT`` or ``INTRODUCTION``."""

    def part(self, draft: Draft) -> Part:
        """As it is saved. Raises ``Gone``."""

    def values(self, draft: Draft) -> dict[str, Any]:
        """As the form shows it."""

    def along(self, values: Mapping[str, Any], draft: Draft) -> Mapping[str, Any]:
        """``values``, as the form showed them when typing began, as it would show them for ``draft``."""

    def made(self, draft: Draft, changes: Mapping[str, Any]) -> dict[str, Any]:
        """All values of the part with ``changes`` of the form."""

    def problems(self, draft: Draft, part: Part, files: Mapping[str, str]) -> dict[Path, str]:
        """What is wrong with ``part`` beyond its single fields."""

    def written(self, draft: Draft, part: Part, changes: Mapping[str, Any]) -> Draft:
        """``draft`` with ``part``. Raises ``IssueError`` where its text would not end where it ends."""


@dataclass(frozen=True)
class Original:
    """The form of what stands in the issue itself."""

    site: Site
    key: str

    def part(self, draft: Draft) -> Part:
        """As it is saved. Raises ``Gone``."""
        return part_of(draft.pieces, self.key)

    def values(self, draft: Draft) -> dict[str, Any]:
        """All fields."""
        return values_of(self.part(draft))

    def along(self, values: Mapping[str, Any], draft: Draft) -> Mapping[str, Any]:
        """The same."""
        return values

    def made(self, draft: Draft, changes: Mapping[str, Any]) -> dict[str, Any]:
        """What is saved, and ``changes``."""
        return {**self.values(draft), **changes}

    def problems(self, draft: Draft, part: Part, files: Mapping[str, str]) -> dict[Path, str]:
        """What is wrong with ``part`` beyond its single fields."""
        wrong = problems_of(self.site, draft.pieces, draft.pieces.ids, part, files)
        if isinstance(part, Issue) and part.language in draft.translations:
            wrong[("language",)] = "There is a translation into this language; remove that first."
        return wrong

    def written(self, draft: Draft, part: Part, changes: Mapping[str, Any]) -> Draft:
        """``draft`` with ``part`` as it is now."""
        return replace(draft, pieces=with_part(draft.pieces, part))


def save_form(
    slug: str,
    form: Form,
    given: Mapping[str, Any],
    *,
    base: Mapping[str, Any],
    number: int,
    numbers: Mapping[str, int] | None = None,
    uploaded: Mapping[str, str] | None = None,
    account: Account,
    at: datetime,
) -> Outcome:
    """Saves the fields ``given`` of ``form``, as far as they are right and nobody else changed them.

    ``base`` holds the values that were shown when typing began, from revision ``number`` on; ``numbers`` names earlier
    revisions for fields whose conflict is not settled yet; ``uploaded`` are the files
    that were put in (path -> public id). Raises ``Gone``, ``UnknownIssue``, ``editing.Busy``.
    """
    found: list[Any] = []

    def edit(draft: Draft) -> Draft:
        try:
            saved = form.part(draft)
        except Gone:
            raise Gone(form.key, _taken_out(slug, form.key, number)) from None
        theirs, typed = form.values(draft), form.along(given, draft)
        merged = merge(form.along(base, draft), typed, theirs)
        both = {
            name: _last_changed(slug, form, name, theirs[name], (numbers or {}).get(name, number))
            for name in merged.conflicts
        }
        own = {name for name, revision in both.items() if revision.account_id == account.pk}
        changes = {name: merged.values[name] for name in typed if merged.values[name] != theirs[name]}
        changes |= {name: typed[name] for name in own}
        files = {**draft.assets, **known_files(uploaded or {})}
        part, wrong, kept = _fitting(form, draft, saved, changes, files)
        changed = draft
        if part != saved:
            try:
                changed = replace(form.written(draft, part, kept), assets=files)
            except IssueError as error:
                part, wrong = saved, {**wrong, (_text_of(form.key),): str(error)}
        conflicts = {name: Conflict(theirs[name], one.author, one.at) for name, one in both.items() if name not in own}
        moved = tuple(name for name in typed if typed[name] != given[name] and name not in merged.theirs)
        found[:] = [part, wrong, conflicts, (*merged.theirs, *moved)]
        return changed

    saved = change(slug, edit, account=account, at=at)
    return Outcome(saved, *found)


def _fitting(
    form: Form, draft: Draft, saved: Part, changes: Mapping[str, Any], files: Mapping[str, str]
) -> tuple[Part, dict[Path, str], Mapping[str, Any]]:
    """``saved`` with those of ``changes`` that are right, what is wrong with the others, and those that are right."""

    def attempt(some: Mapping[str, Any]) -> tuple[Part | None, dict[Path, str]]:
        made, wrong = made_part(type(saved), form.made(draft, some))
        if made is not None:
            found = form.problems(draft, made, files)
            wrong = {path: said for path, said in found.items() if path[:1] and path[0] in some}
        return (None, wrong) if wrong else (made, {})

    if not changes:
        return saved, {}, {}
    whole, wrong = attempt(changes)
    if whole is not None:
        return whole, {}, changes
    part = saved
    right: dict[str, Any] = {}
    for name, value in changes.items():
        made, alone = attempt({**right, name: value})
        if made is not None:
            part, right = made, {**right, name: value}
        else:
            wrong |= {path: said for path, said in alone.items() if path[:1] == (name,)}
    return part, wrong, right


def _text_of(key: str) -> str:
    return "introduction" if key in {FRONT, INTRODUCTION} else "body"


def _last_changed(slug: str, form: Form, name: str, value: Any, number: int) -> Revision:
    """The revision, after ``number``, that made the field ``name`` what it is now."""
    found = newest(slug)
    for revision in _later(slug, number):
        try:
            if form.values(draft_of(revision))[name] != value:
                break
        except Gone:
            break
        found = revision
    return found


def _taken_out(slug: str, key: str, number: int) -> Revision | None:
    """The revision after ``number`` that first lacks the item."""
    found = None
    for revision in _later(slug, number):
        if cut(revision.source).get(key):
            break
        found = revision
    return found


def _later(slug: str, number: int) -> Iterator[Revision]:
    """The revisions after ``number``, the newest first."""
    return iter(Revision.objects.filter(issue__slug=slug, number__gt=number).order_by("-number")[:_SEARCHED])
