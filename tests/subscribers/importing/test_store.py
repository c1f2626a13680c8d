"""An import beside other writers, and one that is killed: on a real file, in processes of their own."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

ROWS = 6_000

# Imports argv[1] in the folder argv[2]; at the step argv[3] says so and waits for a line.
PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from newsletter.django_conf import start_django, upgrade
from newsletter.settings import SecretsSection, Settings
from newsletter.site import Site

root = Path(sys.argv[2])
secrets = SecretsSection.model_validate({"secret_key": "tests" * 10, "erasure_key": "tests" * 10})
start_django(Site(root=root, settings=Settings(secrets=secrets), values=()))
upgrade()
from subscribers import audience, consent
from subscribers.address import normalise
from subscribers.importing import import_file, merging
from subscribers.models import MailingList

now = datetime(2020, 10, 28, tzinfo=UTC)
upr, new = MailingList.objects.get_or_create(slug="upr", defaults={"name": "UPR", "double_opt_in": False})
if new:
    consent.subscribe(normalise("reader7@example.org"), upr, at=now, source="form")
waits = sys.argv[3]

def pause(step):
    global waits
    if step == waits:
        waits = ""
        print(step, flush=True)
        sys.stdin.readline()

real = merging._record_consent
def record_consent(*given, **named):
    pause("consent")
    real(*given, **named)
merging._record_consent = record_consent

report = import_file(Path(sys.argv[1]), upr, at=now, actor="x", progress=lambda what, *_: pause(what))
print(report.counts.taken, report.counts.kept, audience.count("upr"), flush=True)
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    rows = "".join(f"reader{number}@example.org\n" for number in range(ROWS))
    (tmp_path / "readers.csv").write_text("email\n" + rows)
    return tmp_path


@contextmanager
def importing(site: Path, *, until: str) -> Iterator["subprocess.Popen[str]"]:
    """An import that has got as far as ``until`` and waits there."""
    command = [sys.executable, "-c", PROGRAM, str(site / "readers.csv"), str(site), until]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        if until:
            assert process.stdout.readline() == f"{until}\n"
        yield process


def finish(process: "subprocess.Popen[str]") -> list[int]:
    said, _ = process.communicate("\n", timeout=60)
    assert process.returncode == 0
    return [int(number) for number in said.split()]


def store(site: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(site / "data" / "newsletter.sqlite3", timeout=0, isolation_level=None))


@pytest.mark.parametrize("step", ["reading", "merging"])
def test_an_opt_out_goes_through_while_a_file_is_read_and_stands_after(site: Path, step: str) -> None:
    with importing(site, until=step) as process:
        with store(site) as connection:
            connection.execute("UPDATE subscribers_subscription SET state = 'unsubscribed'")
        assert finish(process) == [ROWS - 1, 1, ROWS - 1]


@pytest.mark.parametrize("step", ["reading", "consent"])
def test_a_killed_import_leaves_nothing_and_is_run_again(site: Path, step: str) -> None:
    with importing(site, until=step) as process:
        process.kill()
    with store(site) as connection:
        for table in ("subscriber", "subscription", "consent", "suppression", "import", "importrow"):
            [number] = connection.execute(f"SELECT count(*) FROM subscribers_{table}").fetchone()
            assert number == (1 if table in {"subscriber", "subscription", "consent"} else 0), table
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with importing(site, until="") as process:
        assert finish(process) == [ROWS - 1, 0, ROWS]
    with store(site) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
