"""A site with its own folder, and issue files in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.models import Account, Revision
from newsletter.new_site import create_site
from newsletter.site import Site, load_site
from newsletter.store.revisions import import_issue
from tests.store import news as edited

ISSUE = """\
+++
title = "Our news"
subject = "Our news, {{first_name|friend}}"
timezone = "Europe/Zurich"
+++

Hello.

## Tune in

```event
starts = 2020-11-09T14:30:00
```

Watch it.
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    root = tmp_path / "site"
    create_site(
        root,
        {
            "site.name": "USHRN",
            "site.base_url": "https://news.example.org",
            "organisation.postal_address": "USHRN, 1 Example Street, Atlanta, USA",
            "sender.email": "news@example.org",
        },
    )
    return load_site(root, {})


Write = Callable[..., Path]


@pytest.fixture
def write(site: Site) -> Write:
    """``write("news.md", text)``: a file in the site's issues folder."""

    def put(name: str = "news.md", text: str = ISSUE) -> Path:
        path = site.issues / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put


@pytest.fixture
def ana(db: None) -> Account:
    return Account.objects.make("ana@example.org", name="Ana", roles=["editor"])


@pytest.fixture
def ben(db: None) -> Account:
    return Account.objects.make("ben@example.org", name="Ben", roles=["editor"])


@pytest.fixture
def news(site: Site, write: Write, db: None) -> Revision:
    """The issue of ``tests.store.news`` with its translation, saved."""
    path = write(text=edited.ISSUE)
    write("news.es.md", edited.SPANISH)
    return import_issue(site, path, author="import", at=edited.AT).revision
