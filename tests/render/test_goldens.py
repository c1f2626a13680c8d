"""What is rendered, held against files that were looked at: HTML by structure, text to the letter.

After a wanted change: look at the result, then `pytest tests/render/test_goldens.py --update-goldens`.
"""

from collections.abc import Callable

import pytest

from newsletter.issue.model import Issue
from newsletter.items.registry import kinds
from newsletter.render import fill
from tests.render.issues import ARABIC, READER, issue_of, issue_with, rendered, sample, structure

Golden = Callable[[str, str], str]


def _hold(golden: Golden, name: str, issue: Issue) -> None:
    filled = fill(rendered(issue), READER)
    html, text = golden(f"{name}.html", filled.html), golden(f"{name}.txt", filled.text)
    assert structure(filled.html) == structure(html)
    assert filled.text == text


@pytest.mark.parametrize("kind", kinds())
def test_each_kind(kind: str, golden: Golden) -> None:
    _hold(golden, f"kind-{kind}", issue_with(kinds()[kind].example))


def test_the_sample(golden: Golden) -> None:
    _hold(golden, "october-2020", sample())


def test_an_arabic_issue(golden: Golden) -> None:
    _hold(golden, "arabic", issue_of(ARABIC))


def test_the_comparison_sees_tags_attributes_and_text() -> None:
    page = "<html><body><p class='a'>one <b>two</b> three</p></body></html>"
    for other in (
        page.replace("'a'", "'b'"),
        page.replace("two", "2"),
        page.replace("three", ""),
        page.replace("<b>", "<i>").replace("</b>", "</i>"),
        page.replace("</p>", "</p><!--[if mso]>x<![endif]-->"),
    ):
        assert structure(other) != structure(page)
    assert structure(page.replace("<b>", "\n <b >")) == structure(page)
