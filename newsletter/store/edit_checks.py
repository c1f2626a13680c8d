"""What is done about findings of the checks in a saved issue: mended, accepted with a reason, no longer accepted."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from newsletter.checks.finding import Finding
from newsletter.checks.fixes import mended
from newsletter.checks.overrides import with_override
from newsletter.issue.model import Issue, Override
from newsletter.issue.parse import parse
from newsletter.issue.pieces import Pieces, cut, read_front
from newsletter.issue.problems import IssueError
from newsletter.issue.write import write
from newsletter.models import Account
from newsletter.store.draft import Draft
from newsletter.store.editing import change
from newsletter.store.revisions import Saved


def mend(slug: str, finding: Finding, languages: Collection[str], *, account: Account, at: datetime) -> Saved:
    """The issue with the fix of ``finding`` applied in each of ``languages``. Raises ``FixError`` where it has none, or
    the text that it mends does not stand there any more."""
    return _in_languages(slug, languages, lambda text: mended(text, finding), account=account, at=at)


def accept(slug: str, override: Override, languages: Collection[str], *, account: Account, at: datetime) -> Saved:
    """The issue with a warning accepted for the reason of ``override`` in each of ``languages``."""
    return _in_languages(slug, languages, lambda text: with_override(text, override), account=account, at=at)


def withdraw(slug: str, finding: str, *, account: Account, at: datetime) -> Saved:
    """The issue without what was accepted of the finding with this key, in every language."""

    def edit(draft: Draft) -> Draft:
        return draft.everywhere(lambda pieces: _without(pieces, finding))

    return change(slug, edit, account=account, at=at)


def _without(pieces: Pieces, finding: str) -> Pieces:
    front = read_front(pieces)
    kept = tuple(one for one in front.overrides if one.finding != finding)
    return (
        pieces
        if kept == front.overrides
        else replace(pieces, front=write(front.model_copy(update={"overrides": kept})))
    )


def _in_languages(
    slug: str, languages: Collection[str], edit: Callable[[str], str], *, account: Account, at: datetime
) -> Saved:
    def every(draft: Draft) -> Draft:
        own = read_front(draft.pieces).language
        translations = {
            language: _as_written(edit(pieces.text)) if language in languages else pieces
            for language, pieces in draft.translations.items()
        }
        return replace(
            draft,
            pieces=_as_written(edit(draft.pieces.text)) if own in languages else draft.pieces,
            translations=translations,
        )

    return change(slug, every, account=account, at=at)


def _as_written(text: str) -> Pieces:
    return cut(write(_read(text)))


def _read(text: str) -> Issue:
    parsed = parse(text, file="issue", slug="issue")
    if parsed.issue is None:
        raise IssueError(parsed.problems)
    return parsed.issue
