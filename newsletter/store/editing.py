"""Changes of a saved issue, each a new revision: items put in, moved, taken out and back, and whole revisions restored.

Every change is made on the newest revision there is, so two people who change different things never undo each other's
work. What was computed from a revision that is no longer the newest is computed again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from newsletter.issue import toml
from newsletter.issue.pieces import Pieces, piece_of, read_front, read_piece, unused_id
from newsletter.items.base import Item
from newsletter.items.kinds.event import Event
from newsletter.items.registry import kinds
from newsletter.models import Account, Revision, UpdateItem
from newsletter.store.assets import by_public_id
from newsletter.store.draft import Draft, draft_of
from newsletter.store.following import followed, since
from newsletter.store.media import renamed
from newsletter.store.pool import read_item
from newsletter.store.revisions import Opened, Saved, digest_of, newest, open_texts, raised

_TRIES = 8


class Gone(LookupError):
    """The item is not in the issue any more; ``who`` took it out, ``at`` that time, in revision ``number``."""

    def __init__(self, item: str, taken_out: Revision | None = None) -> None:
        super().__init__(f"'{item}' is not in this issue")
        self.item = item
        self.number = taken_out.number if taken_out else None
        self.who = taken_out.author if taken_out else ""
        self.at = taken_out.at if taken_out else None


class Busy(Exception):
    """Others save so fast that this change found no moment between."""


def revision_of(slug: str, number: int) -> Revision:
    """The revision ``number`` of the issue ``slug``. Raises ``Revision.DoesNotExist``."""
    return Revision.objects.select_related("issue").get(issue__slug=slug, number=number)


def change(slug: str, edit: Callable[[Draft], Draft], *, account: Account, at: datetime, follow: bool = True) -> Saved:
    """The newest revision of the issue ``slug`` with ``edit`` made to it; the newest itself where that changes nothing.

    ``edit`` may be called several times. Translations ``follow`` the issue, unless all is put as it was. Raises what
    ``edit`` raises, ``UnknownIssue`` and ``Busy``.
    """
    for _ in range(_TRIES):
        before = newest(slug)
        old = draft_of(before)
        new = edit(old)
        if follow:
            new = followed(old, new, since(before))
        if saved := _kept(before, old, new, account, at):
            return saved
    raise Busy("others are saving this issue at the same moment; try again")


def _kept(before: Revision, old: Draft, new: Draft, account: Account, at: datetime) -> Saved | None:
    """``new`` as the revision after ``before``; ``None`` where another one came between."""
    source = new.pieces.text
    translations = {language: pieces.text for language, pieces in new.translations.items()}
    texts = (source, *translations.values())
    assets = {path: key for path, key in new.assets.items() if any(toml.value(path) in text for text in texts)}
    digest = digest_of(source, translations, assets)
    if digest == before.sha256 and new.behind == old.behind:
        return Saved(before, False)
    sequences = _sequences(before, old, new)
    front = read_front(new.pieces) if new.pieces.front != old.pieces.front else None
    try:
        with transaction.atomic():
            if Revision.objects.filter(issue=before.issue_id, number__gt=before.number).exists():
                return None
            if front:
                before.issue.title, before.issue.series = front.title, front.series or ""
                before.issue.save(update_fields=["title", "series"])
            made = Revision.objects.create(
                issue=before.issue,
                number=before.number + 1,
                source=source,
                translations=translations,
                assets=assets,
                sha256=digest,
                sequences=sequences,
                behind=new.behind,
                author=account.name,
                account=account,
                at=at,
            )
    except IntegrityError:  # the same number was given out at the same moment
        return None
    return Saved(made, True)


def _sequences(before: Revision, old: Draft, new: Draft) -> dict[str, int]:
    """SEQUENCE of each event after the change; only events that could say something else now are looked at."""
    pairs = [(old.pieces, new.pieces)]
    pairs += [(old.translations.get(language, Pieces("")), one) for language, one in new.translations.items()]
    events = [piece.id for piece in new.pieces.items if issubclass(kinds().get(piece.kind, Item), Event)]
    front = old.translations.keys() != new.translations.keys() or any(was.front != now.front for was, now in pairs)
    touched = [item for item in events if front or any(was.get(item) != now.get(item) for was, now in pairs)]
    if not touched:
        return dict(before.sequences)
    slug = before.issue.slug
    return raised(before.sequences, _opened(slug, old, touched), _opened(slug, new, touched))


def _opened(slug: str, draft: Draft, items: Sequence[str]) -> Opened:
    few = draft.everywhere(lambda pieces: pieces.only(items))
    return open_texts(slug, few.pieces.text, {language: one.text for language, one in few.translations.items()})


def insert_item(
    slug: str, item: Item, *, after: str = "", assets: Mapping[str, str] | None = None, account: Account, at: datetime
) -> tuple[Saved, str]:
    """``item`` put in behind the item ``after``, at the end where there is none, and the id that it got: its own,
    unless another item has that. Raises ``IssueError`` where its text would not end where it ends."""
    given = ""

    def edit(draft: Draft) -> Draft:
        nonlocal given
        given = item.id if item.id not in draft.pieces.ids else unused_id(item.title, draft.pieces.ids)
        piece = piece_of(item.model_copy(update={"id": given}))
        pieces = draft.pieces.inserted(piece, _behind(draft.pieces, after))
        return replace(draft, pieces=pieces, assets={**draft.assets, **known_files(assets or {})})

    return change(slug, edit, account=account, at=at), given


def duplicate_item(slug: str, item: str, *, account: Account, at: datetime) -> tuple[Saved, str]:
    """A copy of ``item`` right behind it, in every language, and its id. Raises ``Gone``."""
    given = ""

    def edit(draft: Draft) -> Draft:
        nonlocal given
        piece = draft.pieces.get(item)
        if piece is None:
            raise Gone(item)
        given = unused_id(piece.title, draft.pieces.ids)
        made = draft.everywhere(lambda pieces: _with_copy(pieces, item, given))
        for language in draft.translations:
            made = made.marking(language, given, draft.marks(language, item))
        return made

    return change(slug, edit, account=account, at=at), given


def _with_copy(pieces: Pieces, item: str, given: str) -> Pieces:
    piece = pieces.get(item)
    if piece is None:
        return pieces
    copy = piece_of(read_piece(piece).model_copy(update={"id": given}))
    return pieces.inserted(copy, _behind(pieces, item))


def move_item(slug: str, item: str, index: int, *, account: Account, at: datetime) -> Saved:
    """``item`` at ``index`` (from 0) among the others. Raises ``Gone``."""

    def edit(draft: Draft) -> Draft:
        if draft.pieces.get(item) is None:
            raise Gone(item)
        return replace(draft, pieces=draft.pieces.moved(item, index))

    return change(slug, edit, account=account, at=at)


def remove_item(slug: str, item: str, *, account: Account, at: datetime) -> Saved:
    """The issue without ``item``, in every language. One that is gone already changes nothing."""
    return change(slug, lambda draft: draft.everywhere(lambda one: one.without(item)), account=account, at=at)


def restore_item(slug: str, item: str, number: int, *, account: Account, at: datetime) -> Saved:
    """``item`` as revision ``number`` has it, put back behind the item it stood behind, in every language. One that is
    there changes nothing. Raises ``Gone`` where that revision does not have it, ``Revision.DoesNotExist``."""
    then = draft_of(revision_of(slug, number))
    piece = then.pieces.get(item)
    if piece is None:
        raise Gone(item)

    def edit(draft: Draft) -> Draft:
        if draft.pieces.get(item):
            return draft
        pieces = draft.pieces.inserted(piece, _place_of(item, then.pieces, draft.pieces))
        back = replace(draft, pieces=pieces, assets={**then.assets, **draft.assets})
        for language, one in draft.translations.items():
            back = back.in_language(language, _back(item, then, one, language))
            back = back.marking(language, item, then.marks(language, item))
        return back

    return change(slug, edit, account=account, at=at)


def restore_revision(slug: str, number: int, *, account: Account, at: datetime) -> Saved:
    """All of revision ``number`` again, as the newest. Raises ``Revision.DoesNotExist``."""
    then = draft_of(revision_of(slug, number))
    return change(slug, lambda draft: then, account=account, at=at, follow=False)


def take_items(
    slug: str, rows: Sequence[UpdateItem], *, after: str = "", account: Account, at: datetime
) -> tuple[Saved, tuple[str, ...]]:
    """The items of the pool put in behind the item ``after``, with their files, and the ids that they got; they are
    used then. Raises ``IssueError`` where one is not understood any more."""
    ids: list[str] = []

    def edit(draft: Draft) -> Draft:
        ids.clear()
        for row in rows:
            names = {path: _free_path(path, key, draft.assets) for path, key in row.assets.items()}
            item = renamed(read_item(row), names)
            given = unused_id(item.title, draft.pieces.ids)
            piece = piece_of(item.model_copy(update={"id": given}))
            place = _behind(draft.pieces, ids[-1] if ids else after)
            files = {names[path]: key for path, key in row.assets.items()}
            draft = replace(draft, pieces=draft.pieces.inserted(piece, place), assets={**draft.assets, **files})
            ids.append(given)
        return draft

    with transaction.atomic():
        saved = change(slug, edit, account=account, at=at)
        numbers = [row.pk for row in rows]
        UpdateItem.objects.filter(pk__in=numbers).update(state=UpdateItem.State.USED, used_in=saved.revision.issue)
    return saved, tuple(ids)


def known_files(uploaded: Mapping[str, str]) -> dict[str, str]:
    """Those of ``uploaded`` (path -> public id) that are stored."""
    known = by_public_id(uploaded.values()) if uploaded else {}
    return {path: public_id for path, public_id in uploaded.items() if public_id in known}


def _behind(pieces: Pieces, item: str) -> int:
    return pieces.ids.index(item) + 1 if item in pieces.ids else len(pieces.items)


def _place_of(item: str, then: Pieces, now: Pieces) -> int:
    """Where ``item`` goes so that it stands behind what it stood behind."""
    before = then.ids[: then.ids.index(item)]
    return next((now.ids.index(one) + 1 for one in reversed(before) if one in now.ids), 0)


def _back(item: str, then: Draft, now: Pieces, language: str) -> Pieces:
    former = then.translations.get(language, Pieces(""))
    piece = former.get(item)
    return now.inserted(piece, _place_of(item, former, now)) if piece and not now.get(item) else now


def _free_path(path: str, key: str, taken: Mapping[str, str]) -> str:
    """``path``, or another name of the same ending where it is that of another file."""
    stem, dot, ending = path.rpartition(".")
    number, free = 2, path
    while taken.get(free, key) != key:
        free, number = f"{stem}-{number}{dot}{ending}", number + 1
    return free
