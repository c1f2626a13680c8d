"""Issues for the tests of rendering, and readings of what comes out."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from newsletter.issue.model import Issue
from newsletter.issue.parse import parse
from newsletter.items.registry import kinds
from newsletter.render import Assets, Organisation, Picture, Rendering, fill, load_theme, render

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "newsletter" / "sample" / "october-2020.md"
ORGANISATION = Organisation("USHRN", "1 Example Street\nAtlanta, GA 30303, USA", "news.example.org")
ASSETS = Assets(
    pictures={"images/delegation.jpg": Picture("https://news.example.org/m/picture.jpg", 1200, 675)},
    files={"files/executive-summary.pdf": "https://news.example.org/m/summary.pdf"},
    logo=Picture("https://news.example.org/m/logo.png", 320, 64),
    archive_url="https://news.example.org/a/october-2020",
)
READER = {
    "first_name": "Ana",
    "timezone": "America/New_York",
    "language": "en",
    "unsubscribe_url": "https://news.example.org/u/AAAAAAAAAAAAAAAAAAAAAA",
}
FRONT = """\
+++
title = "An issue"
subject = "A subject"
timezone = "Europe/Zurich"
zones = ["America/New_York"]
date = 2020-10-28
"""

ARABIC = """\
+++
title = "مستجدات الاستعراض الدوري الشامل"
subject = "شاهد الاستعراض يوم 9 نوفمبر"
language = "ar"
timezone = "Europe/Zurich"
zones = ["America/New_York"]
+++

أنهى أعضاء الشبكة فترة مكثفة من الضغط على البعثات الحكومية.

- نقطة أولى
- نقطة ثانية

> اقتباس من تقرير.

## تابعونا
```event
id = "tune-in"
starts = 2020-11-09T14:30:00
city = "جنيف"
watch_url = "https://media.example.org/upr-live"
```

يمكنك مشاهدة الاستعراض مباشرة.

## كيف تشارك؟
```engage
id = "engage"
[[actions]]
do = "share"
label = "شارك البث"
networks = ["x", "whatsapp", "email"]
text = "شاهدوا معنا"
url = "https://media.example.org/upr-live"
```

## كلماتهم
```quote
id = "quote"
by = "عضو في مجموعة العمل"
```

كان لدينا عشر دقائق.
"""


def issue_of(text: str, slug: str = "october-2020") -> Issue:
    """The issue of a file's text; it has no mistakes."""
    parsed = parse(text, file="issue.md", slug=slug)
    assert parsed.issue is not None and not parsed.problems, parsed.problems
    return parsed.issue


def issue_with(items: str, front: str = "") -> Issue:
    """An issue with the given introduction and items, and lines of front matter."""
    return issue_of(f"{FRONT}{front}+++\n\n{items}")


@cache
def sample() -> Issue:
    return issue_of(SAMPLE.read_text(encoding="utf-8"))


@cache
def every_kind() -> Issue:
    """One issue with the example of each kind."""
    return issue_with("\n".join(kind.example for kind in kinds().values()))


def rendered(issue: Issue, **more: Any) -> Rendering:
    return render(issue, load_theme("default"), **({"organisation": ORGANISATION, "assets": ASSETS} | more))


def html_for(issue: Issue, reader: dict[str, str] = READER, **more: Any) -> str:
    """The HTML as one reader gets it."""
    return fill(rendered(issue, **more), reader).html


def text_for(issue: Issue, reader: dict[str, str] = READER, **more: Any) -> str:
    return fill(rendered(issue, **more), reader).text


def tree(html: str) -> Any:
    return lxml_html.document_fromstring(html)


def structure(html: str) -> list[str]:
    """The document as lines of tags, attributes and text, one element a line: what a comparison should see."""
    return list(_lines(tree(html), 0))


def _lines(element: Any, depth: int) -> Iterator[str]:
    if not isinstance(element.tag, str):
        yield f"{'  ' * depth}<!--{' '.join((element.text or '').split())}-->"
    else:
        attributes = "".join(f' {name}="{value}"' for name, value in sorted(element.attrib.items()))
        yield f"{'  ' * depth}<{element.tag}{attributes}>"
        if text := " ".join((element.text or "").split()):
            yield f"{'  ' * (depth + 1)}{text}"
        for child in element:
            yield from _lines(child, depth + 1)
    if tail := " ".join((element.tail or "").split()):
        yield f"{'  ' * depth}{tail}"
