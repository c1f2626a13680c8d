"""What ends a command, in one sentence instead of a traceback."""

import errno
import os
import sys
import traceback
from pathlib import Path

from newsletter.cli import usage
from newsletter.cli.shell import TRY_LATER, USAGE, Stop

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}

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
        return _of_the_store(str(error))
    if isinstance(error, OSError) and error.strerror:
        mend = "make room, then give the command again" if error.errno in _NO_ROOM else ""
        return Stop(f"{error.filename}: {error.strerror}" if error.filename else error.strerror, mend=mend)
    return _own_mistake(error)


def _of_the_store(said: str) -> Stop:
    if "locked" in said:
        return Stop("the store is busy: another command is writing", mend="try again in a moment", code=TRY_LATER)
    if "disk is full" in said:
        return Stop("the disk is full, and the store cannot be written", mend="make room, then give the command again")
    if "unable to open" in said or "readonly" in said:
        return Stop(
            "the store cannot be written: data/ in the site's folder is read-only, or belongs to another account",
            mend="give the command under the account that made the site, or let this one write there",
        )
    return Stop(f"the store cannot be used: {said}", mend="look at the disk and at data/ in the site's folder")


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
