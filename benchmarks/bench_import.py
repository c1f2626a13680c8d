"""Import of readers from CSV, against a bare ``csv`` + ``sqlite3.executemany`` of the same rows in the same run.

    python benchmarks/bench_import.py [--rows N]

The bare side reads the file with ``csv.reader`` and puts the rows into one table with a unique address: no validation,
no list, no evidence, no suppression. Each side runs in a process of its own, which reports its peak memory.
"""

import argparse
import csv
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "es", "fr", "ar")
ZONES = ("Europe/Zurich", "America/New_York", "Africa/Nairobi", "Asia/Amman")


def write_rows(path: Path, rows: int) -> None:
    """Made-up readers in no order, one in 50 unsubscribed."""
    chance = random.Random(2020)
    numbers = list(range(rows))
    chance.shuffle(numbers)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Email Address", "First Name", "Last Name", "Language", "Time zone", "Status"])
        for number in numbers:
            state = "unsubscribed" if number % 50 == 0 else "subscribed"
            table.writerow(
                [
                    f"Reader.{number}@mail{number % 97}.example.org",
                    f"Añna{number % 1000}",
                    f"Example{number % 7919}",
                    LANGUAGES[number % 4],
                    ZONES[number % 4],
                    state,
                ]
            )


def ours(path: Path, database: Path) -> None:
    """Import ``path`` into a fresh store, as the command line does."""
    from datetime import UTC, datetime

    from newsletter.django_conf import start_django, upgrade
    from newsletter.settings import SecretsSection, Settings
    from newsletter.site import Site

    secrets = SecretsSection.model_validate({"secret_key": "bench" * 10, "erasure_key": "bench" * 10})
    site = Site(root=database.parent, settings=Settings(secrets=secrets), values=())
    (database.parent / "data").mkdir()
    start_django(site)
    upgrade()
    from subscribers.importing import import_file
    from subscribers.models import MailingList

    readers = MailingList.objects.create(slug="bench", name="Bench")
    steps: dict[str, float] = {}
    started = time.perf_counter()
    report = import_file(
        path,
        readers,
        at=datetime(2020, 10, 28, tzinfo=UTC),
        actor="bench",
        progress=lambda what, done, total: steps.setdefault(what, time.perf_counter()) and None,
    )
    ended = time.perf_counter()
    _answer(ended - started, report.counts.taken, merge=ended - steps["merging"])


def bare(path: Path, database: Path) -> None:
    """``csv`` and ``executemany``, nothing more."""
    started = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE reader (email TEXT UNIQUE, first, last, language, zone, state)")
    with path.open(encoding="utf-8", newline="") as file, connection:
        rows = csv.reader(file)
        next(rows)
        taken = connection.executemany("INSERT INTO reader VALUES (?, ?, ?, ?, ?, ?)", rows).rowcount
    connection.close()
    _answer(time.perf_counter() - started, taken)


def _answer(seconds: float, rows: int, **more: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_mb = peak / 1_000_000 if sys.platform == "darwin" else peak / 1_000
    print(json.dumps({"seconds": seconds, "rows": rows, "peak_mb": peak_mb, **more}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--side", nargs=3, metavar=("NAME", "CSV", "DATABASE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        name, path, database = options.side
        sys.path.insert(0, str(ROOT))
        {"ours": ours, "bare": bare}[name](Path(path), Path(database))
        return
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "readers.csv"
        write_rows(path, options.rows)
        for side in ("bare", "ours"):
            command = [sys.executable, __file__, "--side", side, path, Path(folder) / f"{side}.sqlite3"]
            answers[side] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    for side, label in (("ours", "import_file"), ("bare", "csv + executemany")):
        answer = answers[side]
        assert answer["rows"] == options.rows
        merge = f", of these {answer['merge']:.1f} s merging" if "merge" in answer else ""
        rate = answer["rows"] / answer["seconds"]
        print(f"{label:18} {rate:>10,.0f} rows/s  {answer['seconds']:6.1f} s{merge}  peak {answer['peak_mb']:,.0f} MB")
    print(f"{'ratio':18} {answers['bare']['seconds'] / answers['ours']['seconds']:>10.2f}  ({options.rows:,} rows)")


if __name__ == "__main__":
    main()
