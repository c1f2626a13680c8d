"""The year in the foot."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from newsletter.checks.engine import Context, Finding, check
from newsletter.issue.problems import Place

_MARK = r"(?:©|\(c\)|&copy;|copyright|copyleft|derechos de autor|droits d['’]auteur|حقوق النشر|جميع الحقوق محفوظة)"
_SPAN = r"(?:(?P<from>(?:19|20)\d\d)\s*[-–—/]\s*)?(?P<year>(?:19|20)\d\d)(?!\d|\s*[-–—/]\s*\d)"
_SIGNS = re.compile(r"©|\([cC]\)|[Cc][Oo][Pp][Yy]|[Rr][Ee][Ss][Ee][Rr][Vv]|[Dd]erechos|[Dd]roits|حقوق")
"""To look for these takes a tenth of the time."""
_OWNER = (
    r"(?-i:[A-ZÀ-ÝА-Я\u0600-\u06ff][\w.&'’-]*)"
    r"(?:\s(?:(?-i:[A-ZÀ-Ý][\w.&'’-]*)|of|for|and|the|&|de|des|du|la|les|los|y|et)){0,7}"
)
_YEARS = re.compile(
    rf"{_MARK}\s*(?:©|\(c\))?\s*,?\s*{_SPAN}"
    rf"|{_MARK}\s*(?:©|\(c\))?\s*{_OWNER},?\s+{_SPAN.replace('from', 'from2').replace('year', 'year2')}"
    rf"|(?:all rights reserved|todos los derechos reservados|tous droits réservés)[\s,.©]{{1,4}}"
    rf"{_SPAN.replace('from', 'from3').replace('year', 'year3')}",
    re.IGNORECASE,
)


@check(
    "stale-year",
    "warning",
    bad="© 2019 USHRN (in a mail of 2020)",
    good="© 2020 USHRN",
)
def stale_year(context: Context) -> Iterator[Finding]:
    """The year of a copyright line that is not the one in which the mail leaves: it was copied, or stands fixed in a
    template, and makes the whole mail look forgotten. The credits of pictures and texts of others are passed over.
    """
    now = context.now.astimezone(ZoneInfo(context.issue.timezone)).year
    name = context.organisation.name.casefold()
    written = set()
    for text in context.texts:
        if not _SIGNS.search(text.value):
            continue
        for number, line in enumerate(text.value.split("\n"), 1):
            for match in _YEARS.finditer(line):
                written.add(match[0])
                if name in line.casefold() and _year(match) < now:
                    yield _finding(match, now, "Correct the year.", text.line(number))
    for shown in (context.page.text, " ".join(context.rendering.text.split())):
        if not _SIGNS.search(shown):
            continue
        stale = [match for match in _YEARS.finditer(shown) if _year(match) < now and match[0] not in written]
        if stale:
            mend = "Correct it in the settings, or ask whoever looks after the site's templates to."
            yield _finding(stale[0], now, mend, Place())
            return


def _year(match: re.Match[str]) -> int:
    return int(match["year"] or match["year2"] or match["year3"])


def _finding(match: re.Match[str], now: int, mend: str, place: Place) -> Finding:
    said = f"'{match[0].strip()}' names the year {_year(match)}, and the mail leaves in {now}."
    return Finding("stale-year", "warning", said, mend, place)
