"""The rows that there is something to mend in, as a CSV file that can be mended and imported as it is."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from subscribers.importing import staging
from subscribers.importing.columns import ERROR_COLUMNS, Columns
from subscribers.importing.opening import Table


def write_errors(path: Path, table: Table) -> None:
    """Write the staged problems of ``table`` to ``path``, which only its owner may read: as spreadsheets know to open
    it, by a byte order mark and with the separator that it came with.

    Raises ``OSError``: it cannot be written.
    """
    header: Sequence[str] = table.records.header
    columns = table.columns
    if columns.mended:
        header = header[len(ERROR_COLUMNS) :]
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600, exist_ok=False)  # it holds addresses
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=table.records.separator)
        writer.writerow([*ERROR_COLUMNS, *map(inert, header)])
        for problem in staging.problems():
            writer.writerow([problem.line, problem.verdict, problem.reason, *map(inert, _cells(problem, columns))])
    part.replace(path)


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _cells(problem: staging.Problem, columns: Columns) -> list[str]:
    cells: list[str] = json.loads(problem.cells)
    at = columns.fields["email"]
    if problem.verdict == "duplicate" and len(cells) == 1 and at:
        cells = [""] * at + cells  # of these only the address is kept
    if columns.mended:
        cells = cells[len(ERROR_COLUMNS) :]
    return cells
