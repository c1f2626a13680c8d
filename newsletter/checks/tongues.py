"""In which language a passage is written: by its script, and in Latin script by the small words that no other has."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

NAMES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
    "ar": "Arabic",
}
"""For messages; those with small words of their own are told apart by them."""

_SMALL = {
    "en": "the of and to is that it for was with as are this have from they we at by not but which you all their been "
    "has will would there what can who our out more when about",
    "es": "el los las del y que es una por con para su sus lo como más pero este esta está están fue han son hay muy "
    "también nuestra nuestro sobre desde cuando",
    "fr": "le les des et est une dans pour qui sur au aux avec ce cette sont pas nous vous il elle ils leur plus ont "
    "été du par mais être",
    "de": "der die das und ist nicht ein eine einen dem den mit für auf von zu im sich des auch wir sie werden wird es "
    "an bei nach über oder als",
    "pt": "o os as do da dos das e é em um uma não para com que por mais foi são ao nos na no seu sua está também pelo "
    "pela sobre",
    "it": "il gli della delle dei di e è un una che per con non sono del al alla nel nella più anche come ha hanno sul "
    "questo questa",
    "nl": "de het een en van is dat niet op te zijn voor met aan er ook als bij door naar wordt worden heeft deze dit "
    "maar onze",
}
_WORDS = {tongue: frozenset(words.split()) for tongue, words in _SMALL.items()}
_SCRIPTS = {
    "ARABIC": "ar fa ur ps ckb sd ug",
    "CYRILLIC": "ru uk bg sr mk be kk ky mn tg",
    "GREEK": "el",
    "HEBREW": "he yi",
    "CJK": "zh ja ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "DEVANAGARI": "hi mr ne",
    "BENGALI": "bn as",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "ETHIOPIC": "am ti",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "SINHALA": "si",
}
_SPOKEN = {script: frozenset(tongues.split()) for script, tongues in _SCRIPTS.items()}
_CALLED = {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LEAST_WORDS, _LEAST_LETTERS = 14, 20
_OTHER, _OWN, _LEAST_DIFFERENT = 0.22, 0.08, 4
_NAMES = 0.5
"""Share of words with a capital from which on a passage is a list of names."""


def other_tongue(passage: str, language: str) -> str | None:
    """The name of the language or script of ``passage`` where it is surely not that of ``language`` (a tag), else None.

    Short passages, names and single quoted words are never sure. Latin script is told by small words alone, and only
    where those of both languages are known.
    """
    written = _LETTERS.findall(passage)
    words = [word.casefold() for word in written]
    letters = sum(map(len, words))
    if letters < _LEAST_LETTERS:
        return None
    own = language.partition("-")[0].casefold()
    if not passage.isascii():
        script, count = Counter(_script(char) for word in words for char in word).most_common(1)[0]
        if script in _SPOKEN and count > 0.6 * letters:
            return None if own in _SPOKEN[script] else _CALLED.get(script, script.capitalize())
    capitals = sum(word[0].isupper() for word in written)
    if own not in _WORDS or len(words) < _LEAST_WORDS or capitals > _NAMES * len(words):
        return None
    shares = {tongue: sum(word in small for word in words) / len(words) for tongue, small in _WORDS.items()}
    best = max(shares, key=lambda tongue: shares[tongue])
    different = len({word for word in words if word in _WORDS[best]})
    sure = shares[best] >= _OTHER and shares[own] <= _OWN and different >= _LEAST_DIFFERENT
    return NAMES[best] if best != own and sure else None


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return unicodedata.name(char, "").split(" ")[0].split("-")[0]
