"""The colours of a mail's text, by day and in dark mode: from the styles in its tags and from its style blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsletter.checks.css import read
from newsletter.checks.dom import Element, pixels, style

LARGE, LARGE_BOLD = 24.0, 18.66
"""CSS pixels from which type counts as large (WCAG 2.2, success criterion 1.4.3: 18 points, 14 where bold)."""

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})(?![0-9a-f])")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_COLOURS = ("color", "background-color", "background")
_PART = re.compile(r"([#.]?)([\w-]+)")
_BOLD = {"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"}
_SKIPPED = {"head", "style", "script", "title", "template", "noscript"}


@dataclass(frozen=True)
class Shown:
    """A piece of text with its colours, ``#rrggbb``."""

    text: str
    ink: str
    ground: str
    large: bool


@dataclass(frozen=True)
class _Rule:
    steps: tuple[tuple[bool, frozenset[str]], ...]
    """Of the selector, from its end: whether it is the parent's (else any ancestor's), and the tag, .class and #id."""
    weight: tuple[int, int, int]
    declared: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class _State:
    ink: str | None
    ground: str | None
    size: float
    bold: bool


class _Path:
    """Tags, classes and ids from the body to an element. Many elements have the same, and the same rules for them."""

    def __init__(self, names: tuple[frozenset[str], ...], ruled: tuple[tuple[str, str, bool], ...] = ()) -> None:
        self.names = names
        self.ruled = ruled
        self._inner: dict[frozenset[str], _Path] = {}

    def into(self, names: frozenset[str], rules: tuple[_Rule, ...]) -> "_Path":
        """The path of an element in this one."""
        if names not in self._inner:
            ending = [rule for rule in rules if rule.steps[0][1] <= names]
            self._inner[names] = _Path((*self.names, names), _ruled(self.names, ending))
        return self._inner[names]


_START = _State("#000000", "#ffffff", 16.0, False)


def texts(root: Element, styles: tuple[str, ...], *, dark: bool) -> Iterator[Shown]:
    """Every text of the body with its colours. Passed over is text whose colour or ground is not a plain one."""
    rules = _rules(styles, dark)
    body = root.find("body")
    if body is None:
        return
    todo: list[tuple[Element, _State, _Path]] = [(body, _START, _Path(()))]
    while todo:
        element, outer, path = todo.pop()
        if element.tag in _SKIPPED:
            continue
        if rules:
            path = path.into(_names(element.tag, element.get("class", ""), element.get("id", "")), rules)
        ruled = path.ruled
        state: _State | None = outer
        said, bgcolor, heading = element.get("style", ""), element.get("bgcolor", ""), element.tag in _BOLD
        if said or bgcolor or heading or ruled:
            state = _within(outer, said, bgcolor, heading, ruled)
        if state is None:
            continue
        ink, ground = state.ink, state.ground
        own = " ".join(" ".join(_own_text(element)).split()) if ink and ground else ""
        if ink and ground and any(map(str.isalnum, own)):
            yield Shown(own, ink, ground, state.size >= (LARGE_BOLD if state.bold else LARGE))
        todo += [(child, state, path) for child in reversed(element)]


def same_in_dark(styles: tuple[str, ...]) -> bool:
    """Whether no style block gives other colours in dark mode."""
    return _rules(styles, True) == _rules(styles, False)


def colour(said: str) -> str | None:
    """A plain colour as ``#rrggbb``: of ``#abc``, ``#aabbcc``, ``rgb(1, 2, 3)`` or a name; ``None`` for all else."""
    said = said.partition("!")[0].strip().lower()
    if match := _HEX.fullmatch(said):
        digits = match[1]
        return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
    if match := _RGB.fullmatch(said):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in match.groups())
    if said.isalpha():
        from PIL.ImageColor import colormap  # noqa: PLC0415 - only named colours need it

        named = colormap.get(said)
        return named.lower() if isinstance(named, str) else None
    return None


