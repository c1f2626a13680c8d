"""A saved issue changed in its text."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.issue.problems import IssueError
from newsletter.site import Site
from newsletter.store.revising import Overtaken, revise, texts_of
from newsletter.store.revisions import import_issue, open_revision
from tests.store.conftest import ISSUE

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 10, 28, tzinfo=UTC)
SPANISH = '+++\ntitle = "Noticias"\nsubject = "Noticias"\n+++\n\nHola.\n'


def test_a_new_revision_says_the_new_text_and_keeps_the_rest(site: Site, tmp_path: Path) -> None:
    (tmp_path / "news.md").write_text(ISSUE)
    (tmp_path / "news.es.md").write_text(SPANISH)
    first = import_issue(site, tmp_path / "news.md", author="ed", at=NOW).revision
    texts = texts_of(first)
    assert list(texts) == ["en", "es"]
    saved = revise(first, {**texts, "es": texts["es"].replace("Hola.", "Buenas.")}, author="bo", at=NOW)
    assert saved.changed
    assert (saved.revision.number, saved.revision.author, saved.revision.assets) == (2, "bo", first.assets)
    assert saved.revision.sequences == first.sequences == {"tune-in": 0}  # the event says what it said
    opened = open_revision(saved.revision)
    assert opened.translations["es"].introduction == "Buenas."
    assert opened.fallbacks == {"es": ("tune-in",)}
    assert saved.revision.source == first.source
    assert not revise(saved.revision, texts_of(saved.revision), author="bo", at=NOW).changed


def test_what_was_saved_meanwhile_is_not_lost(site: Site, tmp_path: Path) -> None:
    (tmp_path / "news.md").write_text(ISSUE)
    first = import_issue(site, tmp_path / "news.md", author="ed", at=NOW).revision
    (tmp_path / "news.md").write_text(ISSUE.replace("Hello.", "Good day."))
    import_issue(site, tmp_path / "news.md", author="ed", at=NOW)
    with pytest.raises(Overtaken, match="another revision of news"):
        revise(first, {"en": first.source.replace("Hello.", "Hi.")}, author="bo", at=NOW)
    assert first.issue.revisions.count() == 2


def test_a_text_that_cannot_be_read_is_no_revision(site: Site, tmp_path: Path) -> None:
    (tmp_path / "news.md").write_text(ISSUE)
    first = import_issue(site, tmp_path / "news.md", author="ed", at=NOW).revision
    with pytest.raises(IssueError):
        revise(first, {"en": first.source.replace("starts =", "strats =")}, author="bo", at=NOW)
    assert first.issue.revisions.count() == 1
