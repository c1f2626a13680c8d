"""From an empty folder to a report, by the commands that a newcomer types."""

import json
from pathlib import Path

from tests.acceptance.conftest import Command, header, mails, part, recipient

READERS = """\
email,first_name,language,timezone,status
Ana.Sol@Example.org,Ana,es,America/Bogota,subscribed
ben@example.com,,en,Europe/Zurich,subscribed
gone@example.net,Gone,en,UTC,unsubscribed
no address,Nobody,en,UTC,subscribed
ana.sol@example.org,Ana again,es,UTC,subscribed
"""


def test_from_nothing_to_a_report(newsletter: Command, tmp_path: Path) -> None:
    site = tmp_path / "site"

    def ok(*arguments: object) -> str:
        done = newsletter(*arguments, cwd=site)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def code(*arguments: object) -> int:
        return newsletter(*arguments, cwd=site).returncode

    assert newsletter("init", site).returncode == 0
    ok("settings", "set", "site.name", "Our network")
    ok("settings", "set", "sender.email", "news@example.org")
    ok("settings", "set", "site.base_url", "https://news.example.org")
    ok("list", "add", "friends", "--name", "Friends")
    (site / "readers.csv").write_text(READERS)
    ok("subscriber", "import", "readers.csv", "--list", "friends", "--basis", "opt-in")

    ok("issue", "new", "First news", "--kind", "text", "--kind", "event")
    path = site / "issues" / "first-news.md"
    text = path.read_text().replace("## What the review is", "Dear {{first_name|friend}},\n\n## What the review is")
    path.write_text(text.replace('subject = "First news"', 'subject = "{{first_name|Friend}}, our first news"'))

    # Without a postal address the checks fail, and nothing can be sent.
    assert code("issue", "check", path) == 3
    ok("issue", "import", path)
    assert code("issue", "send", "first-news", "--list", "friends", "--confirm-count", 2) == 3
    ok("settings", "set", "organisation.postal_address", "Our network, 1 Example Street, Geneva")
    ok("issue", "check", "first-news", "--as-of", "2020-10-28")

    ok("issue", "render", path, "--out", "out")
    assert "Dear friend," in (site / "out" / "text.txt").read_text()

    ok("issue", "test", "first-news", "--to", "editor@example.org", "--as", "ana.sol@example.org")
    [tested] = mails(site / "testmail")
    assert header(tested, "Subject") == "[Test] Ana, our first news"

    assert code("issue", "send", "first-news", "--list", "friends", "--confirm-count", 3) == 5
    assert code("issue", "send", "first-news", "--list", "friends") == 2  # nobody types a number
    assert json.loads(ok("issue", "send", "first-news", "--list", "friends", "--dry-run", "--json"))["recipients"] == 2
    assert not (site / "outbox" / "new").exists() or not mails(site / "outbox")
    ok("issue", "send", "first-news", "--list", "friends", "--confirm-count", 2)
    sent = {recipient(mail): mail for mail in mails(site / "outbox")}
    assert sorted(sent) == ["ana.sol@example.org", "ben@example.com"]
    assert header(sent["ana.sol@example.org"], "Subject") == "Ana, our first news"
    assert "Dear Ana," in part(sent["ana.sol@example.org"], "plain")
    assert "Dear friend," in part(sent["ben@example.com"], "html")

    report = json.loads(ok("mailing", "report", 1, "--json"))
    assert (report["state"], report["recipients"], report["states"]) == ("finished", 2, {"accepted": 2})
    ok("issue", "send", "first-news", "--list", "friends", "--confirm-count", 2)
    assert len(mails(site / "outbox")) == 2
