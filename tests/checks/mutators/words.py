"""Faults in words."""

import re

from newsletter.items.base import Item
from tests.checks.mutators.made import Ground, Mutant, fault

_WORD = re.compile(r"(?<![\w’'/.@(\[-])[^\W\d_]{2,}(?![\w’'/@.\])-])")
_SMALL = {
    "en": {
        "the",
        "of",
        "to",
        "in",
        "for",
        "are",
        "with",
        "from",
        "by",
        "at",
        "on",
        "we",
        "have",
        "will",
        "and",
        "their",
    },
    "es": {"los", "las", "de", "del", "en", "con", "por", "para", "un", "una", "su"},
    "fr": {"les", "des", "du", "pour", "par", "dans", "un", "une", "est", "qui", "au"},
    "ar": {"في", "من", "على", "إلى", "عن", "مع"},
}


def _words(item: Item) -> list[re.Match[str]]:
    """The words of an item's text that stand in its plain paragraphs."""
    found = []
    start = 0
    for part in item.body.split("\n\n"):
        if re.match(r"[^\W\d_]", part):
            found += [word for word in _WORD.finditer(item.body, start, start + len(part)) if "`" not in part]
        start += len(part) + 2
    links = [match.span() for match in re.finditer(r"\[[^\]]*\]\([^)]*\)|\{\{[^}]*\}\}", item.body)]
    return [word for word in found if not any(first <= word.start() < last for first, last in links)]


def _replaced(ground: Ground, *stands_for: str) -> Mutant | None:
    """A word of a text gives way to one of these."""
    item = ground.item(avoid=("quote",))
    words = _words(item) if item else []
    if not item or not words:
        return None
    word = ground.dice.choice(words)
    body = item.body[: word.start()] + ground.dice.choice(stands_for) + item.body[word.end() :]
    return Mutant(ground.changed(item, body=body), item.id)


def _front(ground: Ground, **values: object) -> Mutant:
    return Mutant(ground.issue.model_copy(update=values))


@fault("subject")
def subject_in_capitals(ground: Ground) -> Mutant | None:
    if ground.language == "ar":
        return None  # knows no capitals
    return _front(ground, subject=re.sub(r"\{\{.*?\}\}, ?", "", ground.issue.subject).upper()[:58])


@fault("subject")
def subject_too_long(ground: Ground) -> Mutant | None:
    more = ground.issue.preheader or ground.issue.title
    return _front(ground, subject=f"{ground.issue.subject} – {more}"[:200])


@fault("subject")
def answer_that_is_none(ground: Ground) -> Mutant | None:
    return _front(ground, subject=ground.dice.choice(["Re: ", "FWD: ", "RE:"]) + ground.issue.subject[:50])


@fault("subject")
def many_marks(ground: Ground) -> Mutant | None:
    return _front(ground, subject=ground.issue.subject[:50].rstrip(".!?") + "!!!")


@fault("preheader")
def preheader_forgotten(ground: Ground) -> Mutant | None:
    return _front(ground, preheader=None)


@fault("preheader")
def subject_pasted(ground: Ground) -> Mutant | None:
    return _front(ground, preheader=ground.issue.subject)


@fault("unfinished")
def word_to_come(ground: Ground) -> Mutant | None:
    return _replaced(ground, "TK", "TKTK", "XXX", "XXXX")


@fault("unfinished")
def dummy_text(ground: Ground) -> Mutant | None:
    item = ground.item()
    return ground.with_sentence("Lorem ipsum dolor sit amet, consectetur adipiscing elit.", item) if item else None


@fault("unfinished")
def note_to_myself(ground: Ground) -> Mutant | None:
    item = ground.item(avoid=("quote",))
    note = ground.dice.choice(["[TODO: check the number]", "FIXME", "(???)"])
    return ground.with_sentence(note, item) if item else None


