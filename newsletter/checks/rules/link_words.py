"""Words of links."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.texts import Text, TextLink, links_of

_EMPTY_WORDS = {
    "en": "here|click|click here|right here|see here|this|this link|link|the link|this page|read more|more|learn more|"
    "find out more|see more|more info|more information|read|go|details|continue|continue reading|website|this website",
    "es": "aquí|aqui|acá|haz clic|haz clic aquí|haga clic|haga clic aquí|clic aquí|pulse aquí|este enlace|enlace|"
    "leer más|lee más|ver más|más|más información|más info|saber más|seguir leyendo|este sitio",
    "fr": "ici|cliquez|cliquez ici|cliquer ici|ce lien|lien|le lien|lire plus|lire la suite|la suite|plus|"
    "en savoir plus|plus d'informations|plus d'infos|voir plus|cette page|ce site",
    "de": "hier|hier klicken|klicken sie hier|dieser link|link|mehr|mehr lesen|weiterlesen|mehr erfahren|"
    "mehr informationen",
    "pt": "aqui|clique aqui|este link|link|leia mais|ler mais|mais|saiba mais|mais informações",
    "ar": "هنا|اضغط هنا|انقر هنا|هذا الرابط|الرابط|اقرأ المزيد|المزيد|لمعرفة المزيد",
}
_MEANINGLESS = {language: set(words.split("|")) for language, words in _EMPTY_WORDS.items()}
_ADDRESS = re.compile(r"(https?://|www\.)\S*|[\w-]+(\.[\w-]+)+/\S+", re.IGNORECASE)
_LAST_WORDS = {re.findall(r"\w+", phrase)[-1] for phrases in _MEANINGLESS.values() for phrase in phrases}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_LABELS = {"label", "button", "watch_label"}


@check(
    "link-words",
    "warning",
    bad="The link to the broadcast is [here](https://media.example.org/upr-live).",
    good="Watch [the broadcast on UN TV](https://media.example.org/upr-live).",
)
def link_words(context: Context) -> Iterator[Finding]:
    """Screen readers list the links of a mail by their words, and eyes jump from link to link: "here", "read more" or a
    bare address do not say where a link leads. Looked at in texts, and in the labels of buttons and resources.
    """
    language = context.issue.language.split("-")[0]
    meaningless = _MEANINGLESS["en"] | _MEANINGLESS.get(language, set())
    for link in _links(context.texts):
        words = link.words.replace("’", "'").strip(" \t\n.,:;!?…>»→›()[]*_\"'").casefold()
        if not words and not link.words:
            message = f"A link to {link.target or 'nowhere'} has no words, so that no reader can see it."
        elif words in meaningless:
            message = f"The link '{link.words}' does not say where it leads."
        elif _ADDRESS.fullmatch(link.words):
            message = (
                f"The link '{_short(link.words)}' is a bare address, which screen readers spell out letter by letter."
            )
        else:
            continue
        mend = "Make the words that name the page the link, such as [the broadcast on UN TV](https://…)."
        yield Finding("link-words", "warning", message, mend, link.place)


def _links(texts: tuple[Text, ...]) -> Iterator[TextLink]:
    for text in texts:
        if text.markdown:
            if _is_suspect(text.value):
                yield from links_of(text)
        elif (text.place.field or "").rsplit(".", 1)[-1] in _LABELS:
            yield TextLink(text.value, "", text.place)


def _is_suspect(markdown: str) -> bool:
    """Whether a link of ``markdown`` may be found: reading it takes a hundred times longer than this look."""
    if "<http" in markdown.lower() or "]]" in markdown:
        return True
    for brackets in _BRACKETS.finditer(markdown):
        words = re.findall(r"\w+", brackets[1].casefold())
        if not words or words[-1] in _LAST_WORDS or "/" in brackets[1] or "www." in brackets[1].lower():
            return True
    return False


def _short(address: str) -> str:
    return address if len(address) <= 60 else f"{address[:59]}…"
