"""Colours by day and in dark mode."""

from tests.checks.build import HTML, Case


def _bad(says: str, level: str = "warning", **colours: dict[str, str]) -> Case:
    return Case(says=says, level=level, at=(None, None), **colours)


def _text(style: str, text: str = "Watch live", says: str = "", level: str = "warning", head: str = "") -> Case:
    html = HTML.replace("</style>", f"</style>{head}").replace("{body}", f'<p style="{style}">{text}</p>')
    return Case(html=html, says=says, level=level, at=(None, None))


_DARK = "<style>@media (prefers-color-scheme: dark) {{ {} }}</style>".format
_ON_DARK = _DARK("body { background-color: #1d2126 !important; } p { color: #e6e8eb !important; }")

BAD = [
    _text("color:#999999", says="By day, 'Watch live' (#999999 on #ffffff) has a contrast of 2.8 to 1", level="error"),
    _text("color:#777", says="(#777777 on #ffffff) has a contrast of 4.4 to 1; text of its size needs 4.5"),
    _text("color:white", says="(#ffffff on #ffffff) has a contrast of 1.0", level="error"),
    _text("color:rgb(150, 150, 150)", says="(#969696 on #ffffff)", level="error"),
    _text("background:#767676;color:#111111", says="(#111111 on #767676)"),
    _text("font-size:24px;color:#999999", says="2.8 to 1; text of its size needs 3 to 1"),
    _text("font-size:20px;font-weight:bold;color:#dddddd", says="needs 3 to 1", level="error"),
    _text("font-size:20px;color:#777777", says="needs 4.5 to 1"),
    _text("", '<a href="u" style="color:#bbbbbb">Watch live</a>', "'Watch live' (#bbbbbb on #ffffff)", "error"),
    _text("", '<span style="background-color:#333333">Watch live</span>', "(#000000 on #333333)", "error"),
    _text("", "Watch live", "By day, 'Watch live' (#eeeeee on #ffffff)", "error", "<style>p{color:#eeeeee}</style>"),
    _text("", '<b style="color:#333333">Now</b>', "In dark mode, 'Now' (#333333 on #1d2126)", "error", _ON_DARK),
    _text("background:#ffffff", "Now", "In dark mode, 'Now' (#e6e8eb on #ffffff)", "error", _ON_DARK),
    _bad("quiet (#999999) on sheet (#ffffff) has a contrast of 2.8", "error", light={"quiet": "#999999"}),
    _bad("quiet (#777777) on sheet (#ffffff) has a contrast of 4.4", light={"quiet": "#777777"}),
    _bad("quiet (#767676) on page (#f4f5f7)", light={"quiet": "#767676"}),
    _bad("ink (#ffffff) on sheet (#ffffff) has a contrast of 1.0", "error", light={"ink": "#ffffff"}),
    _bad("In the dark colours of the theme, ink", "error", dark={"ink": "#1f2328"}),
    _bad("In the dark colours of the theme, quiet", dark={"quiet": "#7d858e"}),
    _bad("on tint (#57606a)", "error", light={"tint": "#57606a"}),
    _bad("on page (#000000)", "error", light={"page": "#000000"}),
    _bad("link (", "error", light={"page": "#000000"}),
]

NEAR = [
    Case(),
    _text("color:#767676"),
    _text("color:#57606a;background-color:#f6f8fa"),
    _text("color:#ffffff;background:#0b5cad"),
    _text("font-size:24px;color:#949494"),
    _text("font-size:19px;font-weight:700;color:#949494"),
    _text("color:#ffffff;background-image:url(x.png)"),
    _text("color:#ffffff;background:linear-gradient(#000000, #333333)"),
    _text("color:rgba(0,0,0,0.2)"),
    _text("color:var(--ink)"),
    _text("color:#fff;display:none"),
    _text("color:#fff;visibility:hidden"),
    _text("color:#ffffff", "&#160;"),
    _text("color:#ffffff", "· — |"),
    _text("color:#ffffff", '<span style="color:#000000">Watch live</span>'),
    _text("color:inherit"),
    _text("background:transparent"),
    _text("", "<!-- x --><!--[if mso]><p style='color:#fff'>x</p><![endif]-->Watch"),
    _text("", "Watch", head="<style>.other{color:#ffffff} p:hover{color:#ffffff} [data-ogsc] p{color:#ffffff}</style>"),
    _text("", "Watch", head="<style>p{color:#ffffff} p{color:#000000}</style>"),
    _text("", '<b style="color:#000000">Watch</b>', head="<style>b{color:#ffffff}</style>"),
    _text("", "Watch", head="<style>@media (max-width:480px){p{color:#ffffff}}</style>"),
    _text("", '<b style="color:#333333">Now</b>', head=_ON_DARK + _DARK("p b { color: #e6e8eb !important; }")),
    _text("color:#333333", "Now", head=_ON_DARK),
    _text("", "Now", head=_ON_DARK + _DARK("p { color: #ffffff !important; }")),
    *(Case(light={"accent": accent}) for accent in ("#ffff00", "#cc0000", "#00ff00", "#0000ff", "#ffffff", "#000000")),
    *(Case(dark={"accent": accent}) for accent in ("#ffff00", "#cc0000", "#00ff00", "#0000ff", "#ffffff", "#000000")),
    *(Case(light={"accent": accent}) for accent in ("#767676", "#757575", "#808080", "#ffc107", "#c2185b")),
    Case(light={"accent": "#ff0000"}, dark={"accent": "#ff0000"}),
    Case(light={"line": "#ffffff"}),
    Case(dark={"line": "#1d2126"}),
    Case(light={"quiet": "#666666"}),
    Case(light={"ink": "#000000"}, dark={"ink": "#ffffff"}),
    Case(light={"sheet": "#fffaf0", "tint": "#fff5e6"}),
    Case(light={"page": "#ffffff", "tint": "#ffffff", "quiet": "#767676"}),
]
