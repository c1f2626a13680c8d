"""The form of a translation: each field with what the issue says beside it, and what became of that since it was
translated."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from newsletter.issue.changes import as_text, runs
from newsletter.issue.pieces import cut, read_front
from newsletter.issue.translating import sort_of
from newsletter.items.base import Part
from newsletter.items.describe import FieldDescription
from newsletter.models import Revision
from newsletter.store.draft import INTRODUCTION, draft_of
from newsletter.store.edit_fields import part_of, values_of
from newsletter.store.translating import part_then
from newsletter.web.editor import forms
from newsletter.web.editor.fields import Row, Shown


def in_language(fields: Iterable[Shown], language: str) -> tuple[Shown, ...]:
    """``fields``, which are written in ``language``."""
    return tuple(
        replace(
            one,
            lang=language,
            rows=tuple(replace(row, fields=in_language(row.fields, language)) for row in one.rows),
            blank=tuple(replace(row, fields=in_language(row.fields, language)) for row in one.blank),
        )
        for one in fields
    )


def shown(  # noqa: PLR0917 - what a form is drawn of
    revision: Revision,
    language: str,
    key: str,
    fields: tuple[FieldDescription, ...],
    raw: forms.Raw,
    wrong: Mapping[str, str],
) -> tuple[Shown, ...]:
    """The ``fields`` of the translation into ``language`` as ``raw`` fills them."""
    pieces = cut(revision.source)
    original, tongue = part_of(pieces, key), read_front(pieces).language
    about = forms.fields_of(type(original), introduction=key == INTRODUCTION)
    said = in_language(forms.shown(about, forms.raw_of(about, values_of(original)), {}), tongue)
    by_name = {one.name: one for one in said}
    drawn = []
    for one in in_language(forms.shown(fields, raw, wrong), language):
        sort = sort_of(one.about, type(original))
        made = replace(_beside(one, by_name[one.name], sort), blank=() if _is_of_issue(one) else one.blank)
        mark = draft_of(revision).marks(language, key).get(one.name)
        then = part_then(revision, key, mark) if mark else None
        drawn.append(replace(made, older=_since(then, original, one.name)) if then else made)
    return tuple(drawn)


def _is_of_issue(one: Shown) -> bool:
    """Whether its entries are those of the issue, so that none is added or removed."""
    return not any(part.required for parts in one.about.parts.values() for part in parts)


def _beside(one: Shown, original: Shown, sort: str) -> Shown:
    rows = zip(one.rows, original.rows, strict=False) if _is_of_issue(one) else ()
    made = tuple(_row(row, other) for row, other in rows)
    return replace(one, beside=original, sort=sort, rows=(*made, *one.rows[len(made) :]))


def _row(row: Row, original: Row) -> Row:
    others = {one.about.name: one for one in original.fields}
    drawn = [_beside(one, others[one.about.name], sort_of(one.about, Part)) for one in row.fields]
    names = {one.about.name for one in row.fields}
    common = tuple(one for name, one in others.items() if name not in names)
    filled = tuple(one for one in drawn if one.is_filled or one.wrong or (one.beside and one.beside.is_filled))
    return replace(row, fields=filled, common=common, fixed=True)


def _since(then: Part, now: Part, name: str) -> tuple[tuple[str, str], ...]:
    """What the issue says of ``name``, with what went and what came since."""
    before, after = values_of(then).get(name), values_of(now).get(name)
    return runs(as_text(before), as_text(after))
