"""What is wrong with a Markdown text: links that lead nowhere or hide where they lead, HTML, pictures, headings that
are too high, and nesting that no mail program shows."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.common.html_re import HTML_OPEN_CLOSE_TAG_STR
from markdown_it.token import Token

from newsletter.issue.nearest import nearest
from newsletter.issue.sections import is_closed, item_headings
from newsletter.items.links import check_link
from newsletter.items.reader_fields import FIELD
from newsletter.items.text import HIDDEN

_DEPTH = 20
_BRACKETS = 50  # the time for unclosed brackets grows with their square
_COLUMNS = 100
_FIELD = "\ue000"  # stands for a reader field, whose bar would divide a table cell
# What opens a comment or the like is enough: to look for its end takes time that grows with the square.
_TAG = re.compile(HTML_OPEN_CLOSE_TAG_STR.removeprefix("^") + r"|<!--|<!\[CDATA\[|<![A-Za-z]|<\?")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
_BROKEN_LINK = re.compile(r"\]\([^)\n]{0,300}\)?")
_NO_HEADING = re.compile(r"(#{2,6})([^\s#].*)")
_NO_REFERENCE = re.compile(r"\]\[([^\]\n]{1,100})\]")


@dataclass(frozen=True)
class BodyMistake:
    """One mistake, on ``line`` of the text (from 1)."""

    line: int
    message: str
    mend: str


def _everything() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable("table")
    markdown.core.ruler.disable("text_join")  # so that \< is told from <
    # Bad addresses must be seen as links here, and as they were written, to be refused with their reason.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]  # markdown-it-py has no option for it
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]  # nor for this
    return markdown


_MARKDOWN = _everything()


def body_mistakes(text: str, items: Collection[str] = ()) -> list[BodyMistake]:
    """Each mistake of a Markdown text, in order. ``items``: ids of the items that a link such as ``#tune-in`` can lead
    to."""
    if not text.strip():
        return []
    text = FIELD.sub(_FIELD, text.replace(_FIELD, " "))
    # These are told of the text as it stands (newsletter.items.text.Markdown).
    text = HIDDEN.sub("", _BRACES.sub("  ", text))
    if too_much := list(_too_much(text)):
        return too_much
    tokens = _MARKDOWN.parse(text)
    return sorted(
        [*_outline(tokens, text.split("\n")), *_deep(tokens), *_inlines(tokens, items)],
        key=lambda mistake: mistake.line,
    )


def _too_much(text: str) -> Iterator[BodyMistake]:
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            depth = 0
        if line.count("|") > _COLUMNS:
            yield BodyMistake(number, f"a line holds more than {_COLUMNS} bars (|)", "make the table narrower")
        for char in line:
            depth += (char == "[") - (char == "]" and depth > 0)
            if depth > _BRACKETS:
                message = f"more than {_BRACKETS} square brackets are opened here and not closed"
                yield BodyMistake(number, message, "delete them; a link is written [label](https://…)")
                return


def _outline(tokens: list[Token], lines: list[str]) -> Iterator[BodyMistake]:
    for index in item_headings(tokens):
        yield BodyMistake(
            _line(tokens[index]), "a heading with ## opens an item, so it cannot stand within one", "write ###"
        )
    for token in tokens:
        for number, written in enumerate(token.content.split("\n") if token.type == "inline" else ()):
            if match := _NO_HEADING.match(written):
                yield BodyMistake(
                    _line(token) + number,
                    f"'{match[0][:60]}' is no heading: a space is missing after {match[1]}",
                    f"write {match[1]} {match[2][:60]}; or \\{match[1]} where the signs themselves are meant",
                )
        if token.type == "heading_open" and token.tag == "h1":
            yield BodyMistake(
                _line(token),
                "a heading of level one is the title of the whole issue",
                "write ## to open an item, ### for a heading within one",
            )
        if token.type == "fence" and token.level == 0 and not is_closed(token, lines):
            yield BodyMistake(
                _line(token),
                f"the code that opens here with {token.markup} is never closed",
                f"write {token.markup} on a line of its own where it ends",
            )


def _deep(tokens: list[Token]) -> Iterator[BodyMistake]:
    for token in tokens:
        if token.level > _DEPTH or any(child.level > _DEPTH for child in token.children or ()):
            yield BodyMistake(
                _line(token), "quotes, lists or emphasis stand too deep in one another", "write them flatter"
            )
            return


def _line(token: Token) -> int:
    return (token.map or [0, 0])[0] + 1


def _inlines(tokens: list[Token], items: Collection[str]) -> Iterator[BodyMistake]:
    line = 1
    tags: list[tuple[int, str]] = []
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
        if token.type == "inline":
            yield from _inline(token.children or [], line, tags, items)
    if tags:
        more = f" (and {len(tags) - 1} more)" if tags[1:] else ""
        yield BodyMistake(
            tags[0][0],
            f"'{tags[0][1]}' is HTML, which readers would see as it stands{more}",
            "use Markdown: **bold**, [label](https://…), a blank line between paragraphs; or write \\< for the sign",
        )


def _inline(
    children: list[Token], line: int, tags: list[tuple[int, str]], items: Collection[str]
) -> Iterator[BodyMistake]:
    plain: list[str] = []
    start = line
    yield from _decoded(children, start)
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
            plain.append("\n")
        elif child.type == "text":
            plain.append(child.content)
        else:
            plain.append("\x00")
        if child.type == "image":
            yield BodyMistake(
                line,
                f"the picture '{child.content or child.attrGet('src')}' stands in the text, where it has no place",
                "make it an item of its own: ## heading, then a fence of kind image with src and alt",
            )
        if child.type == "link_open":
            yield from _link(child, line, items)
    text = "".join(plain)
    for match in _TAG.finditer(text):
        tags.append((start + text.count("\n", 0, match.start()), match[0][:60].replace("\n", " ")))
    for match in _BROKEN_LINK.finditer(text):
        yield BodyMistake(
            start + text.count("\n", 0, match.start()),
            f"'{_shown(match[0])}' looks like a link, but is none: its address holds a space, or a bracket is missing",
            "write [label](https://www.example.org/page), with %20 for a space",
        )
    for match in _NO_REFERENCE.finditer(text):
        yield BodyMistake(
            start + text.count("\n", 0, match.start()),
            f"the link '[…][{_shown(match[1])}]' has no address in this item",
            f"add a line to it: [{_shown(match[1])}]: https://…",
        )
    for match in re.finditer(rf"https?://[^\s\x00]*{_FIELD}", text):
        yield BodyMistake(
            start + text.count("\n", 0, match.start()),
            "a reader field stands in a web address; the address must be the same for all readers",
            "take the field out of the address",
        )


def _decoded(children: list[Token], line: int) -> Iterator[BodyMistake]:
    """What the source does not show: characters that backslashes and entities (``&#x202e;``) make when they are
    read."""
    said = []
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        hidden = HIDDEN.search("".join([child.content, *map(str, child.attrs.values())]))
        if hidden:
            yield BodyMistake(
                line,
                f"an entity stands for the hidden character U+{ord(hidden[0]):04X}, which can break lines or make text "
                "read backwards",
                f"delete it; it is written &#x{ord(hidden[0]):x}; or &#{ord(hidden[0])};",
            )
        said.append("\n" if child.type in {"softbreak", "hardbreak"} else child.content)
    for number, part in enumerate("".join(said).split("\n"), line - said.count("\n")):
        if match := _BRACES.search(part):
            yield BodyMistake(
                number,
                f"'{_shown(part[match.start() :])[:30]}' would be mailed as it stands here, and looks like a field",
                "for a reader field write {{first_name|friend}}, without \\ and &#123;; for the signs themselves put a "
                "space between them",
            )


def _link(token: Token, line: int, items: Collection[str]) -> Iterator[BodyMistake]:
    href = str(token.attrGet("href") or "")
    if _FIELD in href or _FIELD in str(token.attrGet("title") or ""):
        yield BodyMistake(
            line,
            "a reader field stands in a link; the address must be the same for all readers",
            "take the field out of the address; it can stand in the words of the link",
        )
        return
    if href.startswith("#"):
        if href[1:] not in items:
            near = nearest(href[1:], items)
            mend = f"did you mean #{near}?" if near else "write the id of an item, or the whole address of a page"
            yield BodyMistake(line, f"link: there is no item '{href[:60]}' in this issue", mend)
        return
    try:
        check_link(href)
    except ValueError as error:
        yield BodyMistake(line, f"link: {error}", "")


def _shown(text: str) -> str:
    return text.replace(_FIELD, "{{…}}")[:60]
