"""Issues in the store: every save that changes something is a revision, and none is ever changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from newsletter.issue.files import Loaded, load
from newsletter.issue.model import Issue
from newsletter.issue.pieces import cut, read
from newsletter.issue.problems import Problem
from newsletter.issue.write import write
from newsletter.items.kinds.event import Event
from newsletter.models import Account, Revision
from newsletter.models import Issue as IssueRow
from newsletter.render.calendar import calendar_file
from newsletter.render.rendering import Organisation
from newsletter.site import Site
from newsletter.store import assets
from newsletter.store.draft import Draft, draft_of
from newsletter.store.following import remembered, since
from newsletter.store.identity import known_fields
from newsletter.store.local import read_media

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY = Organisation(name="", postal_address="", domain="localhost")


class UnknownIssue(LookupError):
    """No issue has that name; the message says which one is near."""


@dataclass(frozen=True)
class Saved:
    """A revision, and whether it is new."""

    revision: Revision
    changed: bool
    dropped: tuple[Problem, ...] = ()
    """What the file says that is no content and is not kept: comments."""


@dataclass(frozen=True)
class Opened:
    """What a revision holds: the issue and its translations by language."""

    issue: Issue
    translations: Mapping[str, Issue]
    fallbacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Language -> ids of items that are not translated and stand in the language of the issue."""


def import_issue(site: Site, path: Path, *, author: str, at: datetime, account: Account | None = None) -> Saved:
    """The issue file at ``path`` with its translations, pictures and documents as a revision of the issue it names.

    Raises ``IssueError`` with every mistake; then nothing is stored. A file that changes nothing makes no revision.
    """
    loaded = load(path, known_fields=known_fields(site))
    media = read_media(loaded, path.parent)
    stored = {reference: assets.store(site, file).public_id for reference, file in media.items()}
    return save_revision(loaded, assets=stored, author=author, at=at, account=account)


def save_revision(
    loaded: Loaded, *, assets: Mapping[str, str], author: str, at: datetime, account: Account | None = None
) -> Saved:
    """``loaded`` as the newest revision of its issue; the newest there is where it holds the same.

    ``assets`` names the asset (public id) of each file that the issue refers to; ``account`` is whoever saves it at the
    desk.
    """
    source, translations = _texts(loaded)
    digest = digest_of(source, translations, assets)
    with transaction.atomic():
        row, _ = IssueRow.objects.get_or_create(slug=loaded.issue.slug)
        before = row.revisions.order_by("-number").first()
        if before and before.sha256 == digest:
            return Saved(before, False, loaded.dropped)
        row.title, row.series = loaded.issue.title, loaded.issue.series or ""
        row.save(update_fields=["title", "series"])
        now = Opened(loaded.issue, loaded.translations)
        revision = row.revisions.create(
            number=before.number + 1 if before else 1,
            source=source,
            translations=translations,
            assets=dict(assets),
            sha256=digest,
            sequences=raised({}, None, now) if before is None else raised(before.sequences, open_revision(before), now),
            behind=_behind(before, source, translations),
            author=author,
            account=account,
            at=at,
        )
    return Saved(revision, True, loaded.dropped)


def _behind(before: Revision | None, source: str, translations: Mapping[str, str]) -> Mapping[str, Any]:
    """What of the translations is older than the issue, where ``before`` was saved last."""
    new = Draft(cut(source), {language: cut(text) for language, text in translations.items()})
    return remembered(draft_of(before), new, since(before)).behind if before else {}


