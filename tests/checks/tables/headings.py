"""Levels of headings."""

from newsletter.items.kinds.text import Text
from tests.checks.build import Case


def _html(body: str, says: str = "") -> Case:
    return Case(body=body, says=says, at=(None, None))


def _levels(levels: str, says: str = "") -> Case:
    return _html("".join(f"<h{n}>Heading {n}</h{n}><p>x</p>" for n in levels), says)


def _text(body: str, says: str = "") -> Case:
    return Case(issue={"items": (Text(id="a", title="A", body=body),)}, says=says, at=("a", "body"))


BAD = [
    _levels("13", "The heading 'Heading 3' is of level 3, but the one before it of level 1"),
    _levels("124", "of level 4, but the one before it of level 2"),
    _levels("12353", "of level 5, but the one before it of level 3"),
    _levels("1214", "of level 4, but the one before it of level 1"),
    _levels("11", "2 first headings (h1), such as 'Heading 1'"),
    _levels("12121", "3 first headings"),
    _levels("2", "no first one (h1)"),
    _levels("33", "no first one"),
    _levels("213", "of level 3, but the one before it of level 1"),
    _html("<h1>Title</h1><h2></h2>", "A heading of the mail is empty"),
    _html("<h1>Title</h1><h2> &#160; </h2><p>x</p>", "A heading of the mail is empty"),
    _html('<h1>Title</h1><h2><img src="x.png" alt=""></h2>', "A heading of the mail is empty"),
    _text("###\n\nText", "A heading has no words"),
    _text("Text\n\n### ###\n\nText", "A heading has no words"),
    _text("Text\n\n####   \n", "A heading has no words"),
    _text("```\n### \n```\n\n###\n", "A heading has no words"),
]

NEAR = [
    Case(),
    _levels("1"),
    _levels("12"),
    _levels("123"),
    _levels("123456"),
    _levels("1222"),
    _levels("12323"),
    _levels("1232"),
    _levels("123232"),
    _levels("21"),
    _levels("12342"),
    _html("<p>No heading at all</p>"),
    _html("<h1>A</h1><p><b>Bold, but no heading</b></p><h2>B</h2>"),
    _html('<h1>A</h1><h4 style="display:none">hidden</h4><h2>B</h2>'),
    _html('<h1>A</h1><div aria-hidden="true"><h4>hidden</h4></div>'),
    _html('<h1>A</h1><h1 role="presentation">looks like one</h1>'),
    _html('<h1><img src="x.png" alt="USHRN"></h1>'),
    _html('<h1 style="display:none">A</h1><p>x</p>'),
    _html("<h1>A</h1><!-- <h3>x</h3> --><h2>B</h2>"),
    _html("<h1>A</h1><!--[if mso]><h1>B</h1><![endif]-->"),
    _html("<h1>1</h1><h2>2</h2><blockquote><h3>3</h3></blockquote>"),
    _html("<h1>A</h1><p>&lt;h4&gt;</p>"),
    _html("<h1>A</h1><h2><a href='#x'>B</a></h2>"),
    _html("<h1>A</h1><hr><h2>B</h2>"),
    _text("### Outcomes\n\nText"),
    _text("##### Deep, which is put in order\n\nText"),
    _text("# 1 for all"),
    _text("```\n###\n```"),
    _text("~~~\n###\n~~~"),
    _text("    ###"),
    _text("The mark ### is a heading"),
    _text("#\u00a0upr"),
    _text("#UPR"),
    _text("\\###"),
    _text("####### seven"),
    _text("We are #1"),
    _text("- list\n\n#1 of many"),
]