@fault("template-leftover")
def date_in_brackets(ground: Ground) -> Mutant | None:
    said = ground.say(
        en="[date]|[insert name]|[LOCATION]|[your organization]|<insert link>",
        es="[fecha]|[insertar nombre]|[lugar]|[enlace]",
        fr="[date]|[insérer le nom]|[lieu]|[lien]",
        ar="[التاريخ]|[المكان]|[الرابط]",
    )
    return _replaced(ground, said) if said else None


@fault("template-leftover")
def title_of_a_copy(ground: Ground) -> Mutant | None:
    return _front(ground, title=ground.dice.choice(["Untitled", f"{ground.issue.title} (copy)", "Newsletter: [Month]"]))


@fault("template-leftover")
def text_of_the_template(ground: Ground) -> Mutant | None:
    item = ground.item(avoid=("quote",))
    said = ground.say(
        en="Insert text here.|Your text here.|[Add a short summary of the event]",
        es="Inserte aquí el texto.|[añadir resumen]",
        fr="Insérez le texte ici.|[ajouter un résumé]",
        ar="أدخل النص هنا.",
    )
    return Mutant(ground.changed(item, body=f"{item.body}\n\n{said}"), item.id) if item and said else None


@fault("double-words")
def small_word_twice(ground: Ground) -> Mutant | None:
    item = ground.item()
    words = [word for word in _words(item) if word[0] in _SMALL[ground.language]] if item else []
    if not item or not words:
        return None
    word = ground.dice.choice(words)
    between = ground.dice.choice([" ", " ", "\n"])
    body = f"{item.body[: word.end()]}{between}{word[0]}{item.body[word.end() :]}"
    return Mutant(ground.changed(item, body=body), item.id)


@fault("double-words")
def long_word_twice(ground: Ground) -> Mutant | None:
    item = ground.item(avoid=("quote",))
    words = [word for word in _words(item) if len(word[0]) > 6 and word[0].islower()] if item else []
    if not item or not words:
        return None
    word = ground.dice.choice(words)
    body = f"{item.body[: word.end()]} {word[0]}{item.body[word.end() :]}"
    return Mutant(ground.changed(item, body=body), item.id)


@fault("quotes")
def mark_lost(ground: Ground) -> Mutant | None:
    items = [item for item in ground.issue.items if re.search(r"“[^”\n]+”|«[^»\n]+»|\"[^\"\n]+\"", item.body)]
    if not items:
        return None
    item = ground.dice.choice(items)
    pair = ground.dice.choice(list(re.finditer(r"“[^”\n]+”|«[^»\n]+»|\"[^\"\n]+\"", item.body)))
    lost = ground.dice.choice([pair.start(), pair.end() - 1])
    return Mutant(ground.changed(item, body=item.body[:lost] + item.body[lost + 1 :]), item.id)


@fault("quotes")
def closed_otherwise(ground: Ground) -> Mutant | None:
    said = {"en": '“We will be back".', "es": "«Volveremos.", "fr": "Nous reviendrons ».", "ar": "«سنعود."}[
        ground.language
    ]
    item = ground.item(avoid=("quote",))
    return ground.with_sentence(said, item) if item else None


@fault("other-issue")
def subject_of_last_month(ground: Ground) -> Mutant | None:
    other = ground.say(
        en="The winter letter to members",
        es="Carta de invierno a la red",
        fr="La lettre d’hiver aux membres",
        ar="رسالة الشتاء إلى الأعضاء",
    )
    made = _front(ground, subject=f"{other}: {ground.issue.subject}"[:58])
    return Mutant(made.issue, others=(other or "", "winter-letter"))


@fault("other-issue")
def welcome_to_last_month(ground: Ground) -> Mutant | None:
    other = "Winter Letter 2025"
    hello = ground.say(en="Welcome to the", es="Bienvenidas a la", fr="Bienvenue dans la", ar="مرحبا بكم في")
    made = _front(ground, introduction=f"{hello} {other}!\n\n{ground.issue.introduction}")
    return Mutant(made.issue, others=(other,))
