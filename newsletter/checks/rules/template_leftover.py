"""What a template asked to be replaced."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import Prose, line_of, prose_of

_THINGS = (
    "date|day|time|start time|end time|month|year|weekday|name|names|full name|first name|last name|firstname"
    "|lastname|fname|"
    "lname|surname|title|event|event name|event title|link|links|url|address|email|e-mail|phone|phone number"
    "|number|amount|"
    "place|location|venue|room|city|state|country|organi[sz]ation|organi[sz]ation name|org|org name|company"
    "|speaker|speakers|"
    "topic|subject|text|content|description|image|photo|picture|logo|caption|quote|headline|heading|body|summary"
    "|details|"
    "signature|cta|call to action|button|button text|deadline|issue|issue number|volume|placeholder|tbd|tba|tbc"
    "|xx+|zoom link|"
    "registration link|representative|senator|here"
)
_COSAS = (
    "fecha|día|hora|mes|año|nombre|nombres|apellido|apellidos|título|evento|enlace|vínculo|dirección|correo"
    "|teléfono|número|"
    "lugar|ciudad|país|organización|ponente|tema|asunto|texto|descripción|imagen|foto|cita|firma|fecha y hora"
    "|por completar|"
    "completar|pendiente|por definir"
)
_CHOSES = (
    "date|jour|heure|mois|année|nom|prénom|noms|titre|événement|lien|adresse|courriel|téléphone|numéro|lieu|ville|pays|"
    "organisation|intervenant|sujet|objet|texte|description|photo|légende|citation|signature|date et heure|à compléter|"
    "à remplir|à définir"
)
_ASHYA = "التاريخ|تاريخ|اليوم|الوقت|الساعة|الاسم|اسم|العنوان|الرابط|رابط|المكان|مكان|المدينة|البلد|المنظمة|النص|الموضوع"
_NAMES = "|".join((_THINGS, _COSAS, _CHOSES, _ASHYA))
_VERBS = (
    r"(?:please )?(?:insert|add|enter|type|fill in|put|paste|replace)|your|insertar|inserte|añadir|agregar|poner"
    r"|tu|su|insérer|"
    r"ajouter|indiquer|votre|أدخل|أضف"
)
_BRACKETED = re.compile(
    rf"(?<![\w\]\\!])\[{{1,2}}\s*(?:(?:{_VERBS})\b[^\[\]\n]{{0,60}}|(?:the |el |la |le |l['’])?(?:{_NAMES})"
    rf"(?:\s*(?:here|aquí|ici|هنا|/|,|and|y|et|&|of|de|du|\d)\s*(?:{_NAMES}|event|meeting"
    rf"|\d)?)?)\s*\]{{1,2}}(?![(\[:\]\ufffc])"
    rf"|(?<![\w<])<{{1,2}}\s*(?:(?:insert|add|enter|your|insertar|insérer|votre)\s[^<>\n]{{1,60}}|{_NAMES})\s*>{{1,2}}"
    rf"|(?<![{{\w$])\{{\s*(?:(?:insert|add|enter|your)\s[^{{}}\n]{{1,60}}|{_NAMES}|[a-z]+_(?:name|date|url))\s*\}}(?!\}})"
    r"|«\s?[^\W\d_]+(?:_[^\W\d_]+)+\s?»"
    r"|%(?:FIRST_?NAME|LAST_?NAME|NAME|EMAIL|DATE|RECIPIENT\.\w+)%|\[\[[a-z_]+\]\]|(?<!\w)-{2}(?:name|date"
    r"|link)-{2}(?!\w)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\(\s*(?:insert|insertar|insérer|add link|link to come|link here|date to come|enlace aquí|lien "
    r"ici)\b[^()\n]{0,60}\)"
    r"|(?-i:\b(?:INSERT|INSERTAR|INSÉRER|PLACEHOLDER)(?: [A-Z]+){0,4} (?:HERE|LINK|DATE|NAME|TEXT|IMAGE"
    r"|PHOTO|LOGO|TITLE"
    r"|FECHA|ENLACE|NOMBRE|TEXTO|AQUÍ|LIEN|NOM|TEXTE|ICI)\b)"
    r"|\b(?:insert|paste) (?:the |your |a |an |some )?(?:\w+ )?"
    r"(?:name|date|text|link|title|image|photo|logo|url|quote) here\b"
    r"|(?:^|(?<=[.!?] ))insert (?:[\w'’-]+ ){1,4}here(?=[.!…\])]|\s*$)"
    r"|\b(?:put|enter|type|add|write|place) (?:the |your |a |an |some )?"
    r"(?:text|link|title|image|logo|content|url|copy|headline) here\b"
    r"|\b(?:your|sample|dummy|placeholder|body|heading|headline|header) (?:text|title|content|headline|copy) "
    r"(?:goes |comes )?here(?=[.!…\])]|\s*$)"
    r"|\b(?:this is (?:a |some )?(?:sample|placeholder|dummy) text|click (?:here )?to edit|double[- ]click to "
    r"edit|placeholder text)\b"
    r"|\b(?:inserte|escriba|escribe|añada|ponga) (?:aquí (?:el |la |su |tu )?(?:texto|enlace|fecha|título|nombre)\b"
    r"|(?:el |la |su |tu )?(?:texto|enlace|fecha|título|nombre) aquí\b)"
    r"|\b(?:su|tu) (?:texto|título) aquí\b"
    r"|\b(?:insérez|saisissez|écrivez|ajoutez) (?:ici (?:le |la |votre |un )?(?:texte|lien|date|titre|nom)\b"
    r"|(?:le |la |votre |un )?(?:texte|lien|date|titre|nom) ici\b)"
    r"|\bvotre (?:texte|titre) ici\b|أدخل (?:النص|الرابط|التاريخ) هنا"
    r"|^the text before the first item is the introduction\.$"
    r"|\bview this email in your browser\b(?= ?[|*\[])",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNS = re.compile(r"[\[<{«%-]")
_WORDS = (
    *("insert", "insér", "inséz", " here", " aquí", " ici", "هنا", "link to", "add link", "date to", "to edit"),
    *("placeholder", "sample text", "dummy text", "first item is", "in your browser"),
)
_UNTITLED = re.compile(
    r"(?:untitled(?: (?:issue|newsletter|item))?|new (?:issue|item|newsletter)|test(?:ing)?(?: (?:mail|email"
    r"|newsletter|issue))?|"
    r"(?:copy|copie) (?:of|de) .+|.+ \((?:copy|copie|copia)(?: \d+)?\)|draft|title|subject|heading|título|titre"
    r"|sin título|sans titre|"
    r"asunto|objet)",
    re.IGNORECASE,
)
_TO_BE_COMPLETED = {"text", "subject"}
"""Of actions: letters and press texts in which the reader puts a name."""


@check(
    "template-leftover",
    "warning",
    bad="Join us on [date] at [insert link].",
    good="Join us on November 9 on [UN TV](https://media.example.org/upr-live).",
)
def template_leftover(context: Context) -> Iterator[Finding]:
    """What a template or an earlier draft asked to be replaced: "[date]", "<your name>", "insert link", "Untitled".
    Brackets with which writers mark their own words in a quotation are passed over, and so are the gaps in letters and
    press texts, which readers fill in.
    """
    for prose in prose_of(context.texts):
        path = prose.text.place.field or ""
        gaps = path.startswith("actions[") and prose.field in _TO_BE_COMPLETED
        patterns = (_CALLED,) if gaps else (_BRACKETED, _CALLED)
        told = -1
        for match in _found(prose.said, patterns):
            if match.start() >= told and not _is_own_remark(match, prose):
                told = match.end()
                yield _finding(match[0], prose, match.start())
        if path in {"title", "subject"} and _UNTITLED.fullmatch(prose.said.strip()):
            yield _finding(prose.said.strip(), prose, 0)


def _found(said: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[re.Match[str]]:
    """What the patterns find, looked for only where there is a sign of it: that takes a tenth of the time."""
    if _BRACKETED in patterns:
        for sign in _SIGNS.finditer(said):
            if match := _BRACKETED.match(said, sign.start()):
                yield match
    small = said.casefold()
    if any(word in small for word in _WORDS):
        yield from _CALLED.finditer(said)


def _is_own_remark(match: re.Match[str], prose: Prose) -> bool:
    """Whether brackets are part of a quotation: *we met [name] in [place]*, what was left out on purpose."""
    if not match[0].startswith("["):
        return False
    if f"{match[0]}:" in prose.text.value:  # a link, with its address on a line of its own
        return True
    start = prose.said.rfind("\n\n", 0, match.start()) + 1
    before = prose.said[start : match.start()]
    opened = before.count("“") - before.count("”") > 0 or before.count("«") - before.count("»") > 0
    quoted = before.lstrip().startswith(">") or before.count('"') % 2 == 1
    return (opened or quoted) and not re.match(rf"\[+\s*(?:{_VERBS})\b", match[0], re.IGNORECASE)


def _finding(said: str, prose: Prose, position: int) -> Finding:
    return Finding(
        "template-leftover",
        "warning",
        f"'{' '.join(said.split())[:60]}' looks like something that was to be replaced.",
        "Write what belongs here, or delete it.",
        prose.text.line(line_of(prose.text.value, position)),
    )
