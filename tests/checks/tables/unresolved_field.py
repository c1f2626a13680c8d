"""What looks like a reader field and is none."""

from newsletter.items.kinds.text import Text
from newsletter.render.rendering import FieldUse
from tests.checks.build import HTML, TEXT, Case

NAME = FieldUse(token="f7q2name", name="first_name", default="friend", where="html")


def _bad(says: str, at: tuple[str | None, str | None] = (None, None), **changes: object) -> Case:
    return Case(says=says, level="error", at=at, **changes)


def _intro(text: str) -> Case:
    return Case(issue={"introduction": text})


BAD = [
    _bad("'{{first_name}}' in the HTML part", body="<p>Dear {{first_name}}</p>"),
    _bad("'{{ first_name }}' in the HTML part", body="<p>Dear {{ first_name }}</p>"),
    _bad("'{{first_name' in the HTML", body="<p>{{first_name</p>"),
    _bad("'}}' in the HTML", body="<p>first_name}}</p>"),
    _bad("'{{x}}' in the HTML", body='<a href="https://example.org/?{{x}}">the page</a>'),
    _bad("'{{x}}' in the HTML", body='<img alt="{{x}}" src="a">'),
    _bad("'%7B%7Bx%7D%7D' in the HTML", body='<a href="https://example.org/?%7B%7Bx%7D%7D">the page</a>'),
    _bad("'{% if x %}' in the HTML", body="<p>{% if x %}a</p>"),
    _bad("'{{x}}' in the HTML", body='<div style="display:none">{{x}}</div>'),
    _bad("'{{x}}' in the text part", text=TEXT.replace("{body}", "Dear {{x}}")),
    _bad("'F0123456789ab0007' in the HTML part", body="<p>Dear F0123456789ab0007,</p>"),
    _bad("'F0123456789ab0007' in the text part", text=TEXT.replace("{body}", "Dear F0123456789ab0007")),
    _bad("'*|FNAME|*'", (None, "introduction"), issue={"introduction": "Dear *|FNAME|*,"}),
    _bad("'%%first_name%%'", (None, "introduction"), issue={"introduction": "Dear %%first_name%%,"}),
    _bad("'[% name %]'", (None, "introduction"), issue={"introduction": "Dear [% name %],"}),
    _bad("'*|LNAME|*'", ("a", "body"), issue={"items": (Text(id="a", title="A", body="Dear *|LNAME|*"),)}),
    _bad("'*|X|*'", (None, "subject"), issue={"subject": "Watch the review, *|X|*"}),
    _bad("'*|X|*'", (None, "title"), issue={"title": "News for *|X|*"}),
]

NEAR = [
    Case(),
    Case(body="<p>Dear f7q2name</p>", fields=(NAME,)),
    Case(body='<p title="f7q2name">Dear f7q2name</p>', fields=(NAME,)),
    Case(issue={"subject": "{{first_name|friend}}, watch the review"}, fields=(NAME,)),
    _intro("Dear {{first_name|friend}},"),
    _intro("Dear {{ first_name }},"),
    _intro("{{first_name}} {{last_name}}"),
    _intro("A set {1, 2} and a brace { or }"),
    _intro("100% of the missions, 50%% more"),
    _intro("5 * 3 | 2 * 4"),
    _intro("| a | b |\n|---|---|\n| *x* | *y* |"),
    _intro("| *A*|*B* |"),
    _intro("[10%] and [20%]"),
    _intro("50 % of women, 60 % of men"),
    _intro("The name %s stands for it"),
    _intro("~~old~~ [new](https://example.org/a%20b)"),
    _intro("`code { x }`"),
    Case(body="<p>100 %</p>"),
    Case(
        body="<p>Dear F0123456789ab0007,</p>",
        fields=(FieldUse(token="F0123456789ab0007", name="name", default="", where="html"),),
    ),
    Case(body="<p>Form F123456, serial f0123456789ab0007, F0123456789AB0007</p>"),
    Case(body="<style>@media (max-width:480px){p{margin:0}}</style>"),
    Case(body="<!--[if mso]><style>@media x{p{margin:0}}</style><![endif]-->"),
    Case(body='<a href="https://example.org/?a=%7Bb%7D">the page</a>'),
    Case(html=HTML.replace("p{margin:0}", "@media print{p{margin:0}}").replace("{body}", "")),
    Case(body='<p style="margin:0">{ x }</p>'),
    Case(text=TEXT.replace("{body}", "A { brace } of text")),
    Case(
        body="f7q2first f7q2first1",
        fields=tuple(
            FieldUse(token=token, name="name", default="", where="html") for token in ("f7q2first", "f7q2first1")
        ),
    ),
    _intro("The set {a} or { } of none"),
    _intro("20 %, 30 % and %"),
    _intro("*|* and |*|"),
]
