"""The MJML that templates may use: components, where they may stand, their attributes and values.

The renderer is silent about words that it does not know: `<mj-texxt>` is mailed as it stands, an
unknown attribute or a bad value simply has no effect. So every word is held against these tables first.
They hold what MJML documents (https://documentation.mjml.io/) less what the renderer ignores, and less what
does not belong in a mail that fetches nothing on its own: see `BANNED`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_LENGTH = r"(?:\d+(?:\.\d+)?(?:px|%)|0)"
_COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|transparent|(?:rgb|hsl)a?\([\d.,%\s]+\)", re.I)

# What an attribute's value may be: the pattern, and the words an error uses for it.
_TYPES: Final = {
    "px": (re.compile(r"\d+(?:\.\d+)?px|0"), "a length in pixels, such as 16px"),
    "wholepx": (re.compile(r"\d+px"), "whole pixels, such as 600px"),
    "length": (re.compile(_LENGTH), "a length, such as 16px or 50%"),
    # Outlook is handed a column's width as it stands: a fraction of a pixel breaks the row there.
    "column": (re.compile(r"\d+px|\d+(?:\.\d+)?%"), "whole pixels or per cent, such as 200px or 50%"),
    "box": (re.compile(rf"{_LENGTH}(?: {_LENGTH}){{0,3}}"), "one to four lengths, such as 10px 25px"),
    "line": (re.compile(r"\d+(?:\.\d+)?(?:px|%)?"), "a line height, such as 1.5, 24px or 150%"),
    "spacing": (re.compile(r"-?\d+(?:\.\d+)?(?:px|em)|0|normal"), "a length, such as 1px or -0.5em"),
    "height": (re.compile(r"\d+(?:\.\d+)?px|auto"), "a length in pixels or auto"),
    "tablewidth": (re.compile(rf"{_LENGTH}|auto"), "a length or auto"),
    "integer": (re.compile(r"\d+"), "a whole number"),
    "weight": (re.compile(r"normal|bold|bolder|lighter|[1-9]00"), "normal, bold or 100 to 900"),
}

_PADDING = "padding:box padding-top:length padding-right:length padding-bottom:length padding-left:length "
_BORDER = "border border-top border-right border-bottom border-left "
_FONT = "color:color font-family font-size:px font-style font-weight:weight "
_TEXT = _FONT + "letter-spacing:spacing line-height:line text-decoration text-transform "
_LINK = "href rel target "
_ALIGN = "align:left|center|right "
_VALIGN = "vertical-align:top|middle|bottom "
_TINT = "container-background-color:color "
_SECTION = (
    "background-color:color background-url background-repeat:repeat|no-repeat background-size "
    "background-position background-position-x background-position-y border-radius direction:ltr|rtl "
    "full-width:full-width text-align:left|center|right " + _BORDER + _PADDING
)

# component: attributes, each as name (any text), name:type or name:one|of|these
_COMPONENTS: Final = {
    "mjml": "lang dir:ltr|rtl|auto",
    "mj-head": "",
    "mj-title": "",
    "mj-preview": "",
    "mj-style": "",
    "mj-font": "name href",
    "mj-breakpoint": "width:wholepx",
    "mj-attributes": "",
    "mj-body": "width:wholepx background-color:color css-class",
    "mj-raw": "",
    "mj-wrapper": _SECTION,
    "mj-section": _SECTION,
    "mj-group": "width:column background-color:color direction:ltr|rtl " + _VALIGN,
    "mj-column": "width:column background-color:color inner-background-color:color border-radius direction:ltr|rtl "
    "inner-border inner-border-top inner-border-right inner-border-bottom inner-border-left inner-border-radius "
    + _VALIGN + _BORDER + _PADDING,
    "mj-hero": "height:length background-color:color background-url "
    "background-width:length background-height:length background-position inner-background-color:color "
    "inner-padding:box inner-padding-top:length inner-padding-right:length inner-padding-bottom:length "
    "inner-padding-left:length " + _VALIGN + _PADDING,
    "mj-text": "align:left|center|right|justify height:length " + _TEXT + _TINT + _PADDING,
    "mj-button": "background-color:color border-radius height:length inner-padding:box name "
    "text-align:left|center|right width:length " + _ALIGN + _VALIGN + _TEXT + _LINK + _TINT + _BORDER + _PADDING,
    "mj-image": "alt src srcset title name usemap border border-radius fluid-on-mobile:true width:wholepx "
    "height:height max-height:length font-size:px " + _ALIGN + _LINK + _TINT + _PADDING,
    "mj-divider": "border-color:color border-style border-width:px width:length " + _ALIGN + _TINT + _PADDING,
    "mj-spacer": "height:length " + _TINT + _PADDING,
    "mj-table": "border cellpadding:integer cellspacing:integer color:color font-family font-size:px "
    "line-height:line table-layout:auto|fixed width:tablewidth " + _ALIGN + _TINT + _PADDING,
    "mj-social": "border-radius color:color font-family font-size:px font-style font-weight:weight "
    "icon-size:length icon-height:length icon-padding:box inner-padding:box line-height:line "
    "mode:horizontal|vertical text-padding:box text-decoration " + _ALIGN + _TINT + _PADDING,
    "mj-social-element": "alt src title name background-color:color border-radius icon-size:length "
    "icon-height:length icon-padding:box line-height:line text-padding:box text-decoration "
    + _ALIGN + _VALIGN + _FONT + _LINK + _PADDING,
    "mj-navbar": "base-url " + _ALIGN,
    "mj-navbar-link": "name " + _TEXT + _LINK + _PADDING,
}  # fmt: skip

_CONTENT = "mj-text mj-button mj-image mj-divider mj-spacer mj-table mj-social mj-navbar mj-raw"

# component: what may stand in it; what is missing here holds text or HTML, or nothing
CHILDREN: Final = {
    parent: frozenset(children.split())
    for parent, children in {
        "mjml": "mj-head mj-body",
        "mj-head": "mj-title mj-preview mj-style mj-font mj-breakpoint mj-attributes mj-raw",
        "mj-body": "mj-wrapper mj-section mj-hero mj-raw",
        "mj-wrapper": "mj-section mj-hero mj-raw",
        "mj-section": "mj-column mj-group mj-raw",
        "mj-group": "mj-column mj-raw",
        "mj-column": _CONTENT,
        "mj-hero": _CONTENT,
        "mj-social": "mj-social-element mj-raw",
        "mj-navbar": "mj-navbar-link mj-raw",
    }.items()
}

# These hold HTML; the renderer hands it on as it stands.
HOLDS_HTML: Final = frozenset({"mj-text", "mj-button", "mj-table", "mj-raw", "mj-social-element", "mj-navbar-link"})
HOLDS_TEXT: Final = frozenset({"mj-title", "mj-preview", "mj-style"})

BANNED: Final = {
    "mj-include": "files are joined by the template engine ({% include %})",
    "mj-html-attributes": "the renderer cannot read it; write the attribute where it belongs",
    "mj-selector": "the renderer cannot read it; write the attribute where it belongs",
    "mj-html-attribute": "the renderer cannot read it; write the attribute where it belongs",
    "mj-carousel": "its styles reach mail programs that cannot show it; use mj-image",
    "mj-carousel-image": "its styles reach mail programs that cannot show it; use mj-image",
    "mj-accordion": "few mail programs can open it, and it loads its icons from another's server; use mj-text",
    "mj-accordion-element": "few mail programs can open it; use mj-text",
    "mj-accordion-title": "few mail programs can open it; use mj-text",
    "mj-accordion-text": "few mail programs can open it; use mj-text",
}

# MJML documents these; the renderer reads over them.
IGNORED: Final = {
    ("mj-style", "inline"): "the renderer does not inline; styles to be inlined belong to the theme's CSS",
    ("mj-wrapper", "gap"): "the renderer ignores it; use padding",
    ("mj-section", "gutter"): "the renderer ignores it; use padding",
    ("mj-hero", "mode"): "the renderer ignores it; give a height",
    ("mj-image", "sizes"): "the renderer ignores it; give a width",
}

# These would rewrite a link to a page that shares it; with "-noshare" it stays as written.
_SHARERS: Final = {"facebook", "google", "linkedin", "pinterest", "tumblr", "twitter", "x", "xing"}

# Without these a reader gets an image that says nothing, or one loaded from another's server.
REQUIRED: Final = {"mj-image": ("src", "alt"), "mj-social-element": ("src", "alt"), "mj-font": ("name", "href")}


def _read(spec: str) -> dict[str, str]:
    pairs = (word.partition(":") for word in spec.split())
    return {name: kind for name, _, kind in pairs}


def _tables() -> dict[str, dict[str, str]]:
    tables = {name: _read(spec) for name, spec in _COMPONENTS.items()}
    for name in STYLED:
        tables[name] |= {"css-class": "", "mj-class": ""}
    return tables


#: Components with a look of their own: they take css-class and mj-class, and defaults from mj-attributes.
STYLED: Final = tuple(name for name in _COMPONENTS if name not in CHILDREN["mj-head"] | {"mjml", "mj-head", "mj-raw"})

#: component -> attribute -> the kind of its value ("" for any text)
ATTRIBUTES: Final = _tables()


@lru_cache(maxsize=4096)
def value_problem(component: str, attribute: str, value: str) -> str | None:
    """What is wrong with `value` for a known attribute of a known component; None when it is good."""
    if component == "mj-social-element" and attribute == "name" and value in _SHARERS:
        return f'name="{value}" turns the link into one that shares it: write name="{value}-noshare"'
    kind = ATTRIBUTES[component][attribute]
    if not kind:
        return None
    if kind == "color":
        good, wanted = _is_color(value), "a colour, such as #1f2328"
    elif kind in _TYPES:
        pattern, wanted = _TYPES[kind]
        good = pattern.fullmatch(value) is not None
    else:
        words = kind.split("|")
        good, wanted = value in words, " or ".join(words)
    return None if good else f'{attribute}="{value}" should be {wanted}'


def _is_color(value: str) -> bool:
    if _COLOR.fullmatch(value):
        return True
    from PIL.ImageColor import colormap  # noqa: PLC0415 - only named colours need it

    return value.lower() in colormap
