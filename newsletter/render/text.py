"""The text part: Markdown tokens as lines to read, wrapped at 72 columns, with addresses that are never broken.

Code keeps its lines, however long they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from newsletter.items.graphemes import graphemes
from newsletter.render.markdown import safe_link

WIDTH = 72
"""Columns of a line: what a mail program can quote twice without wrapping (RFC 3676, section 4.2)."""

Length = Callable[[str], int]


def wrap(text: str, length: Length, *, width: int = WIDTH, first: str = "", rest: str = "") -> str:
    """``text`` in lines of at most ``width`` columns; ``first`` and ``rest`` stand before the lines.

    Line breaks of ``text`` are kept. An address, or a word of ASCII, that is longer than a line stands whole on its
    own line. Scripts that write without spaces are broken between characters as a reader sees them, ideographs
    anywhere, others where they would not fit a line; words that U+200B joins are broken there.
    """
    if text.isascii() and length(text) == len(text):
        return "\n".join(_plain_lines(text, width, first, rest))
    lines: list[str] = []
    lead = first
    room = width - length(rest)
    for paragraph in text.split("\n"):
        line, used = "", length(lead)
        for word in paragraph.split():
            gap = "" if not line or (_WIDE.match(line[-1]) and _WIDE.match(word)) else " "
            for piece in (word,) if word.isascii() else _pieces(word, lambda part: length(part) <= room):
                columns = length(piece)
                if line and used + len(gap) + columns > width:
                    lines.append(lead + line)
                    lead, line, used, gap = rest, "", length(rest), ""
                line += gap + piece
                used += len(gap) + columns
                gap = ""
        lines.append((lead + line).rstrip())
        lead = rest
    return "\n".join(lines)


def _plain_lines(text: str, width: int, first: str, rest: str) -> Iterator[str]:
    """As ``wrap``, where each character takes one column."""
    lead = first
    for paragraph in text.split("\n"):
        said = " ".join(paragraph.split())
        while len(lead) + len(said) > width:
            cut = said.rfind(" ", 0, width - len(lead) + 1)
            if cut == -1 and (cut := said.find(" ")) == -1:
                break
            yield lead + said[:cut]
            lead, said = rest, said[cut + 1 :]
        yield (lead + said).rstrip()
        lead = rest


# Scripts written without spaces: Chinese, Japanese (CJK punctuation to the end of the ideographs).
_IDEOGRAPHS = "\u2e80-\u9fff\uff00-\uff60\U00020000-\U0003ffff"
_WIDE = re.compile(f"[{_IDEOGRAPHS}]")
_ADDRESS = r"<[^<>]*>|https?://.*"
_PART = re.compile(rf"{_ADDRESS}|[{_IDEOGRAPHS}]|(?:(?!{_ADDRESS})[^{_IDEOGRAPHS}\u200b])+\u200b?|\u200b")


def _pieces(word: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """What of ``word`` stays together in a line. ASCII always does: it can be an address, or stand for a field."""
    for part in _PART.findall(word):
        if fits(part) or re.match(_ADDRESS, part):
            yield part
        else:
            for run in re.findall("[!-~]+|[^!-~]+", part):
                yield from (run,) if run.isascii() else graphemes(run)


def link(label: str, url: str) -> str:
    """``label <url>``; the address alone where the label says no more. Addresses of people stand plain, unless they
    bring a letter along: without ``mailto:`` no mail program would know its subject."""
    plain = url if "?" in url else url.removeprefix("mailto:").removeprefix("tel:")
    if label.strip() in {url, plain}:
        return f"<{url}>" if plain == url else plain
    return f"{label.strip()} <{plain}>"


@dataclass(frozen=True)
class _Writer:
    length: Length

    def blocks(self, tokens: Sequence[Token], width: int) -> list[str]:
        """The blocks of ``tokens``, each wrapped: to be joined with blank lines."""
        found: list[str] = []
        position = 0
        while position < len(tokens):
            token = tokens[position]
            end = _end(tokens, position)
            inside = tokens[position + 1 : end]
            if token.type == "inline":
                found.append(wrap(inline(token), self.length, width=width))
            elif token.type in {"fence", "code_block"}:
                found.append("\n".join("    " + line for line in token.content.rstrip("\n").split("\n")))
            elif token.type == "hr":
                found.append("* * *")
            elif token.type == "blockquote_open":
                quoted = "\n\n".join(self.blocks(inside, width - 2))
                found.append("\n".join(f"> {line}".rstrip() for line in quoted.split("\n")))
            elif token.type in {"bullet_list_open", "ordered_list_open"}:
                found.append(self.entries(token, inside, width))
            elif token.type == "table_open":
                found.append(self.table(inside, width))
            elif token.nesting == 1:
                found += self.blocks(inside, width)
            position = end + 1
        return [block for block in found if block.strip()]

    def entries(self, token: Token, inside: Sequence[Token], width: int) -> str:
        number = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None
        entries = []
        tight = True
        position = 0
        while position < len(inside):
            end = _end(inside, position)
            mark = "- " if number is None else f"{number}. "
            number = None if number is None else number + 1
            content = inside[position + 1 : end]
            tight &= all(part.hidden for part in content if part.type == "paragraph_open")
            blocks = self.blocks(content, max(width - len(mark), 20))
            text = ("\n" if tight else "\n\n").join(blocks)
            pad = " " * len(mark)
            entries.append(mark + "\n".join((pad + line).rstrip() for line in text.split("\n")).removeprefix(pad))
            position = end + 1
        return ("\n" if tight else "\n\n").join(entries)

    def table(self, inside: Sequence[Token], width: int) -> str:
        """Columns side by side where they fit, else each row as ``heading: cell`` lines."""
        rows: list[list[str]] = []
        for token in inside:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(inline(token).replace("\n", " "))
        widths = [max(map(self.length, column)) for column in zip(*rows, strict=False)]
        if sum(widths) + 2 * (len(widths) - 1) <= width:
            rows.insert(1, ["-" * columns for columns in widths])
            padded = (
                (cell + " " * (columns - self.length(cell)) for cell, columns in zip(row, widths, strict=False))
                for row in rows
            )
            return "\n".join("  ".join(row).rstrip() for row in padded)
        heads, *others = rows
        return "\n\n".join(
            "\n".join(
                wrap(f"{head}: {cell}" if head else cell, self.length, width=width, rest="  ")
                for head, cell in zip(heads, row, strict=False)
                if cell
            )
            for row in others
        )


def _end(tokens: Sequence[Token], start: int) -> int:
    """Where the block that opens at ``start`` closes."""
    depth = 0
    for position in range(start, len(tokens)):
        depth += tokens[position].nesting
        if depth == 0:
            return position
    return len(tokens) - 1


def inline(token: Token) -> str:
    """One run of text: links as ``label <url>``, pictures as their words, no marks of emphasis."""
    said: list[str] = []
    opened: list[tuple[int, str | None]] = []
    for child in token.children or ():
        if child.type == "link_open":
            opened.append((len(said), safe_link(str(child.attrGet("href") or ""))))
        elif child.type == "link_close":
            start, href = opened.pop()
            label = "".join(said[start:])
            # A link to another place in this mail leads nowhere in text.
            said[start:] = [label if href is None or href.startswith("#") else link(label, href)]
        elif child.type == "softbreak":
            said.append(" ")
        elif child.type == "hardbreak":
            said.append("\n")
        else:
            said.append(child.content)
    return "".join(said)


def to_text(tokens: Sequence[Token], length: Length, width: int = WIDTH) -> str:
    """Markdown ``tokens`` as plain text; ``length`` tells how many columns a piece of text takes."""
    return "\n\n".join(_Writer(length).blocks(tokens, width))
