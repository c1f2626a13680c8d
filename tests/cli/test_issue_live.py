"""``issue check --live``: links are followed, against a server on this machine."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.stubs import spamd_stub, web_stub
from tests.stubs.web_stub import said, to

PAGE = "<title>The report</title><p>Forty pages</p>"
ISSUE = """+++
title = "News"
subject = "News of the network in October"
preheader = "Lobbying is done. Help every eye follow the review."
date = 2020-10-28
{front}+++

Read [the report]({base}/report), [the annex]({base}/gone) and [the summary]({base}/moved#two).
"""


@pytest.fixture
def allowed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEWSLETTER_PROVIDERS__ALLOW_TEST_ADDRESSES", "true")
    monkeypatch.setenv("SPAMD_PORT", "1")
    monkeypatch.delenv("SPAMD_SOCKET", raising=False)
    return site


ROUTES = {"/report": said(PAGE), "/gone": said("x", 410), "/moved": to("/report")}


def live(out: str) -> list[tuple[str, str]]:
    return [(row["level"], row["message"]) for row in json.loads(out) if row["check"] == "link-live"]


def test_links_of_a_file_are_followed(run: Run, allowed: Path):
    with web_stub.serve(ROUTES) as server:
        base = f"http://127.0.0.1:{server.port}"
        file = allowed / "issues" / "news.md"
        file.write_text(ISSUE.format(base=base, front=""))
        assert live(run("issue", "check", file, "--json").out) == []
        assert server.seen == []
        ran = run("issue", "check", file, "--live")
        assert ran.code == 3
        assert re.search(rf"news\.md:8.*error.*{base}/gone' leads to a page that is not there \(410\)", ran.out)
        assert "followed 3 links" in ran.err
        assert f"→ {base}/report" in ran.err
        asked = len(server.seen)
        [(level, message)] = live(run("issue", "check", file, "--json", "--live").out)
        assert level == "error"
        assert message.endswith("not there (410).")
        assert len(server.seen) > asked


@pytest.mark.django_db
def test_what_was_found_is_known_to_the_site_for_an_hour(run: Run, allowed: Path):
    with web_stub.serve(ROUTES) as server:
        file = allowed / "issues" / "news.md"
        file.write_text(ISSUE.format(base=f"http://127.0.0.1:{server.port}", front=""))
        run("issue", "import", file)
        assert live(run("issue", "check", "news", "--json").out) == []
        run("issue", "check", "news", "--live")
        asked = len(server.seen)
        assert [level for level, _ in live(run("issue", "check", "news", "--json").out)] == ["error"]
        assert len(server.seen) == asked


def test_without_the_setting_this_machine_is_not_asked(run: Run, allowed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NEWSLETTER_PROVIDERS__ALLOW_TEST_ADDRESSES")
    with web_stub.serve(ROUTES) as server:
        file = allowed / "issues" / "news.md"
        file.write_text(ISSUE.format(base=f"http://127.0.0.1:{server.port}", front=""))
        found = live(run("issue", "check", file, "--json", "--live").out)
        assert len(found) == 3
        assert all("private network" in message for _, message in found)
        assert server.seen == []


def test_a_file_without_a_site_keeps_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_SITE", raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "news.md").write_text(ISSUE.format(base="http://127.0.0.1:1", front=""))
    found = live(run("issue", "check", "news.md", "--json", "--live").out)
    assert len(found) == 3
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.django_db
def test_spamassassin_is_asked_where_a_list_is_known(run: Run, allowed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NEWSLETTER_SENDER__EMAIL", "news@example.org")
    run("list", "add", "upr", "--name", "UPR Updates")
    file = allowed / "issues" / "news.md"
    file.write_text(ISSUE.format(base="https://www.example.org", front='list = "upr"\n'))
    with spamd_stub.serve() as server:
        monkeypatch.setenv("SPAMD_PORT", str(server.server_address[1]))
        run("issue", "import", file)
        rows = json.loads(run("issue", "check", "news", "--json").out)
        [found] = [row for row in rows if row["check"] == "spam-score"]
        assert found["level"] == "error"
        assert "SpamAssassin gives the mail 6.4 points" in found["message"]
        [message] = server.asked
        assert b"List-Unsubscribe: <https://news.example.org/u/" in message
    monkeypatch.setenv("SPAMD_PORT", "1")
    assert "spam-score" not in run("issue", "check", "news", "--json").out
