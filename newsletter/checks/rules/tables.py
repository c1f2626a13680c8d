"""Tables: those that lay out the page, and those that hold data."""

import re
from collections.abc import Iterator

from newsletter.checks.dom import Element, hidden, short, tree, words
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.texts import Text
from newsletter.issue.problems import Place

_ASK = "Ask whoever looks after the site's templates to"
_SCOPES = {"col", "row", "colgroup", "rowgroup"}
_FOR_OUTLOOK = re.compile(r"<!--\[if (?!!)[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_OUTLOOK_TABLE = re.compile(r"<table\b[^>]*>", re.IGNORECASE)
_ROLE = re.compile(r"role\s*=\s*[\"']?(presentation|none)\b", re.IGNORECASE)
_RULE = re.compile(r"[ ]{0,3}\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")


@check(
    "tables",
    "warning",
    bad='<table><tr><td><a href="https://www.example.org/">Watch live</a></td></tr></table>',
    good='<table role="presentation"><tr><td><a href="https://www.example.org/">Watch live</a></td></tr></table>',
)
def tables(context: Context) -> Iterator[Finding]:
    """Screen readers announce a table with its rows and columns. One that only lays out the page needs
    role="presentation", so that it is passed over; one with data needs headings that say what each column is, with a
    scope (WCAG 2.2, success criterion 1.3.1).
    """
    empty = [place for text in context.texts if text.markdown and "|" in text.value for place in _without_head(text)]
    for place in empty:
        yield Finding(
            "tables",
            "warning",
            "The table has no headings, so that a listener does not know what its columns are.",
            "Write in the first row, above the dashes, what each column holds.",
            place,
        )
    layout: list[Element] = []
    for table in tree(context.rendering.html).iter("table"):
        if hidden(table):
            continue
        heads = [cell for cell in table.iter("th") if _table_of(cell) is table]
        plain = table.get("role") in {"presentation", "none"}
        if plain and any(words(cell) for cell in heads):
            yield _finding(
                f"The table with the heading '{_said(heads)}' holds data, but screen readers are told to pass over its "
                "rows and columns.",
                f'{_ASK} take role="presentation" off that table, or write td instead of th.',
            )
        elif not plain and not heads:
            layout.append(table)
        elif not plain and not any(words(cell) for cell in heads):
            if not empty:
                yield _finding(
                    "The headings of a table are empty, so that a listener does not know what its columns are.",
                    f"{_ASK} write what each column holds.",
                )
        elif not plain and any(words(cell) and cell.get("scope", "").lower() not in _SCOPES for cell in heads):
            yield _finding(
                f"The heading '{_said(heads)}' of a table does not say whether it is of a column or of a row.",
                f'{_ASK} add scope="col" or scope="row" to each th.',
            )
    for table in _OUTLOOK_TABLE.findall("".join(_FOR_OUTLOOK.findall(context.rendering.html))):
        if not _ROLE.search(table):
            yield _finding(
                "A table that only Outlook on Windows is shown will be read out as data with rows and columns.",
                f'{_ASK} add role="presentation" to each table within <!--[if mso]>.',
            )
            break
    if layout:
        said = next((short(words(table), 40) for table in layout if words(table)), "")
        yield _finding(
            f"{len(layout)} tables, the first around '{said}', will be read out as data with rows and columns."
            if len(layout) > 1
            else f"The table around '{said}' will be read out as data with rows and columns.",
            f'{_ASK} add role="presentation" to a table that only lays out the page, and th to one that holds data.',
        )


def _said(heads: list[Element]) -> str:
    return short(next((words(cell) for cell in heads if words(cell)), ""), 40)


def _table_of(cell: Element) -> Element:
    return next(cell.iterancestors("table"), None)


def _without_head(text: Text) -> Iterator[Place]:
    """The lines at which a Markdown table begins whose first row is empty."""
    lines = text.value.split("\n")
    fenced = False
    for number, line in enumerate(lines, 1):
        if _FENCE.match(line):
            fenced = not fenced
        if fenced or number == len(lines) or "|" not in line or line.strip(" \t|"):
            continue
        below = lines[number]
        if "-" in below and "|" in below and _RULE.fullmatch(below) and _cells(line) == _cells(below):
            yield text.line(number)


def _cells(row: str) -> int:
    return row.strip().removeprefix("|").removesuffix("|").count("|")


def _finding(message: str, mend: str) -> Finding:
    return Finding("tables", "warning", message, mend)
