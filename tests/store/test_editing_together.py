"""Saves of several processes at the same moment."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.django_db


TOGETHER = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from newsletter.django_conf import start_django
from newsletter.site import load_site
site = load_site(Path(sys.argv[1]), {})
start_django(site)
from django.db import connection
from newsletter.issue.pieces import cut
from newsletter.models import Account, Revision
from newsletter.store.edit_fields import part_in, values_of
from newsletter.store.edit_saves import Original, save_form
from newsletter.store.revisions import newest, open_issue
at, ids = datetime.now(UTC), cut(newest("news").source).ids
def work(item):
    ana = Account.objects.get_or_create(email=f"{item}@example.org", defaults={"name": item})[0]
    base = values_of(part_in("news", item, 1))
    save_form("news", Original(site, item), {"body": f"Text of {item}"}, base=base, number=1, account=ana, at=at)
    connection.close()
threads = [threading.Thread(target=work, args=(item,)) for item in ids]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sorted(Revision.objects.values_list("number", flat=True)) == list(range(1, len(ids) + 2)),
    all(item.body == f"Text of {item.id}" for item in open_issue("news").issue.items))
"""


def test_saves_at_the_same_moment_all_arrive(site, tmp_path):
    """Six people save at once, each another item, in the store as it is on the disk: nothing is lost, and no number is
    given out twice."""
    text = '+++\ntitle = "News"\nsubject = "News"\n+++\n' + "".join(f"\n## Item {n}\n" for n in range(6))
    path = site.issues / "news.md"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "newsletter", "--site", site.root, "issue", "import", path]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    said = subprocess.run(
        [sys.executable, "-c", TOGETHER, site.root], check=True, capture_output=True, text=True, timeout=60
    )
    assert said.stdout.strip() == "True True", said.stderr
