"""The theme's CSS, written into the `style` attributes of a mail's HTML.

Mail programs drop what stands in the head, so the looks of editors' rich text must stand on its tags. premailer finds
which rule applies to which element and in which order; it works on a skeleton, the tags alone. The HTML itself is
never parsed and written anew: the `style` attributes are spliced into it, and every other character stays as it is.
"""

from __future__ import annotations

import html as html_entities
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from threading import Lock
from types import ModuleType
from typing import Any, Final

from newsletter.render.theme_css import Rule, ThemeCssError, parse_attribute, read, without_overruled, words_of

__all__ = ["InlineError", "ThemeCssError", "inline"]

_MARK: Final = "data-n"  # numbers the start tags of the skeleton
_IMPLIED: Final = "data-before"  # the number of the tag before which a browser thinks this one

# Only single classes of letters are possessive: before 3.11.5 Python finds nothing with a possessive group that is a
# choice (https://github.com/python/cpython/issues/106052).
_TOKEN: Final = re.compile(
    r"""
    <(?:
      (?P<name>(?P<raw>(?i:style|script|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>]))|[a-zA-Z][^\s/>]*+)
      (?P<attributes>[^>"']*+(?:(?:"[^"]*+"|'[^']*+')[^>"']*+)*)>
      (?(raw)[^<]*+(?:<(?!/(?i:(?P=raw))[\s/>])[^<]*+)*)           # what they hold is no HTML
    | (?P<end>/[a-zA-Z][^>]*+>)
    | !--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*(?:--!?>)?)             # a comment; one left open goes to the end
    | [!?][^>]*+>                                                 # doctype
    | (?P<broken>/?[a-zA-Z])
    )
    """,
    re.VERBOSE,
)
_ATTRIBUTE = r"""\s++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>`]++))?"""
_ATTRIBUTES: Final = re.compile(
    rf"""
    (?P<before>(?:(?!\s+style\s*=){_ATTRIBUTE})*)
    (?:(?P<name>\s+style\s*=\s*)(?P<style>"[^"]*+"|'[^']*+'|[^\s"'<>`]++))?
    (?P<after>(?:{_ATTRIBUTE})*\s*+/?)
    """,
    re.VERBOSE | re.IGNORECASE,
)

_ONE: Final = re.compile(_ATTRIBUTE)
_CLASS_OR_ID: Final = re.compile(r"\s+(?:class|id)[\s=]", re.IGNORECASE)

_UNSEEN: Final = {"head", "title", "meta", "link", "base", "style", "script"}  # no looks to give them


class InlineError(ValueError):
    """The HTML cannot be read as a browser would read it: says which tag, and where."""


def inline(html: str, theme_css: str) -> str:
    """`html` with the rules of `theme_css` in its `style` attributes; all else is unchanged to the letter.

    Only the doctype is put in upper case, as some mail programs know no other, and a tbody that a browser would add
    is written out where a rule (such as `*`) gives it looks. Style blocks stay and are not inlined.
    The cascade is kept: specificity, order, `!important`, and styles that were in the HTML before. Nothing is fetched.

    Raises ThemeCssError where the CSS has at-rules, pseudo-classes or mistakes; InlineError where the HTML is empty,
    a tag is broken, or an element cannot be reached (libxml2 drops what is nested deeper than 255 elements).
    """
    if not html.strip():
        raise InlineError("there is no HTML: nothing to write the theme's CSS into")
    rules = read(theme_css)
    tags, skeleton = _skeleton(html, whole=any("[" in rule.selector for rule in rules))
    styles, missing = _apply(theme_css, skeleton, len(tags)) if tags else ({}, None)
    if missing is not None:
        place = _place(html, tags[missing].start())
        raise InlineError(f"<{tags[missing]['name']}> cannot be reached (misplaced or nested too deep), in {place}")
    pieces: list[str] = []
    done = 0
    for number, implied in sorted(styles, key=lambda key: (key[0], not key[1])):
        start, end = tags[number].span("attributes")
        if implied:
            start = end = tags[number].start()
        attributes = _restyled(html[start:end], theme_css, styles[number, implied])
        if attributes is None:
            raise InlineError(f"a tag is broken, in {_place(html, tags[number].start())}")
        pieces += html[done:start], f"<tbody{attributes}>" if implied else attributes
        done = end
    pieces.append(html[done:])
    return re.sub(r"(\A\s*)<!doctype\b", r"\1<!DOCTYPE", "".join(pieces), count=1, flags=re.IGNORECASE)


def _skeleton(html: str, *, whole: bool) -> tuple[list[re.Match[str]], str]:
    """The start tags, and a document of nothing but tags, numbered; `whole` with all that stands in them."""
    tags: list[re.Match[str]] = []
    skeleton: list[str] = []
    for token in _TOKEN.finditer(html):
        name, raw, attributes, end, broken = token.groups()
        if name:
            kept = _selectable(attributes, whole)
            if kept is None:
                raise InlineError(f"a tag is broken, in {_place(html, token.start())}")
            # A style block is none of premailer's business: only the theme's rules are inlined.
            ignore = ' data-premailer="ignore"' if raw and raw.lower() == "style" else ""
            skeleton.append(f'<{name} {_MARK}="{len(tags)}"{ignore}{kept}>')
            tags.append(token)
        elif end:
            skeleton.append(f"<{end}")
        elif broken:
            raise InlineError(f"a tag is broken, in {_place(html, token.start())}")
    return tags, "".join(skeleton)


