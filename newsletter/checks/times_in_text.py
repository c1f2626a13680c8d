"""Times of day in running text, with the zone that is said beside them, in English, Spanish, French and Arabic."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from newsletter.items.values import zone_names

_HALF = r"\s?(?P<half>[ap])(?:\.\s?m\b\.?|m\b)"
_TIMES = re.compile(
    r"(?<![\w:.,/§$€£+-])(?:"
    rf"(?P<hour>[01]?\d|2[0-3])[:h.](?P<minute>[0-5]\d)(?![\d:%]|\.\d){_HALF}"  # 8:30 a.m.
    r"|(?P<hour2>[01]?\d|2[0-4])(?::|\s?h\s?)(?P<minute2>[0-5]\d)(?![\d:%]|\.\d)(?:\s?(?:h|hs|hrs|hours"
    r"|Uhr)\b\.?)?"  # 14:30, 14 h 30
    rf"|(?P<hour3>1[0-2]|0?[1-9]){_HALF.replace('half', 'half3')}"  # 3 pm
    r"|(?P<hour4>[01]?\d|2[0-4])\s?h(?:rs|s)?\b(?!\s?\d)\.?"  # 14h
    r")"
)
_QUICK = re.compile(r"\d\s?(?:[:h.]\d|h\b|h\s\d|hr|hs|[ap]\.?\s?m)", re.IGNORECASE)
_ABBREVIATIONS = {
    "America/New_York": "ET EST EDT",
    "America/Chicago": "CT CST CDT",
    "America/Denver": "MT MST MDT",
    "America/Los_Angeles": "PT PST PDT",
    "America/Anchorage": "AKT AKST AKDT",
    "Pacific/Honolulu": "HST",
    "Europe/Zurich": "CET CEST MEZ MESZ",
    "Europe/London": "BST",
    "Europe/Athens": "EET EEST",
    "Africa/Lagos": "WAT",
    "Africa/Nairobi": "EAT",
    "Africa/Johannesburg": "SAST",
    "America/Sao_Paulo": "BRT",
    "America/Argentina/Buenos_Aires": "ART",
    "America/Bogota": "COT",
    "America/Santiago": "CLT",
    "Asia/Tokyo": "JST",
    "Asia/Manila": "PHT",
    "UTC": "UTC GMT",
}
_BY_LETTERS = {word: zone for zone, words in _ABBREVIATIONS.items() for word in words.split()}
_UNKNOWN = (
    "IST",
    "AST",
    "AEST",
    "AEDT",
    "NZST",
    "NZDT",
    "PKT",
    "WIB",
    "CAT",
    "HKT",
    "SGT",
    "MSK",
    "HEC",
    "HAE",
    "HNE",
    "CLST",
)
"""Abbreviations that say a zone which has several meanings, or that is not reckoned with here."""
_REGIONS = {
    "America/New_York": "eastern|del este|de l['’]est|us eastern|east coast|washington(?:,? d\\.?c\\.?)?|nueva "
    "york|boston|atlanta"
    "|الساحل الشرقي|نيويورك|واشنطن",
    "America/Chicago": "(?:us )?central(?! european)|del centro",
    "America/Denver": "(?:us )?mountain",
    "America/Los_Angeles": "pacific|del pacífico|san francisco|west coast",
    "Europe/Zurich": "geneva|ginebra|genève|geneve|central european|bern|berna|berne|suiza|suisse|swiss|جنيف|وسط "
    "أوروبا",
    "Europe/London": "london|londres|uk|british|لندن",
    "Europe/Paris": "paris|parís|باريس",
    "Europe/Brussels": "brussels|bruselas|bruxelles",
    "Europe/Madrid": "(?:la )?españa(?: peninsular)?|peninsular",
    "Europe/Amsterdam": "the hague|la haya|la haye",
    "America/Mexico_City": "(?:la )?ciudad de méxico|méxico|mexico",
    "America/Bogota": "bogotá|colombia",
    "America/Lima": "lima|perú",
    "America/Santiago": "santiago(?: de chile)?|chile",
    "America/Argentina/Buenos_Aires": "buenos aires|argentina",
    "Africa/Cairo": "cairo|القاهرة",
    "Asia/Beirut": "beirut|beyrouth|بيروت",
    "Africa/Tunis": "tunis|túnez|تونس",
}
_HERE = r"(?:local|your own|your|his|tu|su|votre|المحلي)"
_TIME_WORD = r"time|hora|horario|heure|heures|بتوقيت|توقيت"
_AFTER = re.compile(
    r"[\s,]{0,3}\(?\s?(?:(?P<letters>[A-Z]{2,4}T?)(?![\w-])(?P<offset>\s?[+−-]\s?\d{1,2}(?::?\d\d)?)?"
    r"|\(?(?P<city>[^\W\d_][^\n.;:()\d]{1,24}?)(?:['’]s)?\s+(?i:time)\b"
    r"|(?:hora|horario)s?\s+(?:de\s+|en\s+)?(?P<city2>(?:la\s+|del\s+)?[^\W\d_][^\n.,;:()\d/]{1,24})"
    r"|heures?\s+(?:de\s+|d['’]\s?|à\s+)?(?P<city3>(?:la\s+|l['’])?[^\W\d_][^\n.,;:()\d/]{1,24})"
    r"|(?:بتوقيت|توقيت)\s+(?P<city4>[^\n.,،;:()\d/]{2,24})"
    r"|(?:in|en|à|au)\s+(?P<city5>[^\W\d_][^\n.,;:()\d/]{1,20})"
    r"|(?P<city6>[^\W\d_][^\n.;:()\d]{1,24})(?=\)))",
)


@dataclass(frozen=True)
class SaidTime:
    """``8:30 a.m. in New York`` in a text, from ``start`` to ``end``."""

    hour: int
    minute: int
    start: int
    end: int
    """Where the words of the zone end, if there are any."""
    zoned: bool
    """Some zone is said."""
    zone: str | None
    """Which one, where it is known."""
    words: str


@lru_cache(maxsize=4096)
def times_in(text: str) -> tuple[SaidTime, ...]:
    """Each time of day of ``text`` in order."""
    if not _QUICK.search(text):
        return ()
    found = []
    for match in _TIMES.finditer(text):
        hour = int(next(part for part in (match["hour"], match["hour2"], match["hour3"], match["hour4"]) if part))
        minute = int(match["minute"] or match["minute2"] or 0)
        half = (match["half"] or match["half3"] or "").lower()
        if half and not 1 <= hour <= 12:
            continue
        if half:
            hour = hour % 12 + 12 * (half == "p")
        zoned, zone, end = _zone_after(text, match.end())
        found.append(SaidTime(hour % 24, minute, match.start(), end, zoned, zone, text[match.start() : end].strip()))
    return tuple(found)


def _zone_after(text: str, start: int) -> tuple[bool, str | None, int]:
    """Whether a zone is said from ``start`` on, which, and where its words end."""
    match = _AFTER.match(text, start)
    if match is None:
        return False, None, start
    if letters := match["letters"]:
        if letters in _BY_LETTERS:
            # UTC+2 is a zone of its own.
            return True, None if match["offset"] else _BY_LETTERS[letters], match.end()
        return (letters in _UNKNOWN), None, match.end() if letters in _UNKNOWN else start
    for group in ("city", "city2", "city3", "city4", "city5", "city6"):
        if name := match[group]:
            zone, length = zone_called(name)
            end = match.start(group) + length if group not in {"city"} else match.end()
            if zone:
                return True, zone, end
            # "3 pm in the library" says no zone; "3 pm Ruritanian time" and "hora de Macondo" do.
            return (True, None, match.end()) if group not in {"city5", "city6"} else (False, None, start)
    return False, None, start


@cache
def _names() -> tuple[tuple[re.Pattern[str], str], ...]:
    regions = [(re.compile(rf"(?:{names})\b", re.IGNORECASE), zone) for zone, names in _REGIONS.items()]
    return tuple(regions)


@cache
def _cities() -> dict[str, str]:
    names = sorted(zone_names())
    return {name.rsplit("/", 1)[-1].replace("_", " ").casefold(): name for name in names if "/" in name}


@cache
def zone_called(name: str) -> tuple[str | None, int]:
    """The zone that ``name`` begins with, and how many of its letters say so; ``None`` where none is known."""
    for pattern, zone in _names():
        if match := pattern.match(name):
            return zone, match.end()
    words = name.split(" ")
    for count in range(min(3, len(words)), 0, -1):
        city = " ".join(words[:count])
        if city.casefold().rstrip(",") in _cities():
            return _cities()[city.casefold().rstrip(",")], len(city.rstrip(","))
    return None, 0


ZONE_WORDS = re.compile(
    r"\b(?:UTC|GMT|"
    + "|".join(sorted({*_BY_LETTERS, *_UNKNOWN}, key=len, reverse=True))
    + r")\b|(?i:\b"
    + _HERE
    + r"\s+time\b|\btime\s?zones?\b|\bhora\s+local\b|\bhusos?\s+horarios?\b|\bheure\s+locale\b|\bfuseaux?\s+horaires?\b"
    r"|\b[^\W\d_]+\s+time\b(?<!this time)(?<!same time)(?<!next time)(?<!first time)(?<!any time)(?<!of "
    r"time)(?<!on time)"
    r"(?<!start time)(?<!last time)(?<!the time)(?<!in time)(?<!some time)"
    r"|\b(?:hora|horario)\s+(?:de[l]?|en|del)\s+[^\W\d_]+|\bheures?\s+(?:de|d['’]|à)\s?[^\W\d_]+|توقيت|التوقيت)",
)
"""Words by which a paragraph says in which zone its times are."""
