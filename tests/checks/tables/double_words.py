"""Words that stand twice."""

from newsletter.items.kinds.recap import Recap
from tests.checks.build import Case


def _text(text: str, says: str = "", language: str = "en") -> Case:
    return Case(issue={"introduction": text, "language": language}, says=says, at=(None, "introduction"))


BAD = [
    _text("We met with the the missions.", "'the the': the word stands twice"),
    _text("The the missions listened.", "'The the'"),
    _text("We met with the\nthe missions.", "'the the'"),
    _text("We met  with  with missions.", "'with with'"),
    _text("Join us in in Geneva.", "'in in'"),
    _text("It is a a start.", "'a a'"),
    _text("We will will watch.", "'will will'"),
    _text("They and and we", "'and and'"),
    _text("We **met the the** missions.", "'the the'"),
    _text("We met [the the missions](https://www.example.org).", "'the the'"),
    _text("Watch the review review on UN TV.", "'review review'"),
    _text("The mission of of Fiji, of all", "'of of'"),
    _text("- one\n- we met the the missions", "'the the'"),
    _text("Los derechos de de las personas", "'de de'", "es"),
    _text("Nos reunimos con las las misiones.", "'las las'", "es"),
    _text("El examen en en Ginebra", "'en en'", "es"),
    _text("Les droits des des personnes", "'des des'", "fr"),
    _text("L’examen dans dans la salle", "'dans dans'", "fr"),
    _text("نلتقي في في جنيف", "'في في'", "ar"),
    Case(issue={"subject": "Watch the the review on November 9"}, says="'the the'", at=(None, "subject")),
    Case(issue={"items": (Recap(id="r", title="R", met=("The the missions",)),)}, says="'The the'", at=("r", "met[1]")),
]

NEAR = [
    *(
        _text(text)
        for text in (
            "We met with the missions.",
            "We had had no answer.",
            "She knew that that was wrong.",
            "It is very very late.",
            "Many many people marched.",
            "Long long ago",
            "No no no, we said.",
            "Walla Walla and Pago Pago",
            "Baden Baden",
            "Duran Duran played.",
            "New York, New York",
            "The review. The review is on November 9.",
            "What it is, is a start.",
            "What it is is a start.",
            "Who they are, they say.",
            "We gave it to, to be exact, nine missions.",
            "one\n\none",
            "- the\n- the review",
            "| the | the |\n|---|---|\n| a | a |",
            "### Review\n\nReview it.",
            "`the the`",
            "the [review](https://www.example.org/the the)",
            "the-the, the/the",
            "the thesis, the them",
            "bathe the dog",
            "Knock knock!",
            "la la la",
            "Section A A and type a A",
            "Dear {{first_name|friend}} friend",
            "20 20 and 100 100",
            "the The Hague office",
            "Bye bye, ha ha, hear hear!",
            "Blah blah, he said.",
            "who’s who in Geneva",
            "from time to time",
        )
    ),
    _text("Nous nous réunissons, vous vous inscrivez.", language="fr"),
    _text("Le discours de de Gaulle", language="fr"),
    _text("C’est très très important.", language="fr"),
    _text("Es muy muy importante, casi casi listo.", language="es"),
    _text("Sí sí, no no.", language="es"),
    _text("En el El Salvador de hoy", language="es"),
    _text("خطوة خطوة نحو العدالة", language="ar"),
]
