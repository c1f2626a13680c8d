"""Words of links, in Markdown and on buttons."""

from newsletter.items.kinds.button import Button
from newsletter.items.kinds.resources import Resource, Resources
from tests.checks.build import Case

URL = "https://media.example.org/upr-live"


def _text(markdown: str, says: str = "", language: str = "en") -> Case:
    return Case(issue={"introduction": markdown, "language": language}, says=says, at=(None, "introduction"))


def _link(words: str, says: str = "", language: str = "en") -> Case:
    return _text(f"The broadcast: [{words}]({URL}).", says, language)


def _button(label: str, says: str = "") -> Case:
    item = Button(id="join", title="Join", label=label, url=URL)
    return Case(issue={"items": (item,)}, says=says, at=("join", "label"))


def _resource(label: str, says: str = "") -> Case:
    item = Resources(
        id="more", title="More", links=(Resource(label="The report", url=URL), Resource(label=label, url=URL))
    )
    return Case(issue={"items": (item,)}, says=says, at=("more", "links[2].label"))


BAD = [
    _link("here", "'here' does not say"),
    _link("Here", "'Here' does not say"),
    _link("here.", "does not say"),
    _link("**here**", "'here' does not say"),
    _link("click\nhere", "'click here' does not say"),
    _link("Click here!", "does not say"),
    _link("read more", "does not say"),
    _link("Read more »", "does not say"),
    _link("Learn more …", "does not say"),
    _link("this link", "does not say"),
    _link("[more]", "does not say"),
    _link("aquí", "does not say", "es"),
    _link("Haga clic aquí", "does not say", "es"),
    _link("here", "does not say", "es"),
    _link("ici", "does not say", "fr"),
    _link("En savoir plus", "does not say", "fr-CH"),
    _link("Plus d’informations", "does not say", "fr"),
    _link("اضغط هنا", "does not say", "ar"),
    _link("https://media.example.org/upr-live", "bare address"),
    _link("media.example.org/upr-live", "bare address"),
    _link("www.example.org", "bare address"),
    _text("See <https://media.example.org/upr-live>.", "bare address"),
    _text(f"[]({URL})", "has no words"),
    _text(f"[here][1] and more.\n\n[1]: {URL}", "'here' does not say"),
    _text(f"- one\n- [here]({URL})", "does not say"),
    _text(f"| a | b |\n|---|---|\n| [here]({URL}) | c |", "does not say"),
    _text("The address is https://media.example.org/upr-live", "only stands in the text"),
    _text("Watch it (https://media.example.org/upr-live).", "The address https://media.example.org/upr-live only"),
    _text("| a |\n|---|\n| https://media.example.org/upr-live |", "only stands in the text"),
    _button("Click here", "does not say"),
    _button("Read more", "does not say"),
    _resource("here", "does not say"),
    _resource("https://www.example.org/report", "bare address"),
]

NEAR = [
    *(
        _link(words)
        for words in (
            "the broadcast on UN TV",
            "Watch the review here on UN TV",
            "Hereford",
            "read more about the review",
            "Read the report",
            "more than 40 reports",
            "example.org",
            "UN TV",
            "The Executive Summary Report (PDF)",
            "this year’s report",
            "link list of the Network",
            "ici",
            "aquí",
            "How to get there from here",
            "What is more",
            "Details of the debrief",
            "Continue the conversation",
            "10",
            "and/or",
            "CO/2020",
            "24/7 help line",
            "🎥 Watch",
        )
    ),
    _link("información sobre el examen", language="es"),
    _link("la suite de l’examen", language="fr"),
    _text("Write to <upr@example.org>."),
    _text("Click here: there is no link."),
    _text("`[here](https://example.org)`"),
    _text("The address is www.example.org, or example.org/upr."),
    _text("`https://media.example.org/upr-live`"),
    _text("Every address begins with https:// these days."),
    _text("```\nhttps://media.example.org/upr-live\n```"),
    _text("[The broadcast](https://media.example.org/upr-live 'https://media.example.org')"),
    _text(r"\[here\](no link)"),
    _text(f"[![The delegation in Geneva](https://www.example.org/a.jpg)]({URL})"),
    _button("Sign up for the next call"),
    _button("Here to help: call us"),
    _resource("UPR reports by civil society organizations"),
]
