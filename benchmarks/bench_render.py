"""Rendering of the sample issue, against npm's ``mjml`` on the same MJML in the same run.

    python benchmarks/bench_render.py [--rounds N]

Ours is the whole way, issue to HTML and text, the theme's CSS inlined; mjml's is MJML to HTML alone.
Where ``node`` and ``npm`` are missing, ours is shown by itself. ``mjml`` is installed once, into ``.bench/`` here.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".bench"
MJML = "mjml@5.4.1"
SAMPLE = ROOT / "newsletter" / "sample" / "october-2020.md"
NODE = """
const mjml = require("mjml"), source = require("fs").readFileSync(process.argv[1], "utf8");
(async () => {
  const times = [];
  for (let round = 0; round < +process.argv[2]; round++) {
    const start = process.hrtime.bigint();
    const { html } = await mjml(source, { validationLevel: "skip" });
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
    if (!html.includes("</html>")) throw new Error("no HTML came out");
  }
  console.log(JSON.stringify(times));
})();
"""


def warm(work: Callable[[], object], rounds: int) -> float:
    """Median milliseconds of ``work``, after a tenth of the rounds to warm up."""
    times = []
    for _ in range(rounds + rounds // 10):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[rounds // 10 :])


def cold(command: list[str]) -> float:
    """Median milliseconds of a whole process, of seven."""

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)

    return warm(run, 7)


def sample() -> tuple[Callable[[], object], str]:
    """What renders the sample issue, and the MJML that comes about on the way."""
    from newsletter.issue.files import load
    from newsletter.render import Organisation, inline, load_theme, pipeline, render

    issue, theme = load(SAMPLE).issue, load_theme("default")
    organisation = Organisation("USHRN", "1 Example Street, 8000 Example", "news.example.org")

    def work() -> object:
        inline._apply.cache_clear()  # as for an issue that was not rendered before
        return render(issue, theme, organisation=organisation)

    with mock.patch.object(pipeline, "to_html", wraps=pipeline.to_html) as to_html:
        work()
    return work, to_html.call_args.args[0]


def npm_mjml(source: str, rounds: int) -> tuple[float, float] | None:
    """Median milliseconds of npm's mjml: warm, and as a process. ``None`` without node."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    if not (BENCH / "node_modules" / "mjml").is_dir():
        BENCH.mkdir(exist_ok=True)
        (BENCH / "package.json").write_text("{}", encoding="utf-8")
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-save", MJML]
        subprocess.run(install, check=True, cwd=BENCH, stdout=subprocess.DEVNULL)
    file = BENCH / "sample.mjml"
    file.write_text(source, encoding="utf-8")
    command = ["node", "-e", NODE, str(file)]
    done = subprocess.run([*command, str(rounds + 20)], check=True, capture_output=True, text=True, cwd=BENCH)
    once = [shutil.which("node") or "node", "-e", NODE, str(file), "1"]
    return statistics.median(json.loads(done.stdout)[20:]), warm(
        lambda: subprocess.run(once, check=True, capture_output=True, cwd=BENCH), 7
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    from newsletter.render.mjml import to_html

    work, source = sample()
    ours, step = warm(work, rounds), warm(lambda: to_html(source), rounds)
    ours_cold = cold([sys.executable, "-m", "newsletter", "issue", "check", str(SAMPLE), "--as-of", "2020-10-28"])
    theirs = npm_mjml(source, rounds)
    print(f"render, warm           {ours:8.1f} ms   (issue to HTML and text; {len(source):,} bytes of MJML)")
    print(f"of it, MJML to HTML    {step:8.1f} ms   (with the check of every tag and attribute)")
    print(f"issue check, a process {ours_cold:8.0f} ms")
    if theirs is None:
        print("npm mjml               not measured: node and npm are not here")
        return
    part, whole = step / theirs[0], ours / theirs[0]
    print(f"npm mjml, warm         {theirs[0]:8.1f} ms   ours takes {part:.2f} of it, the whole way {whole:.2f}")
    print(f"npm mjml, a process    {theirs[1]:8.0f} ms   ours takes {ours_cold / theirs[1]:.2f} of it")


if __name__ == "__main__":
    main()
