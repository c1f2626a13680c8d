"""Colours by day and in dark mode."""

from tests.checks.build import Case


def _bad(says: str, level: str = "warning", **colours: dict[str, str]) -> Case:
    return Case(says=says, level=level, at=(None, None), **colours)


BAD = [
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
