"""What is edited in the browser, and how it comes into the store."""

import subprocess
import sys

from tests.browser import chromium  # noqa: F401 - the fixture ``browser``

PASSWORD = "quiet mountain river"
PEOPLE = {"ana": ["editor"], "ben": ["editor"], "vera": ["viewer"]}
ITEMS = ("one", "two", "three", "four")
SCRIPT = """
import sys, json
from pathlib import Path
from newsletter.django_conf import start_django
from newsletter.site import load_site
start_django(load_site(Path(sys.argv[1]), {}))
from newsletter.models import Account, Revision
from newsletter.store.revisions import open_revision
"""
FILL = (
    SCRIPT
    + """
from datetime import UTC, datetime
from newsletter.store.revisions import import_issue
site = load_site(Path(sys.argv[1]), {})
for slug in sys.argv[4:]:
    import_issue(site, site.issues / f"{slug}.md", author="tests", at=datetime.now(UTC))
for name, roles in json.loads(sys.argv[2]).items():
    Account.objects.make(f"{name}@example.org", name=name.title(), roles=roles, password=sys.argv[3])
"""
)
BODIES = (
    SCRIPT
    + """
rows = Revision.objects.filter(issue__slug=sys.argv[2]).order_by("number")
print(json.dumps([{item.id: item.body for item in open_revision(row).issue.items} for row in rows]))
"""
)


def run_script(script: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout
