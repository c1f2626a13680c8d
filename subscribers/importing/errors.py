"""What can be wrong with a file, or with one row of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subscribers.importing.rows import Row


class FileError(ValueError):
    """Nothing of the file can be taken: ``message`` says why, ``mend`` what to do."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}; {mend}")
        self.message = message
        self.mend = mend


class RowError(ValueError):
    """One row cannot be taken as it is; the message says why."""

    opt_out: "Row | None" = None
    """What must be taken all the same: that its reader opted out, or is not to be mailed."""
    cells: Sequence[str] = ()
    """The cells of a row that could not be read, as well as they can be told apart."""
