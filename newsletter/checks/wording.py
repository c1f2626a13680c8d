"""What several checks ask of a line of text."""

import re
import unicodedata

from newsletter.items.reader_fields import FIELD

_WORDS = """
act now the and you your we for not all today urgent action alert help join watch read stop last chance free new
ahora hoy urgente alerta ayuda la el los las una para maintenant le les une pour vite aidez agissez
"""
_COMMON = frozenset(_WORDS.upper().split())
"""Words of shouting lines that are no abbreviations."""


def seen(line: str) -> str:
    """``line`` as a reader sees it for whom nothing is known: each field gives way to its default."""
    return " ".join(FIELD.sub(lambda match: (match[2] or "").strip(), line).split())


def width(line: str) -> int:
    """The length of ``line`` in columns: ideographs take two (Unicode TR11)."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in line)


def shouting(line: str) -> str | None:
    """The part of ``line`` that shouts: most of it in capitals, or marks in a row. Abbreviations do not shout."""
    if marks := re.search(r"!{2,}|\?{3,}|[!?]{4,}", line):
        return marks[0]
    words = re.findall(r"[^\W\d_]+", line)
    letters = [char for word in words for char in word if char.isupper() or char.islower()]
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    if (
        len(capitals) > 1
        and sum(char.isupper() for char in letters) > 0.7 * len(letters)
        and any(word in _COMMON or len(word) > 6 for word in capitals)
    ):
        return " ".join(capitals)
    return None


_EMPTY_LINK_WORDS = {
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


def _words(line: str) -> str:
    """``line`` in small letters, without marks around and between its words."""
    return " ".join(re.findall(r"[\w']+", line.replace("’", "'").casefold())).strip("' _")


_EMPTY_IN = {language: {_words(one) for one in words.split("|")} for language, words in _EMPTY_LINK_WORDS.items()}


def empty_link_words(words: str, language: str) -> bool:
    """Whether these words of a link say nothing of where it leads, in ``language`` or in English."""
    said = _words(words)
    return bool(said) and (said in _EMPTY_IN["en"] or said in _EMPTY_IN.get(language, ()))
