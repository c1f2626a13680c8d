"""Stores with all their tables and nothing in them: made once in a process, by the program itself, and then copied."""

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

_MAKE = """
import sys
from pathlib import Path
from newsletter.django_conf import start_django, upgrade
from newsletter.new_site import create_site
from newsletter.site import load_site
root = Path(sys.argv[1])
create_site(root, dict([word.split("=", 1) for word in sys.argv[2:]]))
start_django(load_site(root, {}))
upgrade()
"""


@cache
def on_sqlite() -> bytes:
    """What ``data/newsletter.sqlite3`` of a new site holds."""
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder) / "site")
        return (Path(folder) / "site" / "data" / "newsletter.sqlite3").read_bytes()


@cache
def on_postgresql() -> str:
    """The name of a database on the server of this process, to be a template for others."""
    from tests.postgres import server  # there is one only where it is wanted

    server().new_database("tables")
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder) / "site", f"database.url={server().url('tables')}")
    return "tables"


def lay(root: Path) -> None:
    """Give the new site in ``root`` its tables, as the first command in it would."""
    (root / "data" / "newsletter.sqlite3").write_bytes(on_sqlite())


def _make(root: Path, *settings: str) -> None:
    base = ("site.name=Tests", "site.base_url=https://news.example.org")
    done = subprocess.run(
        [sys.executable, "-c", _MAKE, root, *base, *settings], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
