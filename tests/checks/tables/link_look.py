"""Links that are told by their colour alone."""

from tests.checks.build import Case

NONE = "color:#0b5cad;text-decoration:none"


def _html(body: str, says: str = "") -> Case:
    return Case(body=body, says=says, at=(None, None))


def _link(style: str = NONE, inner: str = "the broadcast", says: str = "") -> Case:
    return _html(f'<p>Watch <a href="https://media.example.org/" style="{style}">{inner}</a> live.</p>', says)


BAD = [
    _link(says="The link 'the broadcast' is told from the words around it by its colour alone"),
    _link("text-decoration:none", says="by its colour alone"),
    _link("text-decoration: none !important", says="by its colour alone"),
    _link(NONE + ";border:0", says="by its colour alone"),
    _link(NONE + ";border-bottom:none;background:transparent", says="by its colour alone"),
    _link(NONE + ";font-weight:normal", says="by its colour alone"),
    _link(NONE, "<span>the broadcast</span>", says="by its colour alone"),
    _html(f'<p>Watch <b><a href="u" style="{NONE}">it</a></b> live.</p>', "The link 'it'"),
    _html(f'<li>See <span>also <a href="u" style="{NONE}">it</a></span></li>', "The link 'it'"),
    _html(f'<p>Watch <a href="u" style="{NONE}">it</a> or <a href="v" style="{NONE}">that</a>.</p>', "2 links within"),
    _html(f'<td>Text <a href="u" style="{NONE}">it</a></td>', "The link 'it'"),
]

NEAR = [
    Case(),
    _link("color:#0b5cad;text-decoration:underline"),
    _link("color:#0b5cad"),
    _link(""),
    _link(NONE + ";border-bottom:1px solid #0b5cad"),
    _link(NONE + ";background-color:#f6f8fa"),
    _link(NONE + ";font-weight:bold"),
    _link(NONE + ";font-weight:700"),
    _link(NONE + ";display:inline-block;padding:4px"),
    _link(NONE + ";display:block"),
    _link(NONE, "<u>the broadcast</u>"),
    _link(NONE, "<b>the broadcast</b>"),
    _link(NONE, "<strong>the broadcast</strong>"),
    _link(NONE, '<span style="text-decoration:underline">the broadcast</span>'),
    _link(NONE, '<span style="border-bottom:1px solid">the broadcast</span>'),
    _link(NONE, '<img src="x.png" alt="the broadcast" width="40">'),
    _html(f'<p><a href="u" style="{NONE}">Alone</a></p>'),
    _html(f'<p><a href="u" style="{NONE}">Alone</a>.</p>'),
    _html(f'<p><a href="u" style="{NONE}">One</a> · <a href="v" style="{NONE}">Two</a> | <a href="w">3</a></p>'),
    _html(f'<li>– <a href="u" style="{NONE}">One</a></li>'),
    _html(f'<td><a href="u" style="{NONE}">Button</a></td><td>Text</td>'),
    _html(f'<h2><a href="u" style="{NONE}">A heading</a></h2><p>Text</p>'),
    _html(f'<div>Text<div><a href="u" style="{NONE}">Alone in its line</a></div></div>'),
    _html(f'<div>Text <p><a href="u" style="{NONE}">Alone</a></p> text</div>'),
    _html(f'<p style="display:none">Watch <a href="u" style="{NONE}">it</a> live.</p>'),
    _html(f'<p>Watch <a style="{NONE}">no link</a> live.</p>'),
    _html('<p style="text-decoration:none">Watch <a href="u">it</a> live.</p>'),
    _html(f'<!-- <p>Watch <a href="u" style="{NONE}">it</a> live.</p> -->'),
    _html(f'<!--[if mso]><p>Watch <a href="u" style="{NONE}">it</a> live.</p><![endif]-->'),
    _html(f'<p><a href="u" style="{NONE}">One</a> <a href="v" style="{NONE}">Two</a></p>'),
    _link("text-decoration:none;text-decoration:underline"),
]
