"""``newsletter person``."""

import json
import re

import pytest

from newsletter.models import Account, Audit
from newsletter.store import people
from tests.cli.conftest import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture(autouse=True)
def _opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is the test's own."""
    from newsletter.cli import shell

    monkeypatch.setattr(shell, "open_site", shell.require_site)


def test_somebody_who_is_locked_out_gets_in_again(run: Run, client) -> None:
    ran = run("person", "add", "Ana@Example.org", "--name", "Ana", "--role", "administrator")
    assert ran.code == 0 and "Ana may sign in: Administrator" in ran.err
    assert re.fullmatch(r"https://news\.example\.org/welcome/\d+/\S+/\n", ran.out)
    link = run("person", "link", "ana@example.org").out.strip().removeprefix("https://news.example.org")
    form = {"password": "quiet mountain river", "again": "quiet mountain river"}
    assert client.post(link, form, headers={"host": "127.0.0.1"}).status_code == 302
    assert Account.objects.get().check_password("quiet mountain river")
    actors = set(Audit.objects.values_list("actor", flat=True)) - {"Ana"}
    assert len(actors) == 1, "the account on this machine is named"


def test_who_may_sign_in_is_listed(run: Run) -> None:
    assert "Nobody can sign in yet" in run("person", "list").err
    run("person", "add", "ana@example.org", "--role", "editor", "--role", "sender")
    [ana] = json.loads(run("person", "list", "--json").out)
    assert (ana["email"], ana["roles"], ana["active"]) == ("ana@example.org", ["editor", "sender"], True)
    assert "editor, sender" in run("person", "list").out


def test_roles_and_the_end_of_access(run: Run) -> None:
    run("person", "add", "ana@example.org", "--role", "administrator")
    for command in (["roles", "ana@example.org", "--role", "editor"], ["remove", "ana@example.org"]):
        ran = run("person", *command)
        assert ran.code == 2 and "last administrator" in ran.err
    run("person", "add", "ben@example.org", "--role", "administrator")
    assert run("person", "roles", "ana@example.org", "--role", "viewer").code == 0
    assert run("person", "remove", "ana@example.org").code == 0
    ana = Account.objects.get(email="ana@example.org")
    assert not ana.is_active and ana.roles == ["viewer"]
    assert run("person", "link", "ana@example.org").code == 2
    assert run("person", "add", "ana@example.org", "--role", "editor").code == 0
    assert people.owner_of(ana.pk, "x") is None and Account.objects.get(pk=ana.pk).is_active


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["add", "nope", "--role", "editor"], "has no @"),
        (["add", "cem@example.org", "--role", "king"], "there is no role 'king'"),
        (["link", "anna@example.org"], "did you mean ana@example.org?"),
        (["roles", "nobody@example.net", "--role", "editor"], "nobody signs in with"),
    ],
)
def test_what_is_wrong_is_said(run: Run, command: list[str], words: str) -> None:
    run("person", "add", "ana@example.org", "--role", "editor")
    ran = run("person", *command)
    assert ran.code == 2 and words in ran.err
    assert Account.objects.count() == 1
