"""Links without words."""

from tests.checks.build import TOKEN, Case

URL = "https://www.example.org/"


def _html(body: str, says: str = "") -> Case:
    return Case(body=body, says=says, level="error", at=(None, None))


def _link(inner: str, says: str = "", attributes: str = "") -> Case:
    return _html(f'<p>Look: <a href="{URL}"{attributes}>{inner}</a></p>', says)


BAD = [
    _link("", f"A link to {URL} has no words"),
    _link("  ", "has no words, so that no reader can see it"),
    _link("&#160;", "has no words"),
    _link("<span></span>", "has no words"),
    _link('<img src="x.png" alt="">', f"The picture that links to {URL} has no words"),
    _link('<span><img src="x.png" alt=" "></span>', "The picture that links to"),
    _link('<img src="a.png" alt=""><img src="b.png" alt="">', "The picture that links to"),
    _link("", "has no words", ' aria-label=""'),
    _html('<a href="mailto:news@example.org"></a>', "A link to mailto:news@example.org has no words"),
    _html(f'<p><a href="{URL}">Words</a></p><a href="{URL}"></a>', "has no words"),
]

NEAR = [
    Case(),
    _link("The broadcast"),
    _link("here"),
    _link("→"),
    _link("1"),
    _link("<b>Bold</b>"),
    _link("<span><i>Deep</i></span>"),
    _link("", attributes=' aria-label="The broadcast"'),
    _link("", attributes=' title="The broadcast"'),
    _link('<img src="x.png" alt="The broadcast">'),
    _link('<img src="x.png" alt=""> The broadcast'),
    _link('<img src="a.png" alt=""><img src="b.png" alt="The broadcast">'),
    _link('<img src="x.png">The broadcast'),
    _link('<img src="x.png">'),  # told by picture-words
    _html('<p><img src="x.png" alt=""></p>'),
    _html("<a></a>"),
    _html('<a name="top"></a>'),
    _html('<a id="top"></a>'),
    _html('<a href=""></a>'),
    _html(f'<div style="display:none"><a href="{URL}"></a></div>'),
    _html(f'<div aria-hidden="true"><a href="{URL}"></a></div>'),
    _html(f'<a href="{URL}" style="visibility:hidden"></a>'),
    _html(f'<!-- <a href="{URL}"></a> -->'),
    _html(f'<!--[if mso]><a href="{URL}"></a><![endif]-->'),
    _html(f'<p>&lt;a href="{URL}"&gt;&lt;/a&gt;</p>'),
    _html(f'<a href="{TOKEN}"></a>'),
    _html(f'<a href="{URL}">مشاهدة</a>'),
    _html(f'<a href="{URL}">视频</a>'),
    _html(f'<a href="{URL}">🎥</a>'),
    _html(f'<table role="presentation"><tr><td><a href="{URL}">Cell</a></td></tr></table>'),
    _html(f'<a href="{URL}"><h2>A heading</h2></a>'),
    _html('<map><area href="x" alt=""></map>'),
]
