"""What the checks find on the shipped sample issue: a golden. ``--update-goldens`` writes it anew."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import newsletter
from newsletter.checks import Context, run_checks
from newsletter.issue.files import load
from newsletter.render import Organisation, load_theme, render

SAMPLE = Path(newsletter.__file__).parent / "sample" / "october-2020.md"
GOLDENS = Path(__file__).parent.parent / "goldens" / "checks"


@pytest.mark.parametrize("day", ["2020-10-28", "2020-11-10", "2021-01-01"])
def test_findings_on_the_sample(day, request):
    loaded = load(SAMPLE)
    organisation = Organisation(
        name="USHRN", postal_address="USHRN, 1 Example Street, Atlanta, USA", domain="news.example.org"
    )
    theme = load_theme("default")
    now = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(loaded.issue.timezone))
    rendering = render(loaded.issue, theme, organisation=organisation)
    lines = []
    for finding in run_checks(Context(loaded.issue, rendering, theme, organisation, now)):
        place = loaded.place(loaded.issue.language, finding.place)
        lines += [
            f"{SAMPLE.name}:{place.line} {finding.level} ({finding.check}) {place.item} {place.field}",
            f"    {finding.message}",
            f"    {finding.mend}",
        ]
    found = "\n".join(lines) + "\n"
    golden = GOLDENS / f"october-2020-as-of-{day}.txt"
    if request.config.getoption("--update-goldens", default=False):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
