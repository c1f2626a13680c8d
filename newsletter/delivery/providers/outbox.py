"""The outbox: a Maildir in the site's folder, which any mail program opens. Nothing leaves the machine.

A mail's file is named by its delivery, and a file comes into being in one step: written in ``tmp``, on the disk, then
linked into ``new`` (https://cr.yp.to/proto/maildir.html). So a mail that is there is whole, and to submit it again
changes nothing, whatever happened in between.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from newsletter.delivery.providers.base import (
    Accepted,
    Answer,
    Barred,
    Capabilities,
    Checked,
    Outcome,
    Provider,
    Submission,
    same_for,
)
from newsletter.site import Site

_WRITERS = 8
"""Files that are written to the disk at the same time."""


class Outbox(Provider):
    """Mails as files."""

    name = "outbox"
    capabilities = Capabilities(group=250, exactly_once=True, smtputf8=True)

    def __init__(self, site: Site, folder: Path | None = None) -> None:
        super().__init__(site)
        self.folder = folder or site.outbox

    def check(self) -> tuple[str, ...]:
        """The outbox needs nothing."""
        return ()

    def reach(self) -> Outcome:
        """Whether the folder can be written to."""
        try:
            self._make_folders()
        except OSError as error:
            return Barred(f"the outbox cannot be written: {error.strerror}")
        writable = os.access(self.folder / "new", os.W_OK)
        return Checked("mails go into this folder") if writable else Barred("the outbox cannot be written")

    def submit(self, submission: Submission) -> Answer:
        """Write each mail into ``new``, unless it is there already (a mail program moves it to ``cur``)."""
        outcomes: dict[str, Outcome] = {}
        try:
            self._make_folders()
            seen = {mail.name.partition(":")[0] for mail in (self.folder / "cur").iterdir()}
            with ThreadPoolExecutor(_WRITERS) as pool:
                pending = [
                    (recipient.delivery, pool.submit(self._write, recipient.delivery, message))
                    for recipient, message in submission.messages(smtputf8=True)
                    if recipient.delivery not in seen
                ]
            for delivery, write in pending:
                if error := write.exception():
                    outcomes[delivery] = Barred(f"the outbox cannot be written: {error}")
            _sync(self.folder / "new")
        except OSError as error:
            return Answer(same_for(submission.recipients, Barred(f"the outbox cannot be written: {error.strerror}")))
        return Answer(same_for(submission.recipients, Accepted("in the outbox")) | outcomes)

    def _make_folders(self) -> None:
        for part in ("tmp", "new", "cur"):
            (self.folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)

    def _write(self, delivery: str, message: bytes) -> None:
        draft, mail = self.folder / "tmp" / delivery, self.folder / "new" / delivery
        draft.unlink(missing_ok=True)  # it was cut off, or is another name of the mail itself
        if mail.exists():
            return
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message)
            file.flush()
            os.fsync(descriptor)
        os.link(draft, mail)
        draft.unlink()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