def _own_text(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield child.tail or ""


@lru_cache(maxsize=4096)
def _names(tag: str, classes: str, id_: str) -> frozenset[str]:
    return frozenset([tag, *(f".{name}" for name in classes.split()), *([f"#{id_}"] if id_ else [])])


def _ruled(above: tuple[frozenset[str], ...], rules: list[_Rule]) -> tuple[tuple[str, str, bool], ...]:
    """What the rules that may end in an element say of it, each property once; ``above`` are its ancestors."""
    found: dict[str, tuple[tuple[bool, tuple[int, int, int]], str]] = {}
    for rule in rules:
        if _matches(rule.steps, 1, above):
            for name, value, important in rule.declared:
                rank = (important, rule.weight)
                if name not in found or rank >= found[name][0]:
                    found[name] = (rank, value)
    return tuple((name, value, rank[0]) for name, (rank, value) in found.items())


@lru_cache(maxsize=4096)
def _within(
    outer: _State, said: str, bgcolor: str, heading: bool, ruled: tuple[tuple[str, str, bool], ...]
) -> _State | None:
    """The state within an element; ``None`` where nothing of it is shown."""
    looks = dict(style(said))
    for name, value, important in ruled:
        if name not in looks or (important and "!important" not in looks[name]):
            looks[name] = value
            if important and name.startswith("background"):
                looks = {key: old for key, old in looks.items() if key == name or not key.startswith("background")}
    if looks.get("display", "").startswith("none") or looks.get("visibility", "").startswith("hidden"):
        return None
    ink, ground = outer.ink, outer.ground
    if (new := looks.get("color")) and not new.startswith(("inherit", "currentcolor")):
        ink = colour(new)
    new = looks.get("background-color") or looks.get("background") or bgcolor.lower()
    if new and not new.startswith(("transparent", "none", "inherit", "initial", "unset")):
        ground = colour(new)
    if not looks.get("background-image", "none").startswith("none"):
        ground = None
    weight = looks.get("font-weight", "")
    bold = outer.bold or heading
    if weight:
        bold = weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= 700)
    return _State(ink, ground, pixels(looks.get("font-size")) or outer.size, bold)


def _matches(steps: tuple[tuple[bool, frozenset[str]], ...], number: int, above: tuple[frozenset[str], ...]) -> bool:
    """Whether the steps from ``number`` on are met by ancestors; ``above`` has them, the outermost first."""
    if number == len(steps):
        return True
    parent_only, wanted = steps[number]
    for position in range(len(above) - 1, -1, -1):
        if wanted <= above[position] and _matches(steps, number + 1, above[:position]):
            return True
        if parent_only:
            return False
    return False


@lru_cache(maxsize=16)
def _rules(styles: tuple[str, ...], dark: bool) -> tuple[_Rule, ...]:
    """The rules of the blocks that give colours: those without an at-rule, and in dark mode those for it."""
    found = []
    for block in styles:
        selectors: dict[int, str] = {}
        declared: dict[int, list[tuple[str, str, bool]]] = {}
        for piece in read(block):
            at = [outer for outer in piece.within if outer.startswith("@")]
            if at and not (dark and len(at) == 1 and _is_for_dark(at[0])):
                continue
            if piece.kind == "opens" and not piece.text.startswith("@"):
                selectors[piece.rule] = piece.text.lower() if "." not in piece.text else piece.text
            elif piece.kind == "declares" and piece.rule in selectors:
                name, value, important = piece.declaration
                if name in _COLOURS:
                    declared.setdefault(piece.rule, []).append((name, value.lower(), important))
        for rule, lines in declared.items():
            found += [made for one in selectors[rule].split(",") if (made := _rule(one, tuple(lines)))]
    return tuple(found)


def _is_for_dark(at_rule: str) -> bool:
    return re.search(r"prefers-color-scheme\s*:\s*dark", at_rule, re.IGNORECASE) is not None


def _rule(selector: str, declared: tuple[tuple[str, str, bool], ...]) -> _Rule | None:
    """``None`` for selectors with more than tags, classes and ids: they single out a program, or a moment."""
    steps: list[tuple[bool, frozenset[str]]] = []
    parent_only = False
    for word in selector.replace(">", " > ").split():
        if word == ">":
            parent_only = True
            continue
        parts = _PART.findall(word)
        if "".join(mark + name for mark, name in parts) != word:
            return None
        steps.append((parent_only, frozenset(mark + (name if mark else name.lower()) for mark, name in parts)))
        parent_only = False
    if not steps:
        return None
    names = [name for _, step in steps for name in step]
    ids, classes = sum(name[0] == "#" for name in names), sum(name[0] == "." for name in names)
    # Each step carries the combinator before it; read from the end, it belongs to the step that follows.
    after = [False, *(step[0] for step in reversed(steps[1:]))]
    backwards = [(combinator, step[1]) for combinator, step in zip(after, reversed(steps), strict=True)]
    return _Rule(tuple(backwards), (ids, classes, len(names) - ids - classes), declared)
