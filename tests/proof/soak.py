"""The kill test at length: ``python3 dev.py soak`` kills 1,000 senders and prints the table of docs/proof.md.

--kills N kills so many; --write puts the table into docs/proof.md. Exit code 1 where an invariant broke.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.proof.crashes import Deaths, die_everywhere, points_of
from tests.proof.kills import Tally, kill_often
from tests.proof.trial import Trial, trial
from tests.proof.witnesses import ROOT, witness

PAGE = ROOT / "docs" / "proof.md"
BEGIN, END = "<!-- made by dev.py soak -->", "<!-- end -->"


class Field(NamedTuple):
    """Who sends through what to how many readers, and its share of the kills."""

    store: str
    provider: str
    share: float
    readers: int
    worker: bool = False

    @property
    def sender(self) -> str:
        return "worker" if self.worker else "mailing resume"


FIELDS = (
    Field("sqlite", "smtp", 0.26, 1_500),
    Field("sqlite", "sendgrid fenced", 0.1, 6_000),
    Field("sqlite", "sendgrid fenced late", 0.03, 6_000),
    Field("sqlite", "sendgrid immediate", 0.07, 3_500),
    Field("sqlite", "outbox", 0.07, 1_500),
    Field("postgresql", "smtp", 0.2, 1_500, worker=True),
    Field("postgresql", "smtp", 0.05, 1_500),
    Field("postgresql", "sendgrid fenced", 0.08, 6_000, worker=True),
    Field("postgresql", "sendgrid fenced late", 0.02, 6_000, worker=True),
    Field("postgresql", "sendgrid immediate", 0.06, 3_500),
    Field("postgresql", "outbox", 0.06, 1_500, worker=True),
)
POINTS = tuple(field for field in FIELDS if "late" not in field.provider and field.share > 0.05)
ROUND = 50
"""Kills between two signs of life."""
SEED = 20201028


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py soak")
    parser.add_argument("--kills", type=int, default=1_000, help="so many senders are killed at random times (1000)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/proof.md")
    wanted = parser.parse_args()
    began = time.monotonic()
    tallies, deaths = {}, {}
    for field in FIELDS:
        with _site(field, field.readers, seconds=0.001, troubles=True) as one:
            tallies[field] = _kill(one, field, max(1, round(wanted.kills * field.share)))
    for field in POINTS:
        with _site(field, 130, seconds=0.0, troubles=False) as one:
            deaths[field] = die_everywhere(one, points_of(one))
            _tell(field, f"{deaths[field].hit.total()} deaths at named points")
    table = "\n".join(_table(tallies, deaths, time.monotonic() - began))
    print(table)
    if wanted.write:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}")
    faults = [fault for one in (*tallies.values(), *deaths.values()) for fault in one.faults]
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


@contextmanager
def _site(field: Field, readers: int, *, seconds: float, troubles: bool) -> Iterator[Trial]:
    with (
        tempfile.TemporaryDirectory() as folder,
        witness(field.provider, Path(folder), seconds=seconds, troubles=troubles) as other_end,
        trial(Path(folder), other_end, readers=readers, on=field.store, worker=field.worker) as one,
    ):
        yield one


def _kill(one: Trial, field: Field, kills: int) -> Tally:
    tally, seed = Tally(), SEED
    while tally.kills < kills:
        tally += kill_often(one, min(ROUND, kills - tally.kills), seed=seed)
        seed += 1
        _tell(field, f"{tally.kills:,} of {kills:,} kills: {tally}")
    return tally


def _tell(field: Field, words: str) -> None:
    print(f"{field.store}, {field.provider}, {field.sender}: {words}", file=sys.stderr, flush=True)


def _table(tallies: dict[Field, Tally], deaths: dict[Field, Deaths], seconds: float) -> Iterator[str]:
    total = sum(tally.kills for tally in tallies.values())
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    yield f"{total:,} kills at random times, {datetime.now(UTC):%Y-%m-%d}, {seconds / 60:.0f} minutes on {machine}:\n"
    what = ("with a row `submitting`", "mailings", "recipients", "mailed twice", "lost", "`unknown`")
    rest = "most `unknown` after one kill | broken invariants |"
    yield f"| store | provider | sender | kills | {' | '.join(what)} | {rest}"
    yield "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for field, one in tallies.items():
        counts = (one.kills, one.submitting, one.mailings, one.recipients, one.twice, one.lost, one.unknown)
        cells = " | ".join(f"{count:,}" for count in (*counts, one.most_unknown, len(one.faults)))
        yield f"| {field.store} | {field.provider} | {field.sender} | {cells} |"
    yield "\nDeaths at named points:\n"
    yield "| store | provider | sender | points | deaths | broken invariants |"
    yield "|---|---|---|--:|--:|--:|"
    for field, died in deaths.items():
        where = f"{field.store} | {field.provider} | {field.sender}"
        yield f"| {where} | {len(died.hit)} | {died.hit.total()} | {len(died.faults)} |"


if __name__ == "__main__":
    sys.exit(main())
