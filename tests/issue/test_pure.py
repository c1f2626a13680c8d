"""Reading an issue file costs what it needs, and is pure."""

import subprocess
import sys

import pytest

HEAVY = ("django", "icalendar", "babel", "email_validator", "mjml", "premailer", "jinja2", "newsletter.models")


@pytest.mark.parametrize("module", ["parse", "write", "validate", "files", "clock", "promises", "scaffold"])
def test_nothing_heavy_is_imported(module: str) -> None:
    program = (
        f"import sys, newsletter.issue.{module}\n"
        "from newsletter.items.registry import kinds\n"
        "from newsletter.issue.parse import parse\n"
        "assert parse('+++\\ntitle = \"A\"\\nsubject = \"B\"\\n+++\\n', file='a', slug='a').problems == ()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
