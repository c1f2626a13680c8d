"""A whole site in one locked file: settings, secrets, issues, templates, media, the log of opt-outs, and the store.

The store is one picture of it, taken while it is in use: SQLite's own copy of the
database, or on PostgreSQL each table as COPY gives it, of one snapshot. Not in it: ``data/stamp`` and ``data/origin``,
which belong to a place; what was restored is thereby known as a copy (``newsletter.delivery.origin``).
"""

import gzip
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from newsletter.site import SECRETS_FILE, SETTINGS_FILE, Site
from newsletter.store.age import Writer
from newsletter.store.archive import MANIFEST, BackupError, opened
from newsletter.version import version
from subscribers.stores import on_postgres

FILES = (SETTINGS_FILE, SECRETS_FILE, "data/optouts.log")
FOLDERS = ("issues", "templates", "data/media")
STORE = "store"
_MADE = "backed-up"
"""In ``data/``: when the last backup was made."""
APPS = ("subscribers", "newsletter")


def back_up(site: Site, target: Path, passphrase: str, *, now: datetime) -> int:
    """Write the site into ``target``, which must not be there yet; how many files went into it.

    The file is read back before this returns. Raises ``BackupError``, ``OSError``; then there is no ``target``.
    """
    if target.exists():
        raise BackupError(f"{target} is there already; name a new file")
    part = target.with_name(f".{target.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with closing(Writer(file, passphrase)) as locked:
                count = _write(site, locked, now)
            file.flush()
            os.fsync(file.fileno())
        with opened(part, passphrase) as members:
            if sum(1 for _ in members) != count:
                raise BackupError("the backup could not be read back; is the disk sound?")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    (site.data / _MADE).write_text(now.isoformat(), encoding="ascii")
    return count


def last_backup(site: Site) -> datetime | None:
    """When the last backup was made here; ``None`` where none was. What was restored has none of its own yet."""
    try:
        return datetime.fromisoformat((site.data / _MADE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def load_tables(folder: Path, manifest: dict[str, Any], migrate: Callable[[list[tuple[str, str]]], None]) -> None:
    """Put the tables of a backup into an empty PostgreSQL database, after ``migrate`` made them as they were.

    Raises ``BackupError`` where there is something in it already.
    """
    with connection.cursor() as cursor:
        if "newsletter_mailing" in connection.introspection.table_names(cursor):
            raise BackupError("the database is not empty; name another with NEWSLETTER_DATABASE__URL=postgresql://...")
    migrate([(app, name) for app, name in manifest["migrations"]])
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns in manifest["tables"].items():
            names = ", ".join(f'"{column}"' for column in columns)
            with (
                (folder / f"{table}.copy").open("rb") as rows,
                cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
            ):
                while data := rows.read(1 << 20):
                    copy.write(data)
        for table, columns in manifest["tables"].items():
            if "id" in columns:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), coalesce(max(id), 1), "  # noqa: S608
                    f'max(id) IS NOT NULL) FROM "{table}"'
                )


def _write(site: Site, file: io.RawIOBase, now: datetime) -> int:
    with (
        gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        tempfile.TemporaryDirectory(dir=site.data, prefix=".backup.") as scratch,
    ):
        tables = _copy_tables(Path(scratch)) if on_postgres() else _copy_sqlite(Path(scratch))
        count = 0
        for folder, name in _files(site, Path(scratch)):
            info = archive.gettarinfo(folder / name, arcname=name)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            with (folder / name).open("rb") as content:
                archive.addfile(info, content)
            count += 1
        manifest = {
            "version": version(),
            "made_at": now.isoformat(),
            "store": connection.vendor,
            "migrations": sorted(_migrations()),
            "tables": tables,
        }
        data = json.dumps(manifest).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(data), 0o600
        archive.addfile(info, io.BytesIO(data))
    return count + 1


def _files(site: Site, scratch: Path) -> Iterator[tuple[Path, str]]:
    for name in FILES:
        if (site.root / name).is_file():
            yield site.root, name
    for folder in FOLDERS:
        for path in sorted((site.root / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield site.root, path.relative_to(site.root).as_posix()
    for path in sorted(scratch.rglob("*")):
        if path.is_file():
            yield scratch, path.relative_to(scratch).as_posix()


def _copy_sqlite(scratch: Path) -> dict[str, list[str]]:
    """The database as it is at one moment (https://www.sqlite.org/backup.html)."""
    (scratch / STORE).mkdir()
    connection.ensure_connection()
    with closing(sqlite3.connect(scratch / STORE / "newsletter.sqlite3")) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
    return {}


def _copy_tables(scratch: Path) -> dict[str, list[str]]:
    (scratch / STORE).mkdir()
    tables = {
        model._meta.db_table: [str(field.column) for field in model._meta.concrete_fields]
        for app in APPS
        for model in apps.get_app_config(app).get_models()
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table, columns in tables.items():
            names = ", ".join(f'"{column}"' for column in columns)
            with (
                (scratch / STORE / f"{table}.copy").open("wb") as file,
                cursor.copy(f'COPY "{table}" ({names}) TO STDOUT') as copy,
            ):
                for data in copy:
                    file.write(data)
    return tables


def _migrations() -> Iterator[tuple[str, str]]:
    for app, name in MigrationRecorder(connection).applied_migrations():
        if app in APPS:
            yield app, name