def digest_of(source: str, translations: Mapping[str, str], assets: Mapping[str, str]) -> str:
    """What a revision is known by: SHA-256 of its texts and of the files they refer to, in hex."""
    content = json.dumps([source, translations, dict(sorted(assets.items()))], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def same_in_file(site: Site, path: Path, revision: Revision) -> Loaded | None:
    """The issue file at ``path`` if it says what ``revision`` says, else ``None``; pictures are not looked at.

    Raises ``IssueError`` where the file holds mistakes.
    """
    loaded = load(path, known_fields=known_fields(site))
    same = _texts(loaded) == (revision.source, revision.translations) and loaded.issue.slug == revision.issue.slug
    return loaded if same else None


def newest(slug: str) -> Revision:
    """The newest revision of the issue ``slug``. Raises ``UnknownIssue``."""
    revision = Revision.objects.filter(issue__slug=slug).select_related("issue").order_by("-number").first()
    if revision is None:
        near = get_close_matches(slug, IssueRow.objects.values_list("slug", flat=True), n=1, cutoff=0.5)
        raise UnknownIssue(f"there is no issue '{slug}'" + (f"; did you mean '{near[0]}'?" if near else ""))
    return revision


def newest_revisions() -> list[Revision]:
    """The newest revision of every issue, the issue that was started last first."""
    number = Revision.objects.filter(issue=OuterRef("issue")).order_by("-number").values("number")[:1]
    rows = Revision.objects.filter(number=Subquery(number)).select_related("issue")
    return list(rows.order_by("-issue__id"))


def matching(words: str) -> set[int]:
    """The issues whose title, series, name or newest text holds all of ``words``."""
    number = Revision.objects.filter(issue=OuterRef("issue")).order_by("-number").values("number")[:1]
    rows = Revision.objects.filter(number=Subquery(number))
    for word in words.split():
        places = ("issue__title", "issue__series", "issue__slug", "source")
        rows = rows.filter(reduce(or_, (Q(**{f"{place}__icontains": word}) for place in places)))
    return set(rows.values_list("issue_id", flat=True))


def open_revision(revision: Revision) -> Opened:
    """The issue and its translations as ``revision`` holds them. Raises ``IssueError`` where its text is damaged."""
    return open_texts(revision.issue.slug, revision.source, revision.translations)


def open_texts(slug: str, source: str, texts: Mapping[str, str]) -> Opened:
    """The issue ``slug`` and its translations from their texts. Raises ``IssueError`` where one is damaged."""
    issue = read(source, file=f"{slug}.md", slug=slug)
    translations, fallbacks = {}, {}
    for language, text in texts.items():
        translated = read(text, file=f"{slug}.{language}.md", slug=slug)
        own = {item.id: item for item in translated.items}
        items = tuple(own.get(item.id, item) for item in issue.items)
        translations[language] = translated.model_copy(update={"items": items})
        fallbacks[language] = tuple(item.id for item in issue.items if item.id not in own)
    return Opened(issue, translations, fallbacks)


def open_issue(slug: str) -> Opened:
    """The newest revision of the issue ``slug``, opened. Raises ``UnknownIssue``."""
    return open_revision(newest(slug))


def _texts(loaded: Loaded) -> tuple[str, dict[str, str]]:
    """The issue file and those of its translations, as they are stored."""
    translations = {language: write(_own(loaded, issue)) for language, issue in sorted(loaded.translations.items())}
    return write(loaded.issue), translations


def _own(loaded: Loaded, translated: Issue) -> Issue:
    """A translation without the items that stand in the language of the issue."""
    missing = loaded.fallbacks.get(translated.language, ())
    return translated.model_copy(update={"items": tuple(item for item in translated.items if item.id not in missing)})


def raised(sequences: Mapping[str, int], before: Opened | None, now: Opened) -> dict[str, int]:
    """SEQUENCE of each event of ``now``: raised whenever its calendar file says something else than ``before``, in any
    language. Those of ``sequences`` whose items are not in ``now`` stay as they are."""
    old, new = _events(before) if before else {}, _events(now)
    found = dict(sequences)
    for item, content in new.items():
        found[item] = found[item] + (content != old.get(item)) if item in found else 0
    return found


def _events(opened: Opened) -> dict[str, list[bytes]]:
    """What the calendar file of each event says, number and date of the change left out."""
    said: dict[str, list[bytes]] = {}
    for issue in (opened.issue, *opened.translations.values()):
        for item in issue.items:
            if isinstance(item, Event):
                calendar = calendar_file(item, issue, _NOBODY, sequence=0, changed_at=_EPOCH)
                said.setdefault(item.id, []).append(calendar.content)
    return said
