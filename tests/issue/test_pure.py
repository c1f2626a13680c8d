"""Reading an issue file costs what it needs, and is pure."""

import subprocess
import sys

HEAVY = ("django", "icalendar", "babel", "email_validator", "mjml", "premailer", "jinja2", "newsletter.models")


def test_nothing_heavy_is_imported() -> None:
    program = (
        "import sys\n"
        "from newsletter.issue import clock, files, parse, promises, scaffold, validate, write\n"
        "text = scaffold.new_issue('A', ['event', 'engage'])\n"
        "assert parse.parse(text, file='a', slug='a').problems == ()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
