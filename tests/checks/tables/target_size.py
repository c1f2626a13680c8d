"""What can be pressed."""

from tests.checks.build import Case


def _html(body: str, says: str = "") -> Case:
    return Case(body=body, says=says, at=(None, None))


def _icon(image: str, says: str = "", link: str = "") -> Case:
    return _html(f'<td><a href="u" {link}><img src="i.png" alt="Mastodon" {image}></a></td>', says)


def _box(style: str, says: str = "") -> Case:
    return _html(f'<td><a href="u" style="display:inline-block;{style}">Watch</a></td>', says)


def _lines(style: str, says: str = "", link: str = "", tag: str = "div") -> Case:
    line = f'<{tag} style="{style}"><a href="{{}}" style="{link}">{{}}</a></{tag}>'
    return _html("".join(line.format(name, name) for name in ("One", "Two", "Three")), says)


BAD = [
    _icon('width="16" height="16"', "'Mastodon' is only 16 pixels high or wide"),
    _icon('width="20"', "is only 20 pixels"),
    _icon('height="12"', "is only 12 pixels"),
    _icon('width="64" height="18"', "is only 18 pixels"),
    _icon('style="width:16px;height:16px"', "is only 16 pixels"),
    _icon('width="16" height="16"', "is only 20 pixels", 'style="padding:2px"'),
    _box("font-size:12px;line-height:14px", "'Watch' is only 14 pixels"),
    _box("font-size:14px;line-height:1.2;padding:2px 10px", "is only 20.8 pixels"),
    _box("line-height:18px;padding-top:2px;padding-bottom:3px", "is only 23 pixels"),
    _box("font-size:12px;height:20px", "is only 20 pixels"),
    _lines("font-size:12px;line-height:16px", "'One' is only 16 pixels"),
    _lines("font-size:14px;line-height:1.5", "is only 21 pixels"),
    _lines("font-size:12px;line-height:16px;margin:0 0 4px", "is only 20 pixels"),
    _lines("font-size:12px;line-height:16px", "is only 16 pixels", tag="li"),
]

NEAR = [
    Case(),
    _icon('width="32" height="32"'),
    _icon('width="24" height="24"'),
    _icon('width="16" height="16"', link='style="padding:4px"'),
    _icon('width="16" height="16"', link='style="padding:4px 5px 4px 6px"'),
    _icon(""),
    _icon('width="100%"'),
    _icon('style="width:100%;height:auto"'),
    _icon('width="536" style="height:auto"'),
    _html(
        '<table><tr><td style="padding:4px"><a href="u"><img src="i.png" alt="X" width="20" height="20"></a></td></tr>'
        "</table>"
    ),
    _html('<p>See <a href="u"><img src="i.png" alt="" width="12" height="12"> the report</a></p>'),
    _html('<img src="i.png" alt="" width="16" height="16">'),
    _html('<a href="u"><img src="i.png" alt="" width="16" height="16"></a>'),  # told by link-purpose
    _box("font-size:16px;line-height:20px;padding:12px 22px"),
    _box("line-height:24px"),
    _box("font-size:16px;line-height:1.5"),
    _box("font-size:14px;line-height:20px;padding:2px 0"),
    _box("font-size:14px;line-height:20px;padding:1px 2px 3px 4px"),
    _box("font-size:12px;height:24px"),
    _box("font-size:20px"),
    _html('<p style="font-size:12px;line-height:14px">A sentence with <a href="u">a link</a> in it.</p>'),
    _html('<p style="font-size:12px;line-height:14px"><a href="u">A single link</a></p>'),
    _html('<p style="font-size:12px;line-height:14px"><a href="u">A</a> · <a href="v">B</a> · <a href="w">C</a></p>'),
    _html('<div style="font-size:12px;line-height:14px"><a href="u">A</a></div><p>Text between</p>'),
    _lines("font-size:14px;line-height:24px"),
    _lines("font-size:15px;line-height:26px"),
    _lines("font-size:17px;line-height:1.6"),
    _lines("font-size:12px;line-height:16px;margin:0 0 8px"),
    _lines("font-size:12px;line-height:16px;padding:4px 0"),
    _lines("font-size:12px;line-height:16px", link="padding:5px 0 5px"),
    _lines("display:none;line-height:10px"),
    _html('<div style="font-size:12px;line-height:14px"><a href="u">A</a> text</div>' * 2),
    _html(
        '<a href="u" style="display:block;line-height:16px"><img src="x.png" alt="Banner" width="536" height="200"></a>'
    ),
]
