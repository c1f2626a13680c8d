"""TOML as issue files use it: keys with values, and ``[[lists]]`` of such. Read with the line of every key and with
every mistake at once; written so that it reads well.

Python's ``tomllib`` reads each value. It stops at the first mistake and tells no lines of what it read, so the text is
first cut into its statements here.
"""

import json
import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from newsletter.issue.problems import Place, Problem
from newsletter.issue.toml_mistakes import explain_line, explain_value

Path = tuple[str | int, ...]
"""Where a value is: ``("actions", 0, "url")``."""

_DEPTH = 10
_FIELDS = 500
_KEY = re.compile(r"[ \t]*(?:([A-Za-z0-9_-]+)|\"([^\"\\\n]*)\"|'([^'\n]*)')[ \t]*=")
_LIST = re.compile(r"[ \t]*\[\[[ \t]*([A-Za-z0-9_-]+)[ \t]*\]\][ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_NOTHING = re.compile(r"[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
# Only single classes of letters are possessive: before 3.11.5 Python finds nothing with a possessive group that is a
# choice (https://github.com/python/cpython/issues/106052).
_TOKEN = re.compile(
    r'''(?P<long>"""[^\\"]*+(?:(?:\\[\s\S]|"{1,2}(?!"))[^\\"]*+)*"{3,5}|\'\'\'[^']*+(?:'{1,2}(?!')[^']*+)*'{3,5})'''
    r'''|(?P<open>"""|\'\'\')'''
    r"""|"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*"|'[^'\n]*+'|["']"""
    r"""|(?P<comment>\#[^\n]*+)|(?P<up>[\[{])|(?P<down>[\]}])|(?P<end>\n)|[^"'\#\[\]{}\n]++"""
)


@dataclass
class Table:
    """What was read: ``values``, the line of each path, the mistakes, and the comments with their lines."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    """Fields that are there, but could not be read."""


def read(text: str, first_line: int = 1) -> Table:
    """Read ``text``, whose first line is line ``first_line`` of its file."""
    return _Reader(text, first_line).read()


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.table = Table()
        self.current: dict[str, Any] = self.table.values
        self.path: Path = ()
        self.ends = [match.start() for match in re.finditer("\n", text)]

    def read(self) -> Table:
        position = 0
        while position < len(self.text):
            if len(self.table.lines) + len(self.table.problems) > _FIELDS:
                self._problem(position, f"more than {_FIELDS} fields stand here; the rest was not read")
                break
            position = self._statement(position)
        return self.table

    def _line(self, position: int) -> int:
        return self.first_line + bisect_left(self.ends, position)

    def _problem(self, position: int, message: str, mend: str = "", column: int | None = None) -> None:
        place = Place(line=self._line(position), column=column)
        self.table.problems.append(Problem(message, mend, place))

    def _statement(self, start: int) -> int:
        """Read the statement at ``start`` and return where the next one begins."""
        line_end = self._line_end(start)
        if match := _NOTHING.match(self.text, start):
            if comment := match[0].strip():
                self.table.comments.append((self._line(start), comment))
        elif match := _LIST.match(self.text, start):
            self._open_list(match[1], start)
        elif match := _KEY.match(self.text, start):
            return self._key(next(name for name in match.groups() if name is not None), start, match.end())
        else:
            message, mend = explain_line(self.text[start:line_end])
            self._problem(start, message, mend)
            self.table.broken |= set(re.findall(r"[A-Za-z0-9_-]+", self.text[start : start + 80])[:1])
        return line_end + 1

    def _line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def _open_list(self, name: str, start: int) -> None:
        entries = self.table.values.setdefault(name, [])
        if not isinstance(entries, list) or (name,) in self.table.lines:
            self._problem(start, f"'{name}' is set twice, here and in line {self.table.lines[(name,)]}", "delete one")
            self.current, self.path = {}, ("", 0)
            return
        self.current = {}
        self.path = (name, len(entries))
        entries.append(self.current)
        self.table.lines[self.path] = self._line(start)

    def _key(self, key: str, start: int, value_start: int) -> int:
        end, problem = self._value_end(value_start)
        path = (*self.path, key)
        if problem:
            self._problem(start, f"{problem[0]} in '{key}'", problem[1])
            self.table.broken.add(key)
            return self._next_statement(end)
        statement = self.text[start:end]
        try:
            value = tomllib.loads(statement)[key]
        except tomllib.TOMLDecodeError as error:
            message, mend, column = explain_value(key, statement, str(error))
            self._problem(start, message, mend, column)
            self.table.broken.add(key)
            self.table.lines.setdefault(path, self._line(start))
            return end + 1
        if key in self.current:
            first = self.table.lines.get(path) or self.table.lines[(*path, 0)]
            self._problem(start, f"'{key}' is set twice, here and in line {first}", "delete one of them")
        else:
            self.current[key] = value
            self.table.lines[path] = self._line(start)
        return end + 1

    def _value_end(self, position: int) -> tuple[int, tuple[str, str] | None]:
        """Where the value at ``position`` ends, at the end of a line; and what is wrong if it never does."""
        depth = 0
        line_end = self._line_end(position)
        for token in _TOKEN.finditer(self.text, position):
            if token["open"]:
                return line_end, (f"the text that opens with {token[0]} is never closed", f"end it with {token[0]}")
            if token["comment"]:
                self.table.comments.append((self._line(token.start()), token[0]))
            depth += bool(token["up"]) - bool(token["down"])
            if depth > _DEPTH:
                return line_end, ("lists stand too deep in one another", "write one list")
            if token["end"] and depth <= 0:
                return token.start(), None
        if depth > 0:
            return line_end, ("a list or table is opened, but never closed", "end it with ] or }")
        return len(self.text), None

    def _next_statement(self, position: int) -> int:
        """The beginning of the next line after ``position`` that begins a key or list: what is between belongs to
        the broken value."""
        while position < len(self.text):
            position = self._line_end(position) + 1
            if _KEY.match(self.text, position) or _LIST.match(self.text, position):
                break
        return position


def value(thing: Any) -> str:
    """``thing`` as TOML: text, true or false, a number, a date, a time, a list or an inline table."""
    if isinstance(thing, str):
        return _text(thing)
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, Mapping):
        return "{ " + ", ".join(f"{key} = {value(part)}" for key, part in thing.items()) + " }"
    if isinstance(thing, Sequence):
        return "[" + ", ".join(value(part) for part in thing) + "]"
    return str(thing)


def _text(text: str) -> str:
    if "\n" not in text:
        return json.dumps(text, ensure_ascii=False)  # every JSON string without surrogates is a TOML string
    escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
    if escaped.endswith('"'):
        escaped = escaped[:-1] + '\\"'
    return f'"""\n{escaped}"""'


def write(fields: Mapping[str, Any]) -> str:
    """``fields`` as lines of TOML: first what is plain, then each list of tables as ``[[name]]``."""
    plain = [f"{key} = {value(thing)}\n" for key, thing in fields.items() if not _is_table_list(thing)]
    lists = [
        f"\n[[{key}]]\n" + write(entry) for key, thing in fields.items() if _is_table_list(thing) for entry in thing
    ]
    return "".join([*plain, *lists]).lstrip("\n")


def _is_table_list(thing: Any) -> bool:
    return isinstance(thing, Sequence) and bool(thing) and all(isinstance(entry, Mapping) for entry in thing)
