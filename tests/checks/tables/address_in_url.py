"""Addresses of people in links."""

from newsletter.items.kinds.button import Button
from newsletter.items.kinds.resources import Resource, Resources
from newsletter.items.kinds.text import Text
from tests.checks.build import Case


def _link(url: str, says: str = "") -> Case:
    return Case(says=says, at=(None, "introduction"), issue={"introduction": f"See [the form]({url})."})


def _text(text: str) -> Case:
    return Case(issue={"introduction": text})


BUTTON = Button(id="join", title="Join", label="Join us", url="https://forms.example.org/?e=anna%40example.org")
LINKS = Resources(
    id="more", title="More", links=(Resource(label="A form", url="https://forms.example.org/anna@example.org/edit"),)
)

BAD = [
    _link("https://forms.example.org/upr?email=anna@example.org", "A link to forms.example.org has the e-mail address"),
    _link("https://forms.example.org/upr?email=anna@example.org", "(a…@example.org)"),
    _link("https://forms.example.org/upr?email=anna%40example.org", "(a…@example.org)"),
    _link("https://forms.example.org/upr?email=anna%2540example.org", "(a…@example.org)"),
    _link("https://forms.example.org/u/anna.b+news@mail.example.co.uk/leave", "@mail.example.co.uk"),
    _link("https://forms.example.org/upr#to=anna@example.org", "@example.org"),
    _link("http://forms.example.org/?a=1&user=anna_b@example.org&b=2", "forms.example.org"),
    Case(says="(a…@example.org)", at=("join", "url"), issue={"items": (BUTTON,)}),
    Case(says="(a…@example.org)", at=("more", "links[1].url"), issue={"items": (LINKS,)}),
]

NEAR = [
    Case(),
    _link("https://forms.example.org/upr"),
    _link("mailto:anna@example.org"),
    _link("mailto:anna@example.org?subject=UPR"),
    _link("https://social.example.org/@anna"),
    _link("https://social.example.org/@anna@other.example.org"),
    _link("https://social.example.org/%40anna@other.example.org"),
    _link("https://medium.example.org/@anna/a-story-1f2e"),
    _link("https://maps.example.org/place/Geneva/@46.2,6.1,12z"),
    _link("https://maps.example.org/@46.2043907,6.1431577,15z/data=!3m1"),
    _link("https://calendar.example.org/embed?src=abc123%40group.calendar.google.com"),
    _link("https://cdn.example.org/npm/bootstrap@5.3.0/dist"),
    _link("https://example.org/package@latest"),
    _link("https://example.org/a@b"),
    _link("https://example.org/?q=meet@noon"),
    _link("https://example.org/?q=@example.org"),
    _link("https://example.org/?at=14:30@geneva"),
    _link("https://example.org/?q=anna%20at%20example.org"),
    _link("https://example.org/?email="),
    _link("https://example.org/email/anna/example.org"),
    _link("#anna"),
    _link("tel:+41225550100"),
    _text("Write to anna@example.org."),
    _text("Write to <anna@example.org>."),
    _text("Write to [Anna](mailto:anna@example.org)."),
    _text("`https://example.org/?email=anna@example.org`"),
    _text("The address https://example.org/ and anna@example.org."),
    _text("[anna@example.org](https://example.org/contact)"),
    _text('[Anna](https://example.org/contact "anna@example.org")'),
    Case(issue={"reply_to": "anna@example.org"}),
    Case(issue={"items": (Text(id="a", title="Write to anna@example.org", body="A text."),)}),
    Case(issue={"items": (Button(id="a", title="A", label="Join", url="https://example.org/join"),)}),
]
