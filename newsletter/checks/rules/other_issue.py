"""Names of other issues."""

import re
from collections.abc import Iterator

from newsletter.checks.dates_in_text import MONTH
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import Prose, line_of, prose_of

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HEAD = ("title", "subject", "preheader")
_HERE = re.compile(
    r"(?:\b(?:welcome to|this is|here (?:is|are)|here['’]s|you are reading|in this|bienvenid[oa]s? (?:a|al)|esta "
    r"es|este es|"
    r"aqu[ií] (?:está|tiene|tienen)|está leyendo|bienvenue (?:à|dans|au)|voici|vous lisez|مرحبا بكم في|أهلا بكم "
    r"في|هذه هي)"
    r"\s+(?:the |our |your |el |la |los |las |nuestr[oa]s? |le |les |notre |nos |votre )?[\"“«*_]{0,3})$",
    re.IGNORECASE,
)
_LOOKING_BACK = re.compile(
    r"\b(?:last|previous|earlier|since|after|from|follow(?:ing|s|-up)?|recap|recording|correction|erratum|archive|part|"
    r"anterior|pasad[oa]|desde|tras|después|corrección|grabación|"
    r"dernier|dernière|précédente?|depuis|après|suite|correctif|enregistrement|السابق|الماضي)\b",
    re.IGNORECASE,
)
_MONTHS = "|".join(sorted((re.escape(word) for word in MONTH if len(word) > 2), key=len, reverse=True))
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTHS})\.?\s+(?:de\s+|del\s+)?(?P<year>20\d\d)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:issue|no\.?|nr\.?|number|número|núm\.?|numéro|n[°º]|boletín|bulletin|newsletter"
    r"|العدد)\s*#?\s*(?P<number>\d{1,4})\b",
    re.IGNORECASE,
)


@check(
    "other-issue",
    "warning",
    bad='title = "October 2020 UPR Updates"\nsubject = "September 2020 UPR Updates: what is new"',
    good='title = "October 2020 UPR Updates"\nsubject = "October 2020 UPR Updates: what is new"',
)
def other_issue(context: Context) -> Iterator[Finding]:
    """The name of another issue where that of this one belongs: a subject or preheader that was copied from last month,
    "welcome to" an issue that was mailed long ago. Looking back at another issue in a text is fine.
    """
    issue = context.issue
    own = [_plain(text) for text in (issue.title, issue.slug, issue.series or "") if text]
    others = [name for name in dict.fromkeys(context.others) if _tells(name, own)]
    for prose in prose_of(context.texts):
        if prose.text.place.item is None and prose.field in _HEAD:
            named = [(name, match) for name in others if (match := _named(prose.said, name))]
            if not named and (other := _other_number(prose, context)):
                named = [(other[0], other)]
            if named and not _LOOKING_BACK.search(prose.said[max(0, named[0][1].start() - 40) : named[0][1].start()]):
                yield _finding(named[0][0], prose, 0, context)
        elif others and prose.text.markdown:
            for name in others:
                for match in re.finditer(_spaced(name), prose.said, re.IGNORECASE):
                    if _HERE.search(prose.said[max(0, match.start() - 60) : match.start()]):
                        yield _finding(name, prose, match.start(), context)


def _tells(name: str, own: list[str]) -> bool:
    """Whether ``name`` can only be that of another issue: it is no part of this one's own names, and says enough."""
    plain = _plain(name)
    if len(plain) < 8 or (" " not in plain and not re.search(r"\d", plain)):
        return False
    return not any(f" {plain} " in f" {mine} " for mine in own)


def _named(said: str, name: str) -> re.Match[str] | None:
    """Where ``name`` stands in ``said``."""
    return re.search(_spaced(name), said, 0 if _SLUG.fullmatch(name) else re.IGNORECASE)


def _other_number(prose: Prose, context: Context) -> re.Match[str] | None:
    """What the subject calls another month, year or number than the title does, both in the same words."""
    if prose.field == "title":
        return None
    title = context.issue.title
    for pattern in (_MONTH_YEAR, _NUMBER):
        mine, said = pattern.findall(title), [*pattern.finditer(prose.said)]
        if len(mine) != 1 or len(said) != 1:
            continue
        here, there = pattern.search(title), said[0]
        if here is None or _value(here) == _value(there):
            continue
        # The same name around it: "… 2020 UPR Updates" here and there.
        name, shown = (
            _plain(pattern.sub(" \ufffd ", text).replace("\ufffd", "0number0")) for text in (title, prose.said)
        )
        if f" {name} " in f" {shown} " and (name != "0number0" or (pattern is _NUMBER and not said[0].start())):
            return there
    return None


def _value(match: re.Match[str]) -> tuple[int, ...]:
    parts = match.groupdict()
    return (int(parts["number"]),) if "number" in parts else (MONTH[parts["month"].casefold()], int(parts["year"]))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _spaced(name: str) -> str:
    return (
        rf"\b{re.escape(name)}\b"
        if _SLUG.fullmatch(name)
        else r"\b" + r"[\W_]+".join(map(re.escape, re.findall(r"\w+", name))) + r"\b"
    )


def _finding(name: str, prose: Prose, position: int, context: Context) -> Finding:
    return Finding(
        "other-issue",
        "warning",
        f"'{name}' is the name of another issue, and this one is '{context.issue.title}'.",
        "Write this issue's own name, if the words were copied from the other one.",
        prose.text.line(line_of(prose.text.value, position)),
    )
