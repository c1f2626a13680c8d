"""All checks of an issue of 30 items, against one parse of its HTML by html.parser and by lxml in the same run.

    python benchmarks/bench_checks.py [--rounds N]

Ours is what ``newsletter issue check`` does once the mail is rendered: every check that asks no network, over issue,
mail and context. Beside it stands one parse of the same HTML: by ``html.parser``, which is Python as they are, and by
lxml, which is written in C. ``--slowest`` tells what each check takes.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ITEMS = 30
MOST = 150
"""Milliseconds that the checks of such an issue may take."""


def median(work: Callable[[], object], rounds: int) -> float:
    """Median milliseconds of ``work``, once warm."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def context() -> Callable[[], object]:
    """Makes a fresh context of the sample issue, its items repeated up to 30, but for the longest kind: the mail is
    about as large as one may be."""
    from datetime import UTC, datetime

    from newsletter.checks import Context, People
    from newsletter.issue.files import load
    from newsletter.render import Organisation, load_theme, render

    issue = load(ROOT / "newsletter" / "sample" / "october-2020.md").issue
    own = [item for item in issue.items if item.kind != "engage"]
    items = tuple(
        own[number % len(own)].model_copy(update={"id": f"item-{number}", "title": f"Part {number}"})
        for number in range(ITEMS)
    )
    issue = issue.model_copy(update={"items": items})
    theme, organisation = (
        load_theme("default"),
        Organisation("USHRN", "1 Example Street, 8000 Example", "news.example.org"),
    )
    rendering = render(issue, theme, organisation=organisation)
    html = rendering.html.encode()
    message = b"From: a@example.org\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n" + html
    people = People(1_204, last_count=1_180, empty_fields={"first_name": 40}, languages={"en": 1_204}, tested=True)
    made = Context(
        issue,
        rendering,
        theme,
        organisation,
        datetime(2020, 10, 28, 12, tzinfo=UTC),
        languages=("en",),
        others=("September 2020 UPR Updates", "september-2020"),
        largest=len(html) + 400,
        message=message,
        people=people,
    )
    return lambda: replace(made)  # nothing that was worked out before is kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--slowest", action="store_true", help="what each check takes")
    arguments = parser.parse_args()
    from html.parser import HTMLParser

    from lxml import html as lxml_html

    from newsletter.checks import checks, run_checks
    from newsletter.checks.context import Context

    fresh = context()
    made = fresh()
    assert isinstance(made, Context)
    page = made.rendering.html
    ours = median(lambda: run_checks(fresh()), arguments.rounds)  # type: ignore[arg-type]  # it comes from the tests, which have no types
    plain, quick = median(lambda: HTMLParser().feed(page), 20), median(lambda: lxml_html.fromstring(page), 50)
    found, size = len(run_checks(made)), len(page.encode())
    print(f"{len(checks())} checks          {ours:7.1f} ms   ({ITEMS} items, {size:,} bytes of HTML, {found} findings)")
    print(f"html.parser, a parse {plain:5.1f} ms   ours takes {ours / plain:.1f} times as long")
    print(f"lxml, a parse      {quick:7.1f} ms   ours takes {ours / quick:.0f} times as long")
    if arguments.slowest:
        for name, check in sorted(checks().items()):
            alone = median(lambda check=check: list(check.find(fresh())), 5)  # type: ignore[misc]  # a lambda with a default
            if alone > 1:
                print(f"    {name:20} {alone:8.1f} ms by itself")
    if ours > MOST:
        sys.exit(f"more than {MOST} ms")


if __name__ == "__main__":
    main()