@lru_cache(maxsize=4096)
def _selectable(attributes: str, whole: bool) -> str | None:
    """What of a tag's attributes selectors can ask for: class and id, or with `whole` any. None where a tag begins
    among them."""
    plain = _ATTRIBUTES.fullmatch(attributes)
    if "<" in attributes and not plain:
        return None
    if plain and not whole:
        return "".join(match[0] for match in _ONE.finditer(attributes) if _CLASS_OR_ID.match(match[0]))
    # In HTML a slash closes nothing; libxml2 thinks it does. premailer would parse each style again; they are merged
    # here, as they were written.
    return attributes.rstrip("/").replace(" style=", " data-style=")


@lru_cache(maxsize=16)  # while a text is typed its tags mostly stay as they are
def _apply(theme_css: str, skeleton: str, tags: int) -> tuple[Mapping[tuple[int, bool], str], int | None]:
    """For each start tag (by number) that rules apply to: the rules' numbers in the order of the cascade. With True
    it is the tbody which a browser puts before that tag. And the first of so many ``tags`` that is not reached."""
    from lxml import etree  # noqa: PLC0415 - costs time at start

    try:
        tree = etree.fromstring(skeleton.encode(), etree.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError) as error:
        raise InlineError(f"the HTML is not understood ({error})") from None
    # libxml2 stops without a word where nesting is too deep; an element that is not there would go unstyled.
    if tree.xpath(f"count(//@{_MARK})") != tags:
        seen = set(tree.xpath(f"//@{_MARK}"))
        return {}, next(number for number in range(tags) if str(number) not in seen)
    for table in tree.xpath("//table[tr]"):
        _add_tbody(table, etree)
    # Each rule costs a search of its own; one whose words do not occur at all is left out.
    words = {element.tag for element in tree.iter(etree.Element)}
    words.update(f".{name}" for value in tree.xpath("//@class", smart_strings=False) for name in value.split())
    rules = [(number, rule) for number, rule in enumerate(read(theme_css)) if words_of(rule.selector) <= words]
    inliner = _inliner_class()(rules)
    inliner.transform(tree)
    return inliner.found, None


def _add_tbody(table: Any, etree: Any) -> None:
    """Rows directly in a table: a browser puts them in a tbody, which selectors may name. It bears the number of the
    row that it begins with."""
    tbody = None
    for child in list(table):
        if child.tag != "tr":
            tbody = None
            continue
        if tbody is None:
            tbody = etree.Element("tbody", {_IMPLIED: child.get(_MARK, "")})
            child.addprevious(tbody)
        tbody.append(child)


_ONE_AT_A_TIME: Final = Lock()


@cache
def _inliner_class() -> Any:
    # Read once, at import: room for the selectors of several themes.
    os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "2048")
    with _ONE_AT_A_TIME, _without_requests():
        from premailer import Premailer  # noqa: PLC0415 - costs 170 ms

    class Inliner(Premailer):  # type: ignore[misc]  # premailer has no types
        """premailer for rules that are read already.

        Each rule goes by its number ("r7:0"), so that premailer's merging, which goes by property names, keeps all
        of them in order: with real names a shorthand would swap places with its longhands, and a style of the HTML
        would beat the theme's `!important`.
        """

        def __init__(self, rules: list[tuple[int, Rule]]) -> None:
            super().__init__(
                css_text=[""],
                disable_leftover_css=True,
                disable_validation=True,
                align_floating_images=False,
                disable_link_rewrites=True,
                allow_network=False,
                allow_loading_external_files=False,
            )
            self.rules = rules
            self.found: dict[tuple[int, bool], str] = {}

        def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
            return [(rule.weight, rule.selector, f"r{n}:0") for n, rule in self.rules], []

        def _style_to_basic_html_attributes(self, element: Any, style_content: str, force: bool = False) -> None:
            # Called once for each element that rules apply to. No width, height or align is derived from CSS:
            # Outlook sizes images by those attributes.
            if element.tag in _UNSEEN:
                return
            if number := element.get(_MARK):
                self.found[int(number), False] = style_content
            elif number := element.get(_IMPLIED):
                self.found[int(number), True] = style_content

    return Inliner


@lru_cache(maxsize=4096)
def _restyled(attributes: str, theme_css: str, numbers: str) -> str | None:
    """A tag's attributes with a new style: the theme's declarations, then those of before as they were written.

    None where the attributes cannot be told apart.
    """
    parts = _ATTRIBUTES.fullmatch(attributes)
    if parts is None:
        return None
    before, name, old, after = parts.group("before", "name", "style", "after")
    old = old or ""
    if old[:1] in ("'", '"'):
        old = old[1:-1]
    rules = read(theme_css)
    theme = [d for number in re.findall(r"\br(\d+):0", numbers) for d in rules[int(number)].declarations]
    kept = without_overruled(theme, parse_attribute(html_entities.unescape(old)))
    new = ";".join(map(str, kept)).replace("&", "&amp;")
    style = ";".join(part for part in (new, old) if part.strip()).replace('"', "&quot;")
    return f'{before}{name or " style="}"{style}"{after}'


def _place(html: str, offset: int) -> str:
    line = html.count("\n", 0, offset) + 1
    return f"line {line}: {html[offset : offset + 60]!r}"


@contextmanager
def _without_requests() -> Iterator[None]:
    """An empty module in place of requests, with which premailer would fetch style sheets: it cannot, and it is there
    in half the time. Where it is loaded already there is nothing to save."""
    if "requests" in sys.modules:
        yield
        return
    sys.modules["requests"] = ModuleType("requests")
    try:
        yield
    finally:
        del sys.modules["requests"]
