"""Tables of data and of layout."""

from newsletter.items.kinds.text import Text
from tests.checks.build import Case

LAYOUT = '<table role="presentation"><tr><td>Watch live</td></tr></table>'
DATA = (
    '<table><thead><tr><th scope="col">Day</th><th scope="col">Hour</th></tr></thead>'
    "<tr><td>9</td><td>14</td></tr></table>"
)


def _html(body: str, says: str = "") -> Case:
    return Case(body=body, says=says, at=(None, None))


def _text(body: str, says: str = "") -> Case:
    return Case(issue={"items": (Text(id="a", title="A", body=body),)}, says=says, at=("a", "body"))


BAD = [
    _html("<table><tr><td>Watch live</td></tr></table>", "The table around 'Watch live' will be read out as data"),
    _html("<table><tr><td>One</td></tr></table>" * 3, "3 tables, the first around 'One', will be read out"),
    _html('<table role="grid"><tr><td>One</td></tr></table>', "The table around 'One'"),
    _html(LAYOUT.replace("Watch live", "<table><tr><td>In it</td></tr></table>"), "The table around 'In it'"),
    _html(DATA.replace("<table>", '<table role="presentation">'), "told to pass over its rows and columns"),
    _html(DATA.replace("<table>", '<table role="none">'), "told to pass over its rows and columns"),
    _html(DATA.replace(' scope="col"', ""), "'Day' of a table does not say whether it is of a column or of a row"),
    _html(DATA.replace('<th scope="col">Hour', "<th>Hour"), "does not say whether"),
    _html(DATA.replace('scope="col"', 'scope="column"'), "does not say whether"),
    _html("<table><tr><th scope='col'></th></tr><tr><td>9</td></tr></table>", "The headings of a table are empty"),
    _html(
        "<!--[if mso]><table><tr><td>x</td></tr></table><![endif]-->", "A table that only Outlook on Windows is shown"
    ),
    _html('<!--[if mso | IE]><table width="600"><tr><td><![endif]-->', "that only Outlook on Windows is shown"),
    _text("|  |  |\n|---|---|\n| 9 | 14 |", "The table has no headings"),
    _text("Text\n\n| | |\n| :-- | --: |\n| a | b |", "The table has no headings"),
    _text("| |\n|-|\n| a |", "The table has no headings"),
]

NEAR = [
    Case(),
    _html(LAYOUT),
    _html(LAYOUT * 20),
    _html(LAYOUT.replace("presentation", "none")),
    _html(LAYOUT.replace("Watch live", LAYOUT)),
    _html(DATA),
    _html(LAYOUT.replace("Watch live", DATA)),
    _html(DATA.replace('scope="col"', 'scope="COL"')),
    _html('<table><tr><th scope="row">Day</th><td>9</td></tr></table>'),
    _html('<table><tr><th scope="colgroup" colspan="2">November</th></tr><tr><td>9</td><td>10</td></tr></table>'),
    _html('<table><tr><th></th><th scope="col">Hour</th></tr><tr><td>9</td><td>14</td></tr></table>'),
    _html(DATA.replace("<td>9</td>", f"<td>{LAYOUT}</td>")),
    _html('<table style="display:none"><tr><td>hidden</td></tr></table>'),
    _html('<div aria-hidden="true"><table><tr><td>hidden</td></tr></table></div>'),
    _html('<!--[if mso]><table role="presentation"><tr><td>Outlook</td></tr></table><![endif]-->'),
    _html(
        "<!--[if mso | IE]><table class='a' ROLE=none><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->"
    ),
    _html("<!--[if !mso]><!--><p>x</p><!--<![endif]-->"),
    _html("<!-- <table><tr><td>x</td></tr></table> -->"),
    _html("<p>&lt;table&gt;</p>"),
    _html('<div role="table">x</div>'),
    _html("<pre>a | b</pre>"),
    _html('<table role="presentation"><tr><th></th></tr></table>'),
    _text("| Day | Hour |\n|---|---|\n| 9 | 14 |"),
    _text("| | Hour |\n|---|---|\n| 9 | 14 |"),
    _text("Day | Hour\n--- | ---\n9 | 14"),
    _text("| Day | Hour |\n|---|---|"),
    _text("```\n|  |  |\n|---|---|\n```"),
    _text("a | b | c"),
    _text("||\n\nor"),
    _text("|  |  |\n\n|---|---|"),
    _text("| | |\n|---|"),
    _text("Choose yes | no"),
    _text("|\n---\nx"),
    _text("A line of |---|---| only"),
    _text("| `code` | x |\n|---|---|\n| | |"),
]
