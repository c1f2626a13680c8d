"""What ends a command, in one sentence instead of a traceback."""

import os
import sys
import traceback
from pathlib import Path

from newsletter.cli import usage
from newsletter.cli.shell import TRY_LATER, USAGE, Stop

DEBUG_VARIABLE = "NEWSLETTER_DEBUG"
"""Set to 1, it shows the whole trace of an error that is ours."""


def as_stop(error: Exception) -> Stop:
    """What ``error`` means to whoever typed the command."""
    if isinstance(error, Stop | usage.UsageError):
        return error if isinstance(error, Stop) else usage.as_stop(error)
    name = type(error).__name__
    if name in {"SiteError", "MediaError", "ThemeError"}:
        return Stop(str(error), code=USAGE)
    if name in {"OperationalError", "DatabaseError"}:
        if "locked" in str(error):
            return Stop("the store is busy: another command is writing", mend="try again in a moment", code=TRY_LATER)
        return Stop(
            f"the store cannot be used: {str(error).strip()}",
            mend="look at the disk and at data/ in the site's folder; on PostgreSQL, at the server and at [database]",
        )
    if isinstance(error, OSError) and error.strerror:
        return Stop(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    return _own_mistake(error)


def _own_mistake(error: Exception) -> Stop:
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exception(error, file=sys.stderr)
    place = "".join(f" in {Path(frame.filename).name}, line {frame.lineno}" for frame in _last(error))
    return Stop(
        f"this is a mistake of the program, not yours: {type(error).__name__}{place}",
        mend=f"run it again with {DEBUG_VARIABLE}=1 to see more, and report what it shows",
    )


def _last(error: Exception) -> list[traceback.FrameSummary]:
    return traceback.extract_tb(error.__traceback__)[-1:]
