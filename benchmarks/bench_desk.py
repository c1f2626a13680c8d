"""The list of issues and the search for subscribers at the desk, against the bare SQL of the same search.

    python benchmarks/bench_desk.py [--readers N] [--rounds N] [--postgres]

A site with so many readers on one list, and 200 issues, is served by ``newsletter serve``; somebody who is signed in
asks for the list of issues, and for readers by address, by name, by a part of either, and by what nobody has (the store
is then read through). ``ratio`` is the median of the worst search to that of its bare query on the same store, by
sqlite3 or psycopg. Bar: 200 ms at the 95th percentile, with 1,000,000 readers, on either store.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from bench_webhook import free_port, quantile, started

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ISSUES = 200
PASSWORD = "quiet mountain river"
NOBODY = "zzzzqq"


def make_site(folder: Path, readers: int, url: str) -> None:
    """A site with all that, and an editor who may sign in; its rows in the store at ``url``."""
    from newsletter.new_site import create_site

    said = {"site.base_url": "https://news.example.org", "sender.email": "news@example.org", "database.url": url}
    create_site(folder / "site", said)
    from newsletter.django_conf import start_django, upgrade
    from newsletter.site import load_site

    start_django(load_site(folder / "site"))
    upgrade()
    from django.db import connection

    from newsletter.models import Account, Issue, Revision
    from tests.delivery.worlds import NOW, make_list

    Account.objects.make("ed@example.org", name="Ed", roles=["editor", "sender"], password=PASSWORD)
    for number in range(ISSUES):
        issue = Issue.objects.create(slug=f"issue-{number}", title=f"Issue {number}", series="Updates")
        source = f'+++\ntitle = "Issue {number}"\nsubject = "Issue {number}"\n+++\n\nHello.\n' + "Some words. " * 400
        for revision in range(1, 11):
            Revision.objects.create(
                issue=issue, number=revision, source=source, sha256=f"{number}-{revision}", author="Ed", at=NOW
            )
    listed = make_list().pk
    with connection.cursor() as cursor:
        cursor.execute(_READERS.format(_NUMBERS[connection.vendor]), [readers])
        cursor.execute(_SUBSCRIPTIONS, [listed])
        cursor.execute("ANALYZE")
    connection.close()


_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)",
    "postgresql": "WITH numbers AS (SELECT n FROM generate_series(1, %s) n)",
}
_READERS = """
INSERT INTO subscribers_subscriber (email, email_norm, name, language, timezone, attributes, created_at)
{} SELECT 'Reader.' || n || '@host' || (n %% 5000) || '.example.org',
    'reader.' || n || '@host' || (n %% 5000) || '.example.org',
    'First' || (n %% 9973) || ' Last' || (n %% 7919), 'en', '', '{{}}', '2026-11-01' FROM numbers
"""
_SUBSCRIPTIONS = """
INSERT INTO subscribers_subscription (subscriber_id, list_id, token, state, created_at)
SELECT id, %s, substr('0000000000000000000000' || id, length('' || id) + 1), 'active', '2026-11-01'
FROM subscribers_subscriber
"""


def name(number: int) -> str:
    """Of a reader."""
    return f"First{number % 9_973} Last{number % 7_919}"


class Browser:
    """Somebody who is signed in."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        token = self._token(self.ask("GET", "/sign-in/"))
        form = {"csrfmiddlewaretoken": token, "email": "ed@example.org", "password": PASSWORD}
        self.ask("POST", "/sign-in/", form)
        self._form = self._token(self.ask("GET", "/subscribers/"))

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        """The page."""
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self._cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self._port}",
            }
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                key, _, value = cookie.split(";")[0].partition("=")
                self._cookies[key] = value
        if answer.status not in {200, 302}:
            raise SystemExit(f"{method} {path}: {answer.status}")
        return content

    def search(self, words: str) -> str:
        """The readers that are found."""
        return self.ask("POST", "/subscribers/", {"csrfmiddlewaretoken": self._form, "search": words})

    @staticmethod
    def _token(html: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        if not found:
            raise SystemExit("the page has no form")
        return found[1]


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """How long each round took, in seconds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return sorted(taken)


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--readers", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--postgres", action="store_true", help="a server of its own, with its durable defaults")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsletter-bench-") as made, ExitStack() as running:
        folder, url = Path(made), "sqlite:///data/newsletter.sqlite3"
        if asked.postgres:
            from tests.postgres import Server

            server = Server("fsync=on", "full_page_writes=on", "synchronous_commit=on", "shared_buffers=256MB")
            running.callback(server.stop)
            server.new_database("desk")
            url = server.url("desk")
        make_site(folder, asked.readers, url)
        port = free_port()
        command = [sys.executable, "-m", "newsletter", "--site", folder / "site", "serve", "--port", port]
        with started([str(part) for part in command], port, folder / "log"):
            measure(Browser(port), asked.readers, asked.rounds)


def measure(browser: Browser, readers: int, rounds: int) -> None:
    """All of it, in one run."""
    if f"reader.{readers}@" not in browser.search(f"reader.{readers}").lower():
        raise SystemExit("a reader that is there was not found")
    if "Nobody found" not in browser.search(NOBODY):
        raise SystemExit("somebody was found who is not there")
    searches = {
        "a whole address": f"reader.{readers}@host{readers % 5000}.example.org",
        "a part of an address": f"er.{readers}",
        "a name": name(readers // 2),
        "what nobody has": NOBODY,
    }
    print(f"{readers:,} readers, {ISSUES} issues of 10 revisions, {rounds} rounds; milliseconds")
    taken = {"the list of issues": timed(lambda: browser.ask("GET", "/"), rounds)}
    for what, words in searches.items():
        taken[f"search: {what}"] = timed(lambda words=words: browser.search(words), rounds)  # type: ignore[misc]  # a lambda with a default
    for what, seconds in taken.items():
        median, late = quantile(seconds, 0.5), quantile(seconds, 0.95)
        print(f"  {what:<32} median {median:6.1f}   p95 {late:6.1f}")
    from django.db import connection

    connection.ensure_connection()
    wanted = (f"%{NOBODY}%", f"%{NOBODY}%")
    query = "SELECT id FROM subscribers_subscriber WHERE email_norm LIKE ? OR name LIKE ? ORDER BY id LIMIT 51"
    query = query if connection.vendor == "sqlite" else query.replace("?", "%s")
    bare = connection.connection  # without Django
    alone = quantile(timed(lambda: bare.execute(query, wanted).fetchall(), rounds), 0.5)
    ours = quantile(taken["search: what nobody has"], 0.5)
    print(f"  {'its query alone, by its driver':<32} median {alone:6.1f}")
    print(f"ratio {alone / ours:.2f} (the bare query to our page of the same search)")


if __name__ == "__main__":
    main()
