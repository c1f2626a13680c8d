"""A saved issue changed in its text: a new revision, the old one stays."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from newsletter.issue.files import Loaded
from newsletter.models import Issue as IssueRow
from newsletter.models import Revision
from newsletter.store.revisions import Saved, newest, open_revision, save_revision


class Overtaken(Exception):
    """Somebody saved another revision meanwhile."""


def texts_of(revision: Revision) -> dict[str, str]:
    """The issue file of each language as ``revision`` holds it, the issue's own first."""
    return {open_revision(revision).issue.language: revision.source, **revision.translations}


def revise(revision: Revision, texts: Mapping[str, str], *, author: str, at: datetime) -> Saved:
    """A new revision that says ``texts`` (by language, as ``texts_of`` gives them) in place of ``revision``.

    Raises ``Overtaken`` where ``revision`` is no longer the newest, ``IssueError`` where a text cannot be read.
    """
    own, *others = texts_of(revision)
    changed = Revision(
        issue=revision.issue, source=texts[own], translations={language: texts[language] for language in others}
    )
    opened = open_revision(changed)
    loaded = Loaded(opened.issue, opened.translations, {}, opened.fallbacks)
    with transaction.atomic():
        IssueRow.objects.select_for_update().get(pk=revision.issue_id)
        if newest(revision.issue.slug).pk != revision.pk:
            raise Overtaken(f"somebody saved another revision of {revision.issue.slug} meanwhile; look at it first")
        return save_revision(loaded, assets=revision.assets, author=author, at=at)
