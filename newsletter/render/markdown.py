"""Markdown to tokens, and tokens to XHTML that MJML can hold: well-formed, shallow, only tags of an allow-list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.issue.problems import IssueError, Place, Problem
from newsletter.items.links import check_link
from newsletter.items.text import HIDDEN

MAX_DEPTH = 50
"""Elements within each other: more keeps a parser of mail programs or ours from its work."""

MAX_BRACKETS = 2_000
"""Square brackets in one text: the time for those left open grows with the square of their number."""

_TAGS = {
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
_ALIGN = re.compile(r"text-align:(left|right|center)")


@cache
def _parser() -> MarkdownIt:
    # What is nested deeper than maxNesting is dropped in silence: it lies above the depth that is refused.
    return MarkdownIt("commonmark", {"html": False, "maxNesting": 3 * MAX_DEPTH}).enable("table")


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes={tag: {"last"} for tag in _TAGS},
        attribute_filter=lambda _, name, value: safe_link(value) if name == "href" else value,
        link_rel=None,
        # Code is read from the left, also in a mail that is not; headings of Markdown tables are those of columns.
        set_tag_attribute_values={"pre": {"dir": "ltr"}, "code": {"dir": "ltr"}, "th": {"scope": "col"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )


@lru_cache(maxsize=1024)
def safe_link(href: str) -> str | None:
    """``href`` where it leads somewhere plain: a page, an address, a telephone, an item of this mail; else None."""
    if href.startswith("#"):
        return href if re.fullmatch(r"#[a-z0-9-]+", href) else None
    try:
        return check_link(href)
    except ValueError:
        return None


def parse(markdown: str, *, nonce: str, top: int = 3, item: str | None = None) -> list[Token]:
    """The tokens of ``markdown``, its headings shifted to begin at ``top`` without a skipped level.

    Raises IssueError where elements are nested too deep, where brackets are too many, or where a reader field (seen
    by ``nonce``) is in a link.
    """
    if (brackets := markdown.count("[")) > MAX_BRACKETS:
        message = f"the text has {brackets:,} square brackets; at most {MAX_BRACKETS:,} can be read"
        raise IssueError((Problem(message, "delete those that make no link", Place(item=item, field="body")),))
    tokens = _parser().parse(HIDDEN.sub("", markdown))
    decodes = "&" in markdown
    depth = deepest = 0
    level = top - 1
    for token in tokens:
        depth += token.nesting
        inner = 0
        for child in token.children or ():
            inner += child.nesting
            deepest = max(deepest, depth + inner)
            if decodes:  # an entity such as &#x202e; is a hidden character only now
                child.content = HIDDEN.sub("", child.content)
            href = child.attrGet("href") or child.attrGet("src")
            if href and nonce in str(href):
                message = "a reader field cannot stand in a link; the address must be the same for all readers"
                raise IssueError((Problem(message, "move it out of the link", Place(item=item, field="body")),))
        deepest = max(deepest, depth)
        if token.type == "heading_open":
            level = min(max(int(token.tag[1]), top), level + 1, 6)
            token.tag = f"h{level}"
        elif token.type == "heading_close":
            token.tag = f"h{level}"
        elif token.type in {"th_open", "td_open"} and (align := _ALIGN.search(str(token.attrGet("style")))):
            token.attrs = {"align": align[1]}
    _mark_last(tokens)
    if deepest > MAX_DEPTH:
        message = f"lists and quotes are nested {deepest} deep; at most {MAX_DEPTH} levels can be mailed"
        raise IssueError((Problem(message, "make the text flatter", Place(item=item, field="body")),))
    return tokens


def _mark_last(tokens: Sequence[Token]) -> None:
    """Class ``last`` for the last block of the text and of each quote: the space after it is the surroundings'."""
    last: list[Token | None] = [None]
    for token in tokens:
        if token.nesting == 1:
            last[-1] = token
            last.append(None)
        elif token.nesting == -1:
            inner = last.pop()
            if inner is not None and token.type == "blockquote_close":
                inner.attrJoin("class", "last")
        elif token.type in {"fence", "code_block", "hr"}:
            last[-1] = token
    if last[0] is not None:
        last[0].attrJoin("class", "last")


def to_xhtml(tokens: Sequence[Token], table: str = "Table") -> str:
    """The tokens as clean, well-formed XHTML. Pictures become their words: they have an item kind of their own.

    ``table`` is what a screen reader says of a table before it is read.
    """
    parser = _parser()
    flat = [_without_pictures(token) for token in tokens]
    html = parser.renderer.render(flat, parser.options, {})
    html = re.sub(r"<(br|hr)((?: class=\"last\")?)>", r"<\1\2/>", _cleaner().clean(html)).strip()
    if "<table" not in html:
        return html
    # A wide table scrolls by itself on a phone, not the whole mail; the keyboard must reach it to scroll it.
    frame = f'<div class="wide" tabindex="0" role="group" aria-label="{escape(table)}">'
    return re.sub("<table.*?</table>", lambda match: f"{frame}{match[0]}</div>", html, flags=re.DOTALL)


def _without_pictures(token: Token) -> Token:
    if not any(child.type == "image" for child in token.children or ()):
        return token
    children = [Token("text", "", 0, content=c.content) if c.type == "image" else c for c in token.children or ()]
    return token.copy(children=children)
