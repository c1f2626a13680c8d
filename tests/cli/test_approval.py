"""Approval on the command line: it is shown, and nothing goes round it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.cli import shell
from newsletter.delivery import approval
from newsletter.delivery.approval import Audience
from newsletter.models import Account, Mailing
from newsletter.site import load_site
from newsletter.store.revisions import newest
from tests.cli.conftest import Run
from tests.cli.test_sending import issue  # noqa: F401 - a fixture
from tests.delivery.worlds import make_list, make_reader

pytestmark = pytest.mark.django_db


def people() -> tuple[Account, Account]:
    return (
        Account.objects.make("ed@example.org", name="Ed", roles=["editor"]),
        Account.objects.make("ann@example.org", name="Ann", roles=["approver"]),
    )


def test_nothing_goes_round_it(run: Run, issue: Path) -> None:  # noqa: F811
    run("issue", "import", issue)
    slug = issue.stem
    shown = run("issue", "approval", slug)
    assert (shown.code, shown.out) == (0, "not submitted; this site needs no approval\n")
    ed, ann = people()
    count = json.loads(run("issue", "send", slug, "--list", "upr", "--dry-run", "--json").out)["recipients"]
    for more in ((), ("--detach",), ("--json",), ("--at", "2099-01-01 09:00")):
        refused = run("issue", "send", slug, "--list", "upr", "--confirm-count", count, *more)
        assert refused.code in {shell.ERROR, shell.USAGE}
    refused = run("issue", "send", slug, "--list", "upr", "--confirm-count", count)
    assert f"error: {slug} is not approved for this mailing: it was not submitted for approval" in refused.err
    assert "have somebody else approve it" in refused.err
    assert not Mailing.objects.exists()

    site, now = load_site(issue.parent, {}), datetime.now(UTC)
    made = approval.submit(site, newest(slug), Audience("upr"), by=ed, note="", now=now)
    assert json.loads(run("issue", "approval", slug, "--json").out)["state"] == "waiting"
    approval.decide(site, made, by=ann, approve=True, reason="", now=now)
    shown = run("issue", "approval", slug)
    assert "approved" in shown.out
    assert "Ann" in shown.out
    assert f"newsletter issue send {slug} --list upr" in shown.err
    make_reader(77, make_list())
    refused = run("issue", "send", slug, "--list", "upr", "--confirm-count", count + 1)
    assert refused.code == shell.ERROR
    assert f"recipients, and now there are {count + 1}" in refused.err
    told = json.loads(run("issue", "approval", slug, "--json").out)
    assert told["state"] == "void"
    assert told["reason"] == f"who gets it: {count} then, {count + 1} now"
    made = approval.submit(site, newest(slug), Audience("upr"), by=ed, note="", now=now)
    approval.decide(site, made, by=ann, approve=True, reason="", now=now)
    assert run("issue", "send", slug, "--list", "upr", "--confirm-count", count + 1).code == shell.OK
    assert "it was mailed" in run("issue", "approval", slug).err


def test_an_issue_that_is_none(run: Run, issue: Path) -> None:  # noqa: F811
    refused = run("issue", "approval", "nothing")
    assert refused.code == shell.USAGE
    assert "there is no issue 'nothing'" in refused.err
