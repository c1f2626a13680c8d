"""The title of the page."""

from tests.checks.build import HTML, Case

_TITLE = "<title>October 2020 UPR Updates</title>"


def _title(inner: str, says: str = "") -> Case:
    return Case(html=HTML.replace(_TITLE, inner).replace("{body}", ""), says=says, at=(None, None))


BAD = [
    _title("", "has no title"),
    _title("<title></title>", "has no title"),
    _title("<title> \n\t </title>", "has no title"),
    _title("<title>&#160;</title>", "has no title"),
    _title("<title>Untitled</title>", "says nothing ('Untitled')"),
    _title("<title>Document</title>", "says nothing"),
    _title("<title> Newsletter </title>", "says nothing"),
    _title("<meta name='title' content='October 2020'>", "has no title"),
    _title("<!-- <title>October</title> -->", "has no title"),
]

NEAR = [
    Case(),
    *(
        _title(f"<title>{said}</title>")
        for said in (
            "October 2020 UPR Updates",
            "UPR",
            "9",
            "Newsletter of October",
            "The newsletter",
            "Document for the review",
            "Untitled works of the exhibition",
            "Email your senator",
            "Title IX: what is next",
            "Actualizaciones",
            "مستجدات",
            "更新",
            "  October\n 2020  ",
            "&lt;b&gt;",
            "Newsletters",
            "Documents",
            "Titles",
            "Emails that were heard",
            "…",
            "Untitled 2",
            "{{ title }}",
            "Page titles of the year",
            "Document 12",
        )
    ),
    _title("<TITLE>October</TITLE>"),
    _title("<title lang='en'>October</title>"),
    _title("<title>October</title><title></title>"),
    Case(body="<svg><title></title></svg>"),
    Case(body='<p title="">x</p>'),
    Case(html="<p>A part of a page has no head</p>"),
    Case(html=""),
]
