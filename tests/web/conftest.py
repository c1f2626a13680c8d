"""A site with its own folder whose pages are asked for in this process."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client

from newsletter.models import Account
from newsletter.new_site import create_site
from newsletter.site import Site, load_site
from newsletter.store.revisions import import_issue

ISSUE = """\
+++
title = "Our news"
subject = "Our news, {{first_name|friend}}"
preheader = "What was said in Geneva, and what you can do now."
timezone = "Europe/Zurich"
series = "Updates"
+++

Hello {{first_name|friend}}.

## The delegation

```image
src = "group.png"
alt = "Twelve people with banners"
```

## Tune in

```event
starts = 2020-11-09T14:30:00
```

Watch it.

## More

```resources
[[links]]
label = "The report"
file = "report.pdf"
```
"""

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def site(tmp_path: Path, settings) -> Site:
    root = tmp_path / "site"
    create_site(
        root,
        {
            "site.name": "Example Network",
            "site.base_url": "https://news.example.org",
            "site.timezone": "Europe/Zurich",
            "organisation.postal_address": "Example Network, 1 Example Street, Geneva",
            "sender.email": "news@example.org",
        },
    )
    site = load_site(root, {})
    settings.NEWSLETTER_SITE = site
    engines.__dict__.pop("templates", None)
    engines._engines.clear()
    return site


@pytest.fixture
def put(site: Site, db) -> Callable[..., object]:
    """``put("news.md")``: an issue file with its picture and document, imported."""
    from PIL import Image

    def imported(name: str = "news.md", text: str = ISSUE, **translations: str) -> object:
        Image.new("RGB", (8, 4), "#0b57d0").save(site.issues / "group.png")
        (site.issues / "report.pdf").write_bytes(PDF)
        path = site.issues / name
        path.write_text(text, encoding="utf-8")
        for language, translated in translations.items():
            path.with_suffix(f".{language}.md").write_text(translated, encoding="utf-8")
        return import_issue(site, path, author="tests", at=datetime(2020, 10, 28, tzinfo=UTC)).revision

    return imported


@pytest.fixture
def visitor() -> Client:
    """Somebody on the network, who comes through the site's public name."""
    return Client(REMOTE_ADDR="203.0.113.7", HTTP_HOST="news.example.org")


@pytest.fixture
def signed_in(site: Site, db) -> Callable[..., Client]:
    """``signed_in("editor")``: the browser of somebody with these roles, on this machine. Forms are not guarded there
    unless ``guarded=True``: then they need their token, as in a browser."""

    def client(*roles: str, name: str = "Ana", guarded: bool = False) -> Client:
        account = Account.objects.filter(name=name).first() or Account.objects.make(
            f"{name.lower()}@example.org", name=name, roles=list(roles), password="quiet mountain river"
        )
        browser = Client(REMOTE_ADDR="127.0.0.1", HTTP_HOST="127.0.0.1:8025", enforce_csrf_checks=guarded)
        browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return client


@pytest.fixture
def operator(signed_in: Callable[..., Client]) -> Client:
    """An administrator's browser on this machine."""
    return signed_in("administrator", name="Operator")
