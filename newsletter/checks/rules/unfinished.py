"""Words that stand for a text still to be written."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import Prose, line_of, prose_of

_MARKS = re.compile(
    r"(?P<tk>(?<![\w.&/@#-])TK(?:TK)*(?![\w&]|[-/]\w|\.\w)|(?<![\w.])TK TK(?!\w))"
    r"|(?P<lorem>\blorem ipsum\b|\bdolor sit amet\b|\bconsectetur adipisc\w+)"
    r"|(?P<xs>(?<![\w.:/@-])(?:X{3,}|x{3,})(?![\w.:/@-]*\w)|(?<![\w.:/@-])(?:XX|xx)[.:/h](?:XX|xx)(?:[./](?:XX"
    r"|xx){1,2})?(?!\w))"
    r"|(?P<todo>(?<![\w#])TODO\s*:|[\[(<{]\s*TODO\b[^\])>}\n]{0,60}[\])>}]|(?<!\w)FIXME(?!\w)|(?<!\w)@@+(?!\w)|\bTKTK\w*)"
    r"|(?P<keys>\basdf(?:ghjkl?|asdf)?\b|\bqwertz?y?uiop?\b|\bblah blah blah\b|(?<!\w)bla bla bla(?!\w))"
    r"|(?P<gap>(?<![\w_])_{4,}(?![\w_])|\?{4,}|(?<=[\s(])\?\?\?(?=[\s.,;)]|$))",
    re.IGNORECASE,
)
_SIGNS = ("tk", "lorem", "dolor", "consec", "xx", "todo", "fixme", "@@", "asdf", "qwert", "bla", "____", "???")
"""One of which stands in each of them: to look for these takes a twentieth of the time."""
_ROMAN_BEFORE = re.compile(
    r"\b(?:room|salle|sala|session|sesión|período|periodo|article|artículo|chapter|capítulo|chapitre|volume"
    r"|vol\.?|tome|tomo|"
    r"part|parte|partie|annex|anexo|annexe|appendix|title|título|titre|section|sección|protocol|convention"
    r"|resolution|bowl|"
    r"pope|king|rule|congress|congreso|congrès|conference|conferencia|conférence|no\.?|size|talla|taille"
    r"|generation|grupo)s?"
    r"\s+(?:[IVXLC]+(?:,| and| y| et|[-–])\s*)*$",
    re.IGNORECASE,
)
_ROMAN_AFTER = re.compile(
    r"\s+(?:session|sesión|período|periodo|edition|edición|édition|congress|congreso|congrès|anniversary|aniversario|"
    r"anniversaire|conferencia|conference|conférence|olympiad|jornadas|encuentro|asamblea|assembly)\b",
    re.IGNORECASE,
)
_CROSS = re.compile(r"(?:\b(?:rated|generation|gen|malcolm)\s)$", re.IGNORECASE)


@check(
    "unfinished",
    "warning",
    bad="The session is chaired by TK. Lorem ipsum dolor sit amet. Call XXX for details.",
    good="The session is chaired by the ambassador of Fiji. Call +41 22 555 01 00 for details.",
)
def unfinished(context: Context) -> Iterator[Finding]:
    """Marks by which writers tell themselves that something is missing: TK, XXX, TODO:, FIXME, lorem ipsum, a row of
    question marks or underscores. Roman numbers (session XXX), Turkish flights and kisses at the end are none.
    """
    for prose in prose_of(context.texts):
        small = prose.said.casefold()
        if not any(sign in small for sign in _SIGNS):
            continue
        for match in _MARKS.finditer(prose.said):
            if _is_meant(match, prose, context):
                continue
            said = " ".join(match[0].split())
            what = "is dummy text" if match.lastgroup in {"lorem", "keys"} else "looks as if something is missing here"
            yield Finding(
                "unfinished",
                "warning",
                f"'{said[:60]}' {what}.",
                "Write what belongs here, or delete it.",
                prose.text.line(line_of(prose.text.value, match.start())),
            )


def _is_meant(match: re.Match[str], prose: Prose, context: Context) -> bool:  # noqa: PLR0911 - a look-alike each
    """Whether it is something else that looks the same."""
    before = prose.said[max(0, match.start() - 200) : match.start()]
    after = prose.said[match.end() : match.end() + 200]
    said = match[0]
    kind = match.lastgroup
    if kind == "tk":
        if said != said.upper() or re.match(r"\s?\d", after):
            return True  # a flight, a tank
        words = re.findall(r"[^\W\d_]+", before)[-4:]
        initials = "".join(word[0] for word in words).upper()
        return before.rstrip().endswith("(") and "TK" in initials
    if kind == "xs":
        if "X" in said and said.strip("X") == "" and len(said) == 3:
            return bool(_ROMAN_BEFORE.search(before[-60:]) or _ROMAN_AFTER.match(after))
        if set(said) <= {"x"}:
            return not re.match(r"[^\n]*\w", after)  # kisses end a line
        return bool(_CROSS.search(before[-20:]))
    if kind == "todo":
        # In Spanish and Portuguese "todo:" is "everything:".
        spanish = context.issue.language.split("-")[0] in {"es", "pt"}
        return (
            "TODO" not in said and "FIXME" not in said and "@" not in said
            if not spanish
            else said.rstrip().endswith(":")
        )
    if kind == "gap" and said.startswith("_"):
        line = prose.said[prose.said.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
        # A rule across the mail; a line to be filled in by hand on a form to copy.
        return set(line.strip()) <= {"_", " "} or prose.field == "text"
    return False
