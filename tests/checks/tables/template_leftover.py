"""What a template asked to be replaced."""

from newsletter.items.kinds.button import Button
from newsletter.items.kinds.engage import Copy, Engage, Write
from newsletter.items.kinds.text import Text
from tests.checks.build import Case


def _text(text: str, says: str = "", language: str = "en") -> Case:
    return Case(issue={"introduction": text, "language": language}, says=says, at=(None, "introduction"))


def _head(field: str, text: str, says: str = "") -> Case:
    return Case(issue={field: text}, says=says, at=(None, field))


def _press(text: str, says: str = "") -> Case:
    copy = Copy(do="copy", label="Press", form="press statement", text=text)
    return Case(issue={"items": (Engage(id="e", title="E", actions=(copy,)),)}, says=says, at=("e", "actions[1].text"))


def _letter(text: str) -> Case:
    write = Write(do="write", label="Write", to="Your senator", email="a@example.org", subject="[Topic]", text=text)
    return Case(issue={"items": (Engage(id="e", title="E", actions=(write,)),)})


BAD = [
    _text("Join us on [date].", "'[date]' looks like something that was to be replaced"),
    _text("Join us on [DATE] at [TIME].", "'[TIME]'"),
    _text("Join us at [insert link].", "'[insert link]'"),
    _text("Join us at [INSERT ZOOM LINK HERE].", "'[INSERT ZOOM LINK HERE]'"),
    _text("Dear [First Name],", "'[First Name]'"),
    _text("Dear [your name],", "'[your name]'"),
    _text("We met with [organization name].", "'[organization name]'"),
    _text("[add a quote from the coordinator]", "'[add a quote from the coordinator]'"),
    _text("Join us on <date>.", "'<date>'"),
    _text("Join us on <insert date>.", "'<insert date>'"),
    _text("Dear {name},", "'{name}'"),
    _text("Dear {first_name},", "'{first_name}'"),
    _text("Dear «First_Name»,", "'«First_Name»'"),
    _text("Dear %FIRSTNAME%,", "'%FIRSTNAME%'"),
    _text("Join us (insert link).", "'(insert link)'"),
    _text("INSERT DATE HERE", "'INSERT DATE HERE'"),
    _text("Please insert text here", "'insert text here'"),
    _text("Dear friends. Insert greeting here. We met.", "'Insert greeting here'"),
    _text("Your text here", "'Your text here'"),
    _text("Body text goes here.", "'Body text goes here'"),
    _text("This is placeholder text.", "'This is placeholder text'"),
    _text("Click to edit", "'Click to edit'"),
    _text("The text before the first item is the introduction.", "'The text before the first item"),
    _text("Nos vemos el [fecha].", "'[fecha]'", "es"),
    _text("Nos vemos en [insertar lugar].", "'[insertar lugar]'", "es"),
    _text("Escriba su texto aquí", "aquí'", "es"),
    _text("Rendez-vous le [date] à [lieu].", "'[lieu]'", "fr"),
    _text("Bonjour [prénom],", "'[prénom]'", "fr"),
    _text("Insérez votre texte ici", "'Insérez votre texte ici'", "fr"),
    _text("نلتقي يوم [التاريخ].", "'[التاريخ]'", "ar"),
    _text("[أدخل الرابط]", "'[أدخل الرابط]'", "ar"),
    _head("subject", "[Month] UPR Updates", "'[Month]'"),
    _head("preheader", "All about [topic], and how you can help in November", "'[topic]'"),
    _head("title", "Untitled", "'Untitled'"),
    _head("title", "Copy of September 2020 UPR Updates", "'Copy of September"),
    _head("subject", "Test", "'Test'"),
    _press("INSERT NAME HERE welcomes the review.", "'INSERT NAME HERE'"),
    Case(
        issue={"items": (Button(id="b", title="B", label="[Button text]", url="https://www.example.org/"),)},
        says="'[Button text]'",
        at=("b", "label"),
    ),
    Case(issue={"items": (Text(id="a", title="[Title]", body="A body."),)}, says="'[Title]'", at=("a", "title")),
]

NEAR = [
    *(
        _text(text)
        for text in (
            "Join us on [the date of the review](https://www.example.org/date).",
            "Join us on [date](https://www.example.org/date).",
            "Join us on [date][1].\n\n[1]: https://www.example.org/date",
            "Join us on [date].\n\n[date]: https://www.example.org/date",
            "“We met [name withheld] in [the capital],” she wrote.",
            "“I was in [place] on [date],” she wrote.",
            "> I was in [place] for years.",
            "“[The] government must act.”",
            "The minister said he “[did] not know”.",
            "It was wrong [sic].",
            "[Translated from Spanish]",
            "[Video] Watch the review",
            "[1] See the report.",
            "- [ ] write\n- [x] call",
            "Insert your ballot into the envelope.",
            "Please insert the card and wait.",
            "Insert the card here and wait for the light.",
            "The insert in the report is new.",
            "Add your name to the letter.",
            "Enter the date of the march in your calendar.",
            "`[date]` and `{name}`",
            r"The sign \[date\] stands for a day.",
            "Dear {{first_name|friend}},",
            "Dear {{name|friends}},",
            "A set such as {1, 2, 3}",
            "5 < 6 and 7 > 2",
            "<https://www.example.org/date>",
            "<upr@example.org>",
            "The date, the name and the place are known.",
            "Your text here and there needs a comma.",
            "Here is the link that you asked for.",
            "We ask for 100% name recognition: 5% date, 10% place.",
            "(in the place where we met)",
            "PLEASE ADD YOUR NAME TO THE LETTER",
            "YOUR RIGHTS, YOUR VOICE",
            "ADD YOUR NAME HERE",
            "[Add your name here](https://www.example.org/petition)",
            "This is a sample of what missions said.",
            "[US] [EU] [UN]",
            "Test cases of the Court",
        )
    ),
    _text("« Nous avons vu [nom] », dit-elle.", language="fr"),
    _text("Inserte su voto en el sobre.", language="es"),
    _text("Ajoutez votre nom à la lettre.", language="fr"),
    _head("title", "Testing the new treaty body"),
    _head("subject", "New issue: watch the review"),
    _head("title", "Draft treaty on business and human rights"),
    _press("[Organization] calls on the government. [Name], [Place]"),
    _letter("Dear [Name], I live in [City]. [Your name]"),
]
