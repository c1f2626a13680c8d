"""The tables of components and attributes say what the renderer does."""

import pytest
from mjml import mjml2html

from newsletter.render import allowlist
from newsletter.render.mjml import to_html
from tests.render.test_mjml import doc

# The tables say what the renderer does

SAMPLES = {
    "px": "7px",
    "wholepx": "543px",
    "length": "77px",
    "column": "173px",
    "box": "3px 4px 5px 6px",
    "line": "33px",
    "spacing": "3px",
    "height": "77px",
    "tablewidth": "77px",
    "integer": "7",
    "weight": "800",
    "color": "#123abc",
    "": "zzz",
}
# What an attribute needs beside it to have an effect.
BESIDE = {
    "mj-section": {"background-url": "https://example.org/a.png"},
    "mj-wrapper": {"background-url": "https://example.org/a.png"},
    "mj-column": {"padding": "9px"},
    "mj-hero": {
        "background-url": "https://example.org/a.png",
        "height": "300px",
        "background-height": "200px",
        "background-width": "300px",
    },
    "mj-image": {"src": "a", "alt": "b", "href": "h"},
    "mj-social-element": {"src": "a", "alt": "b", "href": "c"},
    "mj-button": {"href": "x"},
    "mj-navbar-link": {"href": "x"},
    "mj-font": {"name": "zzz", "href": "https://example.org/f"},
}
SECTION = "<mj-section><mj-column><mj-text font-family='zzz'>x</mj-text></mj-column></mj-section>"
INSIDE = {
    "mjml": f"<mj-body>{SECTION}</mj-body>",
    "mj-body": SECTION,
    "mj-wrapper": SECTION,
    "mj-section": "<mj-column><mj-text>x</mj-text></mj-column>",
    "mj-group": "<mj-column><mj-text>x</mj-text></mj-column>",
    "mj-column": "<mj-text>x</mj-text>",
    "mj-hero": "<mj-text>x</mj-text>",
    "mj-social": '<mj-social-element src="a" alt="b" href="c">t</mj-social-element>',
    "mj-navbar": '<mj-navbar-link href="/x">t</mj-navbar-link>',
}


def example(component: str, attributes: dict[str, str]) -> str:
    """A document that shows one component with these attributes."""
    words = "".join(f' {name}="{value}"' for name, value in attributes.items())
    text = "t" if component in allowlist.HOLDS_HTML | allowlist.HOLDS_TEXT else ""
    mjml = f"<{component}{words}>{INSIDE.get(component, text)}</{component}>"
    parents = {child: parent for parent, children in reversed(allowlist.CHILDREN.items()) for child in children}
    if parents.get(component) == "mj-head":
        return f"<mjml><mj-head>{mjml}</mj-head><mj-body>{SECTION}</mj-body></mjml>"
    while component != "mjml":
        component = parents[component]
        mjml = f"<{component}>{mjml}</{component}>"
    return mjml


ATTRIBUTES = [(c, a) for c, known in allowlist.ATTRIBUTES.items() for a in known if a != "mj-class"]


@pytest.mark.parametrize(("component", "attribute"), ATTRIBUTES)
def test_every_attribute_of_the_tables_has_an_effect(component: str, attribute: str) -> None:
    kind = allowlist.ATTRIBUTES[component][attribute]
    values = [SAMPLES[kind]] if kind in SAMPLES else kind.split("|")
    if (component, attribute) == ("mj-social-element", "name"):
        values = ["facebook-noshare"]
    beside = BESIDE.get(component, {})
    seen = {to_html(example(component, beside | {attribute: value})) for value in values}
    without = {name: value for name, value in beside.items() if name != attribute}
    seen.add(mjml2html(example(component, without), fonts={}))
    assert len(seen) > 1


def test_the_tables_agree_with_each_other() -> None:
    known = set(allowlist.ATTRIBUTES)
    assert known.isdisjoint(allowlist.BANNED)
    children = set().union(*allowlist.CHILDREN.values())
    assert children | {"mjml", "mj-head", "mj-body"} == known
    for component, attribute in allowlist.IGNORED:
        assert attribute not in allowlist.ATTRIBUTES[component]
    for component, names in allowlist.REQUIRED.items():
        assert set(names) <= set(allowlist.ATTRIBUTES[component])


@pytest.mark.parametrize(
    "value", ["red", "RebeccaPurple", "#abc", "#AABBCC", "rgb(1, 2, 3)", "rgba(1,2,3,.5)", "transparent"]
)
def test_colours_as_css_has_them_are_welcome(value: str) -> None:
    assert value in to_html(doc(f'<mj-text color="{value}">x</mj-text>'))


def test_defaults_and_classes_are_welcome() -> None:
    html = to_html(
        doc(
            '<mj-text mj-class="quiet small">x</mj-text>',
            '<mj-title>T &amp; T</mj-title><mj-attributes><mj-all padding="0"/><mj-text line-height="1.6"/>'
            '<mj-class name="quiet" color="#57606a"/><mj-class name="small" font-size="14px"/></mj-attributes>'
            "<mj-style>a > b { color:red } @media print { p { color:red } }</mj-style>",
        )
    )
    assert "font-size:14px;line-height:1.6;text-align:left;color:#57606a" in html
    assert "a > b { color:red } @media print { p { color:red } }" in html
