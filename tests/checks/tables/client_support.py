"""What templates and texts ask of mail programs."""

from pathlib import Path

from newsletter.items.kinds.text import Text
from newsletter.render.templates import SHIPPED
from tests.checks.build import Case


def _template(source: str, says: str = "", level: str = "warning", path: str = "email/head.mjml.j2") -> Case:
    return Case(templates={path: source}, says=says, level=level, at=(None, None))


def _css(source: str, says: str = "", level: str = "warning") -> Case:
    return _template(source, says, level, "email/theme.css.j2")


def _style(style: str, says: str = "", level: str = "warning") -> Case:
    return _template(f'<mj-text>\n<p style="{style}">x</p>\n</mj-text>', says, level)


def _body(body: str, says: str = "") -> Case:
    return Case(issue={"items": (Text(id="a", title="A", body=body),)}, says=says, level="note", at=("a", "body"))


BAD = [
    _style(
        "display:flex", "Line 2 of templates/email/head.mjml.j2 uses display: flex, which is not known to Outlook on"
    ),
    _style("display: inline-grid", "what stands side by side comes one below the other"),
    _style("position:absolute;top:0", "stays in its place in the text"),
    _style("float:right", "float: right"),
    _style("color:var(--ink)", "colours and sizes that come from a variable are missing"),
    _style("width:calc(100% - 20px)", "the computed size is missing"),
    _style("font-size:clamp(1px, 2px, 3px)", "clamp"),
    _style("background-image:linear-gradient(#fff,#000)", "the ground has no colour"),
    _style("margin-top:-20px", "negative margin"),
    _style("transform:rotate(3deg)", "is turned, moved or scaled"),
    _style("visibility:hidden", "what should be hidden is shown"),
    _style("aspect-ratio:16/9", "too high or too flat"),
    _style("background:url(a.png)", "the picture behind the text is missing", "note"),
    _style("width:50vw", "width: 50vw", "note"),
    _style("text-shadow:1px 1px red", "there is no shadow", "note"),
    _style("margin-inline-start:8px", "the space beside it is missing"),
    _template('<mj-raw><video src="a.mp4"></video></mj-raw>', "uses <video>, which is not known to Gmail, Outlook on"),
    _template("<mj-raw><form action='u'><input></form></mj-raw>", "the form cannot be sent off"),
    _template("<mj-text><svg></svg></mj-text>", "the drawing is not there"),
    _template("<mj-style>\n.a::before { content: 'New'; }\n</mj-style>", "Line 2 of"),
    _template("<mj-style>.a:nth-child(2) { color: red; }</mj-style>", ".a:nth-child(2)"),
    _template("<mj-style>@font-face { font-family: x; src: url(x); }</mj-style>", "another font of the same", "note"),
    _template("<mj-style>\n\n.a {\n color: red;\n display: flex;\n}</mj-style>", "Line 5 of"),
    _css(".prose ul { display: grid; }", "templates/email/theme.css.j2 uses display: grid"),
    _css("{# why #}\n.prose p { width: calc(1px + {{ x }}px); }", "Line 2 of"),
    _css("/* display:flex */\n.a {}\n.b { float: left }", "Line 3 of"),
    _body("See [Tune in](#tune-in).", "'Tune in' leads to another place in the mail"),
    _body("See [it][1].\n\n[1]: #tune-in", "'it' leads to another place"),
]

NEAR = [
    Case(),
    *(
        _template(file.read_text(encoding="utf-8"), path=str(file.relative_to(SHIPPED)))
        for file in sorted(Path(SHIPPED).rglob("*.j2"))
    ),
    _style("display:block"),
    _style("display:inline-block;display:flex"),
    _style("display:none"),
    _style("border-radius:8px"),
    _style("opacity:0.5"),
    _style("max-width:600px;width:100%"),
    _style("background-color:#ffffff;background-image:linear-gradient(#fff,#eee)"),
    _style("background:#ffffff url(a.png)"),
    _style("margin:0 auto"),
    _style("margin:-0px"),
    _style("position:static"),
    _style("float:none"),
    _style("transform:none"),
    _style("font-family:var-font, min-width"),
    _style("mso-padding-alt:calc(1px)"),
    _style("-webkit-transform:rotate(3deg)"),
    _style("content:'display:flex'"),
    _style("line-height:1.5;letter-spacing:-0.2px"),
    _style("font-size:1.2em"),
    _style("visibility:visible"),
    _template("<mj-style>@media (max-width: 480px) { .a { display: flex; } }</mj-style>"),
    _template("<mj-style>@supports (display: grid) { .a { display: grid; } }</mj-style>"),
    _template("<mj-style>@media (prefers-color-scheme: dark) { .a { color: var(--x); } }</mj-style>"),
    _template("<mj-style>a:hover { color: red; }</mj-style>"),
    _template("<mj-style>.video, .form::selection { color: red; }</mj-style>"),
    _template("<mj-style>/* .a::before { display: flex } */</mj-style>"),
    _template("{# <video> display:flex #}<mj-text>x</mj-text>"),
    _template("{% if video %}<mj-text>x</mj-text>{% endif %}"),
    _template("<!--[if mso]><video></video><![endif]--><mj-text>x</mj-text>"),
    _template("<!-- <p style='display:flex'> -->"),
    _template("<mj-text>Write display:flex and &lt;video&gt;</mj-text>"),
    _template('<mj-section background-url="a.png"><mj-column /></mj-section>'),
    _template('<mj-text><a href="video.html">video</a></mj-text>'),
    _template("display:flex <video>", path="email/layout.txt.j2"),
    _template('display = "flex"', path="themes/own.toml"),
    _css(".prose p { margin: 0 0 16px; color: {{ light.ink }}; }"),
    _css(".flex { display: block; }"),
    Case(html='<div style="display:flex"><video></video></div>'),
    _body("See [Tune in](https://example.org/#tune-in)."),
    _body("See item #1 (#tune-in) and [brackets]."),
    _body("`[Tune in](#tune-in)`"),
]
