"""Quotation marks with and without their partner."""

from newsletter.items.kinds.quote import Quote
from tests.checks.build import Case


def _text(text: str, says: str = "has no partner", language: str = "en") -> Case:
    return Case(issue={"introduction": text, "language": language}, says=says, at=(None, "introduction"))


BAD = [
    _text("She said: “We were heard.", "The quotation mark “ in '…She said: “We were heard.…'"),
    _text("She said: We were heard.” Then she left.", "The quotation mark ”"),
    _text('She said: "We were heard.', 'The quotation mark "'),
    _text('"We" were "heard.', 'The quotation mark "'),
    _text('She said: “We were heard."'),
    _text("She said: “We were “heard.”"),
    _text("Nous avons dit : « Nous y étions.", "The quotation mark «", "fr"),
    _text("Dijo: «Nos escucharon. Luego se fue.", "The quotation mark «", "es"),
    _text("Nos escucharon.» Luego se fue.", "The quotation mark »", "es"),
    _text("قالت: «لقد سمعونا.", "The quotation mark «", "ar"),
    _text("“One.\n\nTwo."),
    _text("- “one”\n- “two"),
    _text("**“We were heard.**"),
    Case(issue={"subject": "“Heard at last: what nine missions said"}, says="has no partner", at=(None, "subject")),
    Case(
        issue={"items": (Quote(id="q", title="Q", by="A member", body="“We had ten minutes."),)},
        says="has no partner",
        at=("q", "body"),
    ),
]

NEAR = [
    *(
        _text(text)
        for text in (
            "She said: “We were heard.” Then she left.",
            'She said: "We were heard."',
            'A "quote" and "another"',
            "“One ‘two’ three”",
            "“One “two” three”",
            "It’s the members’ day; the ’90s",
            "Rock ’n’ roll, 'twas so",
            'A screen of 27" is enough.',
            'A 5" by 7" print',
            "A 5” pipe",
            "“The first paragraph.\n\n“The second paragraph.”",
            "“The first.\n\n“The second.\n\n“The third.”",
            '"The first paragraph.\n\n"The second paragraph."',
            '`"` is a sign',
            '```\nprint("\n```',
            '[Report](https://www.example.org "The report")',
            "“We were heard”, she said, “at last.”",
            "(“We”) [“were”] *“heard”*",
            "“We\nwere heard.”",
            "> “We were heard.”",
            "“{{first_name|friend}}”",
            "« Nous » et “nous”",
            "| “a” | “b” |\n|---|---|\n| “c” | “d” |",
            "No quotation at all.",
            "She said ‘yes’.",
            "He asked: “Who?”; she: “We.”",
            "1. “one”\n2. “two”",
            "“”",
            "Minutes and seconds: 5'30\"",
        )
    ),
    _text("« Nous y étions », dit-elle.", language="fr"),
    _text("«Nos escucharon», dijo.", language="es"),
    _text("«Dijo: “sí”», contó.", language="es"),
    _text("قالت: «لقد سمعونا».", language="ar"),
    _text("Sie sagte: „Wir wurden gehört.“", language="de"),
    _text("»Vi blev hørt,« sagde hun.", language="da"),
]
