"""The file of a backup: ``tar`` through gzip through ``age``. What is in it, is told by ``newsletter.store.backup``."""

import gzip
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from newsletter.store.age import LockError, Reader

MANIFEST = "manifest.json"
"""The last file of a backup: when and of what it was made."""


class BackupError(Exception):
    """It cannot be backed up or restored; the message says why and how to mend it."""


@contextmanager
def opened(file: Path, passphrase: str) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The files of a backup by their names, one after another; each must be read before the next is asked for.

    Raises ``BackupError`` where it is none, or was damaged.
    """
    try:
        with (
            file.open("rb") as locked,
            closing(io.BufferedReader(Reader(locked, passphrase), 1 << 20)) as plain,
            gzip.GzipFile(fileobj=plain) as unpacked,
            tarfile.open(fileobj=unpacked, mode="r|") as archive,
        ):
            yield _members(archive)
            while unpacked.read(1 << 20):  # to the end, where it is seen whether anything was cut off
                pass
    except (LockError, tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
        raise BackupError(f"{file.name} cannot be read: {error}") from None


def extract(file: Path, passphrase: str, root: Path) -> dict[str, Any]:
    """Make the folder ``root`` of a backup; its store waits in ``root/store``. Gives the manifest.

    ``root`` must be empty or not be there. Raises ``BackupError``; then ``root`` is as it was.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise BackupError(f"{root} is not empty; name a new folder")
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent, prefix=f".{root.name}.") as made:
        folder = Path(made) / "site"
        folder.mkdir(mode=0o700)
        with opened(file, passphrase) as members:
            for name, content in members:
                _extract(folder, name, content)
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
        except (OSError, ValueError):
            raise BackupError(f"{file.name} holds no backup of a site") from None
        (folder / MANIFEST).unlink()
        if root.exists():
            root.rmdir()
        folder.rename(root)
    return dict(manifest)


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in archive:
        content = archive.extractfile(member) if member.isreg() else None
        if content is None:
            raise BackupError(f"it holds something else than files: {member.name[:80]}")
        with content:
            yield member.name, content


def _extract(folder: Path, name: str, content: IO[bytes]) -> None:
    """One file of a backup. Its name stays within the folder, whoever made the backup."""
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts or "\\" in name:
        raise BackupError(f"it holds a file that does not belong into a site: {name[:80]}")
    path = folder.joinpath(*parts)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while data := content.read(1 << 20):
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
