"""A full site on PostgreSQL whose pages are asked for in this process, and a second process that serves it too."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.conf import settings as django
from django.db import connection
from django.template import engines
from django.test import override_settings

from newsletter.django_conf import FOLLOWED, django_settings
from newsletter.new_site import create_site
from newsletter.site import Site, load_site
from newsletter.web.entry import code
from tests.web import clients, full_site
from tests.web.server import Served, serving


@dataclass
class Desk:
    site: Site
    made: dict[str, Any]
    led_to: list[str]
    """Where its first run led."""
    rosa: Any
    nobody: Any
    """Browsers in this process."""


@pytest.fixture(name="desk", scope="module")
def full_desk(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Desk]:
    from tests.postgres import django_on, server

    with django_db_blocker.unblock(), django_on("desk"):
        root = tmp_path_factory.mktemp("desk") / "site"
        create_site(root, full_site.SETTINGS | {"database.url": server().url("desk")})
        site = load_site(root, {})
        wanted = django_settings(site)
        names = ("NEWSLETTER_SITE", "SECRET_KEY", "ERASURE_KEY", "OPTOUT_LOG", *FOLLOWED)
        with override_settings(**{name: wanted[name] for name in names}):
            engines.__dict__.pop("templates", None)
            engines._engines.clear()  # type: ignore[attr-defined]  # as Django clears it when settings change
            led_to = _set_up(site)
            made = full_site.fill(site)
            yield Desk(site, made, led_to, clients.browser(name="Rosa"), clients.nobody())


def _set_up(site: Site) -> list[str]:
    """Where the first run of an empty store leads, until there is an administrator, and then."""
    browser = clients.nobody()
    typed, _ = code.issue(site)
    first = {"name": "First", "email": "first@example.org", "password": clients.PASSWORD, "again": clients.PASSWORD}
    begun = [browser.get("/")["Location"], led(browser, "/setup/", code=typed), led(browser, "/setup/", **first)]
    return [*begun, browser.get("/setup/")["Location"]]


@pytest.fixture(name="other", scope="module")
def other_process(desk: Desk) -> Iterator[Served]:
    """Another process that serves the same site."""
    with serving(desk.site.root) as served:
        yield served


def shown(browser: Any, path: str) -> str:
    """The page."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.getvalue().decode())


def led(browser: Any, path: str, **form: Any) -> str:
    """Where the form led, which was taken."""
    return clients.posted(browser.post(path, form))


def settled(browser: Any, path: str) -> str:
    """The page of an import, once nobody works on it."""
    until = time.monotonic() + 60
    while 'id="progress"' in (html := shown(browser, path)):
        assert time.monotonic() < until, "the job does not end"
        time.sleep(0.02)
    return html


def asked(served: Served, browser: Any, path: str) -> str:
    """The page as the other process shows it to whoever is signed in in this one."""
    name = django.SESSION_COOKIE_NAME
    request = Request(served.address + path, headers={"Cookie": f"{name}={browser.cookies[name].value}"})
    with urlopen(request, timeout=30) as answer:
        assert answer.url == served.address + path, "they are signed in there too"
        return str(answer.read().decode())


def sent(path: str, form: dict[str, Any]) -> Any:
    """The answer to a form that is sent from a thread of its own, and so on a connection of its own."""
    try:
        return clients.browser(name="Rosa").post(path, form)
    finally:
        connection.close()
