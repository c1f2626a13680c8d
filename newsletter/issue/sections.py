"""An issue file cut into its parts: front matter, introduction and items, each with the lines it stands on.

Only top-level ATX headings of level two (``## Title``) open an item: not underlined ones, nor those in quotes, lists
or fences. markdown-it-py says which those are, so that the file means here what it means to any Markdown reader.
"""

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.issue.problems import Place, Problem
from newsletter.items.text import trim_blank_lines

MARK = "+++"

_QUOTES = re.compile(r"(?:[ \t*+-]*>){20}")


@dataclass(frozen=True)
class Block:
    """Some text of the file and the line, from 1, on which it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class Section:
    """One item as it stands: heading, the word of its fence (``None`` without fence), fields and body."""

    title: Block
    kind: Block | None
    fields: Block
    body: Block


@dataclass
class Sections:
    """The parts of a file, and what is wrong with its outline."""

    front: Block
    introduction: Block
    items: list[Section] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _blocks_only() -> MarkdownIt:
    # Tables are left out: whether lines are a table or a paragraph, a heading ends both.
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 100})
    markdown.core.ruler.disable(["inline", "text_join"])
    return markdown


_MARKDOWN = _blocks_only()


def split(text: str) -> Sections:
    """Cut ``text`` (with ``\\n`` as line end)."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        problem = Problem("the file is empty", "start with front matter, or with: newsletter issue new", Place(line=1))
        return Sections(Block("", 1), Block("", 1), problems=[problem])
    problems: list[Problem] = []
    begin, end, after = _front_matter(lines, first, problems)
    front = Block("\n".join(lines[begin:end]), begin + 1)
    return _cut(lines, after, Sections(front, Block("", after + 1), problems=problems))


def _front_matter(lines: list[str], first: int, problems: list[Problem]) -> tuple[int, int, int]:
    """Begin and end of the fields, and where the rest begins; line numbers from 0."""
    opening = lines[first].rstrip()
    if opening == "---":
        problems.append(
            Problem(
                "the front matter is YAML (it stands between ---), which is not read",
                'put +++ in place of both --- lines, and write each field as: title = "October 2020 UPR Updates"',
                Place(line=first + 1),
            )
        )
        closing = next((n for n in range(first + 1, len(lines)) if lines[n].rstrip() in {"---", "..."}), None)
        after = _first_heading(lines, first + 1) if closing is None else closing + 1
        return after, after, after
    if opening != MARK:
        problems.append(
            Problem(
                "the file does not begin with front matter",
                'write +++, then lines such as title = "…" and subject = "…", then +++ again',
                Place(line=first + 1),
            )
        )
        return first, first, first
    closing = next((n for n in range(first + 1, len(lines)) if lines[n].rstrip() == MARK), None)
    if closing is None:
        problems.append(
            Problem(
                "the front matter that begins here is never closed",
                "write +++ on a line of its own after its last field",
                Place(line=first + 1),
            )
        )
        closing = _first_heading(lines, first + 1)
        return first + 1, closing, closing
    return first + 1, closing, closing + 1


def _first_heading(lines: list[str], start: int) -> int:
    return next((n for n in range(start, len(lines)) if lines[n].startswith("## ")), len(lines))


def item_headings(tokens: list[Token]) -> list[int]:
    """Indices of the tokens that open an item."""
    return [
        index
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0 and token.markup == "##"
    ]


def tokens_of(text: str) -> list[Token]:
    """The blocks of ``text``; inline content is left unread."""
    return _MARKDOWN.parse(text)


def is_closed(fence: Token, lines: list[str]) -> bool:
    """Whether a fence has its closing line. ``lines`` are those of the text that was parsed."""
    begin, end = fence.map or (0, 0)
    last = lines[end - 1].strip() if end - 1 > begin else ""
    return len(last) >= len(fence.markup) and set(last) == {fence.markup[0]}


def _cut(lines: list[str], after: int, sections: Sections) -> Sections:
    rest = lines[after:]
    for number, line in enumerate(rest):
        if line.startswith((">", " ", "-", "*", "+")) and _QUOTES.match(line):
            problem = Problem(
                "quotes stand too deep in one another", "write them flatter", Place(line=after + number + 1)
            )
            sections.problems.append(problem)
            rest[number] = ""
    tokens = tokens_of("\n".join(rest))
    headings = item_headings(tokens)
    starts = [(tokens[index].map or [0, 0])[0] for index in headings]
    sections.introduction = _trimmed(rest, 0, starts[0] if starts else len(rest), after)
    for index, start, end in zip(headings, starts, [*starts, len(rest)][1:], strict=True):
        title = Block(tokens[index + 1].content.strip(), after + start + 1)
        kind, fields, body_start = None, Block("", after + start + 1), start + 1
        following = tokens[index + 3] if index + 3 < len(tokens) else None
        if following and following.type == "fence" and following.level == 0:
            begin, body_start = following.map or (0, 0)
            kind = Block(following.info.strip(), after + begin + 1)
            fields = Block(following.content, after + begin + 2)
            if not is_closed(following, rest):
                sections.problems.append(
                    Problem(
                        "the fields that begin here are never closed",
                        f"write {following.markup} on a line of its own after the last field",
                        Place(line=after + begin + 1),
                    )
                )
        sections.items.append(Section(title, kind, fields, _trimmed(rest, body_start, end, after)))
    return sections


def fences_in(text: str) -> list[tuple[Block, str]]:
    """The word with its line (from 1), and the content, of each top-level fence of ``text``."""
    fences = [token for token in tokens_of(text) if token.type == "fence" and token.level == 0]
    return [(Block(token.info.strip(), (token.map or [0, 0])[0] + 1), token.content) for token in fences]


def _trimmed(rest: list[str], start: int, end: int, after: int) -> Block:
    text = "\n".join(rest[start:end])
    trimmed = trim_blank_lines(text)
    skipped = text[: text.find(trimmed)].count("\n") if trimmed else 0
    return Block(trimmed, after + start + skipped + 1)
