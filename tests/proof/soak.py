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

from tests.proof.crashes import Deaths, die_everywhere, points_of
from tests.proof.kills import Tally, kill_often
from tests.proof.trial import Trial, trial
from tests.proof.witnesses import ROOT, witness

PAGE = ROOT / "docs" / "proof.md"
BEGIN, END = "<!-- made by dev.py soak -->", "<!-- end -->"
SHARES = {
    "smtp": (0.6, 1_500),
    "sendgrid immediate": (0.2, 3_500),
    "outbox": (0.2, 1_500),
}
"""Of the kills, and readers of a mailing."""
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
    for provider, (share, readers) in SHARES.items():
        with _field(provider, readers=130, seconds=0.0, troubles=False) as one:
            deaths[provider] = die_everywhere(one, points_of(one), each=2)
        with _field(provider, readers=readers, seconds=0.001, troubles=True) as one:
            tallies[provider] = _kill(one, max(1, round(wanted.kills * share)))
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
def _field(provider: str, *, readers: int, seconds: float, troubles: bool) -> Iterator[Trial]:
    with (
        tempfile.TemporaryDirectory() as folder,
        witness(provider, Path(folder), seconds=seconds, troubles=troubles) as other_end,
        trial(Path(folder), other_end, readers=readers) as one,
    ):
        yield one


def _kill(one: Trial, kills: int) -> Tally:
    tally, seed = Tally(), SEED
    while tally.kills < kills:
        tally += kill_often(one, min(ROUND, kills - tally.kills), seed=seed)
        seed += 1
        print(f"{one.witness.provider}: {tally.kills:,} of {kills:,}", file=sys.stderr, flush=True)
    return tally


def _table(tallies: dict[str, Tally], deaths: dict[str, Deaths], seconds: float) -> Iterator[str]:
    total = sum(tally.kills for tally in tallies.values())
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    yield f"{total:,} kills at random times, {datetime.now(UTC):%Y-%m-%d}, {seconds / 60:.0f} minutes on {machine}:\n"
    what = ("with a row `submitting`", "mailings", "recipients", "mailed twice", "lost", "`unknown`")
    yield f"| provider | kills | {' | '.join(what)} | most `unknown` after one kill | broken invariants |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for provider, one in tallies.items():
        counts = (one.kills, one.submitting, one.mailings, one.recipients, one.twice, one.lost, one.unknown)
        cells = " | ".join(f"{count:,}" for count in (*counts, one.most_unknown, len(one.faults)))
        yield f"| {provider} | {cells} |"
    yield "\nDeaths at named points:\n"
    yield "| provider | points | deaths | broken invariants |"
    yield "|---|--:|--:|--:|"
    for provider, died in deaths.items():
        yield f"| {provider} | {len(died.hit)} | {died.hit.total()} | {len(died.faults)} |"


if __name__ == "__main__":
    sys.exit(main())
