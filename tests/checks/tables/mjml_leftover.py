"""Layout tags in the HTML."""

from tests.checks.build import Case


def _bad(body: str, says: str) -> Case:
    return Case(body=body, says=says, level="error", at=(None, None))


BAD = [
    _bad("<mj-texxt>Tune in</mj-texxt>", "<mj-texxt>"),
    _bad("<MJ-TEXT>Tune in</MJ-TEXT>", "<MJ-TEXT>"),
    _bad('<p>a</p><mj-include path="/etc/passwd" />', "<mj-include>"),
    _bad("a</mj-section>", "<mj-section>"),
    _bad("<mjml><p>a</p></mjml>", "<mjml>"),
    _bad("<mj-", "<mj->"),
    _bad("<!-- <mj-raw> -->", "<mj-raw>"),
]

NEAR = [
    Case(body=body)
    for body in (
        "<p>Tune in</p>",
        "<p>&lt;mj-text&gt; is a tag</p>",
        "<p>mj-text</p>",
        '<p class="mj-column-per-100">x</p>',
        '<div class="mj-outlook-group-fix">x</div>',
        "<style>.mj-full-width-mobile{width:100%}</style>",
        "<p>&#60;mj-text&#62;</p>",
        "<p>MJML is a layout language</p>",
        '<a href="https://mjml.example.org/mj-text">tags</a>',
        "<p>< mj-text</p>",
        "<mjx>x</mjx>",
        "<emj-text>x</emj-text>",
        "<m-j>x</m-j>",
        "<p>1 < 2</p>",
        '<p title="mj-">x</p>',
        "<!-- mj-text -->",
        "<!--[if mso | IE]><table><tr><td><![endif]-->",
        '<td data-mj="1">x</td>',
        "<p>mj-</p>",
        "<p>&amp;lt;mj-raw&amp;gt;</p>",
        "<p>mj-section and mj-column</p>",
        '<a href="https://example.org/?tag=mj-text">x</a>',
        '<a href="https://example.org/%3Cmj-text%3E">x</a>',
        "<p>&lt;/mj-text></p>",
        "<p>&lt;mjml></p>",
        '<table class="mj-table"><tr><td>x</td></tr></table>',
        '<img src="files/mj-logo.png" alt="mj-logo">',
        "<div id='mj-body'>x</div>",
        "<style>.mj-column-per-50{width:50%}[mj-x]{margin:0}</style>",
        "<p>a<m>j-text</m></p>",
    )
]
