"""Imports that run beside the pages: a file is looked at, then taken in, while whoever brought it watches or goes away.

A job is a folder in ``data/imports``: the file, and ``job.json`` with how far it is. A lock says that it runs; any
process of the site can tell. A job that stopped in the middle changed nothing, and is simply started again.
"""

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import connection
from django.utils import timezone

from newsletter.site import Site
from subscribers.importing import BasisError, FileError, Progress, Report, import_file
from subscribers.importing.undoing import UndoError, Undone, undo
from subscribers.models import Import, MailingList

KEPT = 7 * 24 * 3600
"""Seconds after which a job is thrown away: its file holds addresses."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_TOLD_EACH = 0.3


@dataclass
class Job:
    """What is known of one job."""

    list: str
    filename: str
    by: str
    state: str = "new"
    """``new``, ``looking``, ``looked``, ``importing``, ``imported``, ``failed``, ``undoing``, ``undone``."""
    choice: dict[str, Any] = field(default_factory=dict)
    """How the file is to be read, and on what ground: as ``import_file`` wants it."""
    progress: tuple[str, int, int] = ("", 0, 0)
    report: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    mend: str = ""
    token: str = ""
    running: bool = False
    """Somebody works on it now."""

    @property
    def interrupted(self) -> bool:
        """It was at work, and nobody is any more."""
        return self.state in {"looking", "importing", "undoing"} and not self.running


def put(site: Site, name: str, chunks: Iterable[bytes], *, list_slug: str, by: str) -> Job:
    """A new job with an uploaded file. Jobs that are over a week old go."""
    _sweep(site)
    job = Job(
        list_slug, PurePosixPath(name.replace("\\", "/")).name[:120] or "file", by, token=secrets.token_urlsafe(16)
    )
    folder = _folder(site, job.token)
    folder.mkdir(mode=0o700, parents=True)
    handle = os.open(folder / "upload", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
    _write(folder, job)
    return job


def find(site: Site, token: str) -> Job | None:
    """The job as it stands now."""
    if not _TOKEN.fullmatch(token):
        return None
    folder = _folder(site, token)
    try:
        known = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    job = Job(**{**known, "token": token, "progress": tuple(known["progress"])})
    with _locked(folder) as free:
        job.running = not free
    return job


def start(site: Site, job: Job, *, choice: Mapping[str, Any], dry_run: bool) -> bool:
    """Looks at the file (``dry_run``), or takes it in; False where somebody is at it already. Returns at once."""
    job.choice, job.problem, job.mend = dict(choice), "", ""
    job.state = "looking" if dry_run else "importing"
    return _begin(site, job, lambda progress: _import(site, job, dry_run=dry_run, progress=progress))


def start_undo(site: Site, run: Import, *, by: str) -> Job:
    """Takes an import back. Returns at once."""
    job = Job(run.list.slug, run.filename, by, state="undoing", token=secrets.token_urlsafe(16))
    _folder(site, job.token).mkdir(mode=0o700, parents=True)
    _begin(site, job, lambda progress: _undo(site, job, run, progress=progress))
    return job


def errors_of(site: Site, job: Job) -> Path | None:
    """The rows that there is something to mend in, where there are any."""
    path = _folder(site, job.token) / "errors.csv"
    return path if path.is_file() else None


def throw_away(site: Site, job: Job) -> None:
    """The file is not kept."""
    shutil.rmtree(_folder(site, job.token), ignore_errors=True)


def _begin(site: Site, job: Job, work: Callable[[Progress], None]) -> bool:
    folder = _folder(site, job.token)
    started = threading.Event()
    busy: list[bool] = []

    def run() -> None:
        with _locked(folder) as free:
            busy.append(not free)
            if free:
                _write(folder, job)
            started.set()
            if not free:
                return
            try:
                work(_teller(folder, job))
            except (BasisError, UndoError) as error:
                job.state, job.problem = "failed", str(error)
            except FileError as error:
                job.state, job.problem, job.mend = "failed", error.message, error.mend
            except OSError as error:
                job.state, job.problem = "failed", f"the file cannot be read or written: {error.strerror}"
            except BaseException:
                job.state, job.problem = "failed", "it broke off, and nothing was changed; try again"
                raise
            finally:
                _write(folder, job)
                connection.close()

    threading.Thread(target=run, name="import", daemon=True).start()
    started.wait()
    return not busy[0]


def _import(site: Site, job: Job, *, dry_run: bool, progress: Progress) -> None:
    folder = _folder(site, job.token)
    named = folder / job.filename
    if not named.exists():
        os.link(folder / "upload", named)  # the report and the evidence name the file as it was called
    report = import_file(
        named,
        MailingList.objects.get(slug=job.list),
        at=timezone.now(),
        actor=job.by,
        needs_basis=True,
        dry_run=dry_run,
        errors=folder / "errors.csv",
        progress=progress,
        **job.choice,
    )
    job.report = _told(report)
    job.state = "looked" if dry_run else "imported"
    if not dry_run:
        named.unlink()
        (folder / "upload").unlink()


def _undo(site: Site, job: Job, run: Import, *, progress: Progress) -> None:
    undone: Undone = undo(run, actor=job.by, at=timezone.now(), progress=progress)
    job.report, job.state = asdict(undone), "undone"


def _told(report: Report) -> dict[str, Any]:
    columns = report.columns
    return {
        "counts": asdict(report.counts),
        "mapping": columns.mapping,
        "ignored": list(columns.ignored),
        "problems": [problem._asdict() for problem in report.problems],
        "before": report.before and report.before.isoformat(),
        "remarks": list(report.remarks),
        "unit": report.unit,
        "run": report.run,
        "first": {verdict: [one._asdict() for one in rows] for verdict, rows in report.first.items()},
        "says_basis": bool(columns.format and columns.format.verdict),
    }


def _teller(folder: Path, job: Job) -> Progress:
    last = 0.0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        new = what != job.progress[0]
        job.progress = (what, done, total)
        if new or time.monotonic() - last > _TOLD_EACH:
            last = time.monotonic()
            _write(folder, job)

    return tell


def _folder(site: Site, token: str) -> Path:
    return site.data / "imports" / token


def _write(folder: Path, job: Job) -> None:
    known = {name: value for name, value in asdict(job).items() if name not in {"token", "running"}}
    handle, name = tempfile.mkstemp(dir=folder, prefix=".job.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=False, default=str)
    Path(name).replace(folder / "job.json")


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether the lock of a job was free; then it is held meanwhile."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _sweep(site: Site) -> None:
    before: datetime = timezone.now()
    for folder in (site.data / "imports").glob("*"):
        with contextlib.suppress(OSError):
            if before.timestamp() - folder.stat().st_mtime > KEPT:
                shutil.rmtree(folder)
