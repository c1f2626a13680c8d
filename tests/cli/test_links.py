"""``newsletter links watch``."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.stubs import web_stub
from tests.stubs.web_stub import said

pytestmark = pytest.mark.django_db
ISSUE = """+++
title = "News"
subject = "News of the network in October"
preheader = "Lobbying is done. Help every eye follow the review."
list = "upr"
+++

## Tune in
```event
starts = 2090-11-09T14:30:00
watch_url = "{base}/live"
```
Watch it.
"""


@pytest.fixture
def allowed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {
        "PROVIDERS__ALLOW_TEST_ADDRESSES": "true", "SENDER__EMAIL": "news@example.org",
        "ORGANISATION__POSTAL_ADDRESS": "1 Street, Geneva", "SITE__ONE_OPERATOR": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"NEWSLETTER_{name}", value)
    return site


def test_nothing_was_mailed(run: Run, allowed: Path):
    ran = run("links", "watch", "--once")
    assert (ran.code, "nothing to watch" in ran.err) == (0, True)
    ran = run("links", "watch", "october-2020", "--once")
    assert (ran.code, "october-2020" in ran.err) == (2, True)


def test_a_link_that_broke_after_the_mail(run: Run, allowed: Path):
    from datetime import timedelta

    from newsletter.delivery.mailing import freeze
    from newsletter.models import Revision
    from tests.delivery.worlds import NOW, make_list, make_plan, make_reader

    with web_stub.serve({"/live": said("<title>Live</title>")}) as server:
        file = allowed / "issues" / "news.md"
        file.write_text(ISSUE.format(base=f"http://127.0.0.1:{server.port}"))
        run("issue", "import", file)
        make_reader(1, make_list())
        plan = make_plan(Revision.objects.get(), make_list())
        freeze(plan, confirm_count=1, actor="ed", now=NOW, undo=timedelta())
        assert run("links", "watch", "--once").code == 0
        server.routes["/live"] = said("gone", 410)
        ran = run("links", "watch", "--once", "--json")
        assert ran.code == 4
        [row] = json.loads(ran.out)
        assert (row["issue"], row["url"], row["new"]) == ("news", f"http://127.0.0.1:{server.port}/live", True)
        ran = run("links", "watch", "news", "--once")
        assert ran.code == 4
        assert "leads to a page that is not there (410)" in ran.out
        assert len(list((allowed / "notices" / "new").iterdir())) == 1
