"""Style sheets, read leniently: what opens, what is declared, and in which line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PIECE = re.compile(r"""((?:[^{};"'(]|"[^"]*"|'[^']*'|\((?:[^()"']|"[^"]*"|'[^']*'|\([^()]*\))*\)|["'(])*)([{};]|\Z)""")


@dataclass(frozen=True)
class Piece:
    """The beginning of a rule or an at-rule, or one declaration."""

    kind: Literal["opens", "declares"]
    text: str
    """A selector, an at-rule, or ``name: value``."""
    line: int
    within: tuple[str, ...]
    """What is open around it, the outermost first: at-rules with their @, and selectors."""
    rule: int
    """The number of the rule that it is in, or opens."""

    @property
    def declaration(self) -> tuple[str, str, bool]:
        """Name and value of a declaration, and whether it is ``!important``."""
        name, _, value = self.text.partition(":")
        plain, bang, _ = value.partition("!")
        return name.strip().lower(), plain.strip(), bool(bang)


def read(css: str, line: int = 1) -> Iterator[Piece]:
    """The pieces of ``css``, whatever its faults; ``line`` is that of its first line."""
    css = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), css)
    within: list[tuple[str, int]] = []
    rules = passed = 0
    for piece in _PIECE.finditer(css):
        text, end = piece[1], piece[2]
        start = piece.start() + len(text) - len(text.lstrip())
        line += css.count("\n", passed, start)
        passed = start
        text = " ".join(text.split())
        outer = tuple(name for name, _ in within)
        if end == "{":
            rules += 1
            yield Piece("opens", text, line, outer, rules)
            within.append((text, rules))
        elif text:
            yield Piece("declares", text, line, outer, within[-1][1] if within else 0)
        if end == "}" and within:
            within.pop()
