"""An issue as one reader would get it, without a mailing."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newsletter.delivery.preview import preview_of, readers_like, segments_of
from newsletter.models import Asset, Revision
from newsletter.site import Site
from newsletter.store.revisions import import_issue
from subscribers import segments
from subscribers.models import Segment, Subscriber
from subscribers.segments import SegmentError

pytestmark = pytest.mark.django_db

ISSUE = """\
+++
title = "Our news"
subject = "Our news, {{first_name|friend}}"
preheader = "For you, {{first_name|all of us}}."
+++

Hello {{first_name|friend}}.

## For all

Something.

## For members

```text
audience = "members"
```

Members only.
"""
SPANISH = """\
+++
title = "Noticias"
subject = "Noticias, {{first_name|amiga}}"
language = "es"
+++

Hola {{first_name|amiga}}.
"""


@pytest.fixture
def revision(site: Site) -> Revision:
    site.issues.mkdir(parents=True, exist_ok=True)
    (site.issues / "news.md").write_text(ISSUE, encoding="utf-8")
    (site.issues / "news.es.md").write_text(SPANISH, encoding="utf-8")
    Segment.objects.create(slug="members", name="Members", conditions=segments.parse("language = es").as_json())
    return import_issue(site, site.issues / "news.md", author="tests", at=datetime(2020, 10, 28, tzinfo=UTC)).revision


@pytest.fixture
def reader() -> Callable[..., Subscriber]:
    def made(first: str = "Ana", **more: object) -> Subscriber:
        email = f"{first.lower()}@example.org"
        known = {"name": first, "attributes": {"first_name": first}, **more}
        return Subscriber.objects.create(email=email, email_norm=email, **known)

    return made


def test_for_somebody_of_whom_nothing_is_known(site: Site, revision: Revision) -> None:
    made = preview_of(site, revision, logo_url="")
    assert made.filled.subject == "Our news, friend"
    assert made.preheader == "For you, all of us."
    assert "Hello friend." in made.filled.html
    assert "Hello friend." in made.filled.text
    assert "Members only." in made.filled.html


def test_for_a_reader(site: Site, revision: Revision, reader: Callable[..., Subscriber]) -> None:
    made = preview_of(site, revision, logo_url="", reader=reader("Bo", language="en"))
    assert (made.filled.subject, made.preheader) == ("Our news, Bo", "For you, Bo.")
    assert "Members only." not in made.filled.html


def test_for_a_reader_in_their_language_with_what_is_for_them(
    site: Site, revision: Revision, reader: Callable[..., Subscriber]
) -> None:
    ana = reader("Ana", language="es")
    assert segments_of(ana, preview_of(site, revision, logo_url="").issue) == ("members",)
    made = preview_of(site, revision, logo_url="", reader=ana)
    assert made.issue.language == "es"
    assert made.filled.subject == "Noticias, Ana"
    assert "Members only." in made.filled.html
    english = preview_of(site, revision, logo_url="", reader=ana, language="en")
    assert english.filled.subject == "Our news, Ana"
    assert preview_of(site, revision, logo_url="", language="fr").issue.language == "en"


def test_for_parts_of_the_audience(site: Site, revision: Revision) -> None:
    assert "Members only." not in preview_of(site, revision, logo_url="", segments=()).filled.html
    assert "Members only." in preview_of(site, revision, logo_url="", segments=("members",)).filled.html


def test_with_long_values(site: Site, revision: Revision) -> None:
    made = preview_of(site, revision, logo_url="", longest=True)
    assert made.filled.subject == "Our news, Maximiliana-Alexandrina"


def test_values_are_escaped(site: Site, revision: Revision, reader: Callable[..., Subscriber]) -> None:
    bad = reader("Eve", attributes={"first_name": "<script>alert(1)</script>"})
    made = preview_of(site, revision, logo_url="", reader=bad)
    assert "<script>" not in made.filled.html
    assert "&lt;script&gt;" in made.filled.html


def test_nothing_is_stored(site: Site, revision: Revision) -> None:
    before = Asset.objects.count()
    preview_of(site, revision, logo_url="")
    assert Asset.objects.count() == before


def test_a_segment_that_is_not_there(site: Site, revision: Revision, reader: Callable[..., Subscriber]) -> None:
    Segment.objects.all().delete()
    with pytest.raises(SegmentError, match="item for-members"):
        preview_of(site, revision, logo_url="", reader=reader())


def test_readers_are_found_by_the_beginning_of_address_or_name(reader: Callable[..., Subscriber]) -> None:
    ana, anton = reader("Ana"), reader("Anton")
    zoe = reader("Zoe", name="", attributes={"last_name": "Ansari"})
    assert readers_like("an") == [ana, anton, zoe]
    assert readers_like("ANA@") == [ana]
    assert readers_like(" zoe@example.org ") == [zoe]
    assert readers_like("%") == readers_like("_na") == readers_like("") == readers_like("  ") == []


def test_few_are_shown(reader: Callable[..., Subscriber]) -> None:
    for number in range(12):
        reader(f"ana{number}")
    assert len(readers_like("ana")) == 8
