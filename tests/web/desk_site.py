"""A served site with an editor's account, for tests of the desk in a browser."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page

from newsletter.new_site import create_site
from tests import tables

EMAIL, PASSWORD = "ana@example.org", "quiet mountain river"
_ACCOUNT = """
import sys
from pathlib import Path
from newsletter.django_conf import start_django
from newsletter.site import load_site
site = load_site(Path(sys.argv[1]), {})
start_django(site)
"""


def make(root: Path, script: str = "") -> None:
    """A site in ``root`` with one editor; ``script`` runs in it, with ``site`` as a name it knows."""
    create_site(root, {"site.name": "Example Network", "site.base_url": "https://news.example.org"})
    tables.lay(root)
    account = f"Account.objects.make({EMAIL!r}, name='Ana', roles=['editor'], password={PASSWORD!r})"
    whole = f"{_ACCOUNT}from newsletter.models import Account\n{account}\n{script}"
    subprocess.run([sys.executable, "-c", whole, str(root)], check=True, timeout=120)


def sign_in(page: Page, address: str) -> None:
    """As the editor."""
    page.goto(f"{address}/sign-in/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
