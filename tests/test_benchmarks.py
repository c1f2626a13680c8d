"""The benchmarks still run: nothing else imports them, so a change elsewhere could break them unseen."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("messages", ["--messages", "20", "--outbox", "4"]),
        ("desk", ["--readers", "100", "--rounds", "2"]),
        ("import", ["--rows", "50"]),
        ("unsubscribe", ["--seconds", "1", "--rate", "20", "--readers", "100"]),
        ("editor", ["--rounds", "2"]),
        ("webhook", ["--seconds", "2", "--rate", "100", "--post", "20", "--readers", "10"]),
    ],
)
def test_a_small_run_prints_a_ratio(name: str, size: list[str], tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / f"bench_{name}.py"), *size]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "ratio" in done.stdout
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def test_what_the_render_benchmark_compares_is_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import bench_render

    work, mjml = bench_render.sample()
    assert "October 2020 UPR Updates" in mjml
    assert "October 2020 UPR Updates" in work().html
