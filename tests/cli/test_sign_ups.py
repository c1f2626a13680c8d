"""``newsletter list change|form`` and ``newsletter topic``."""

import json
from pathlib import Path

import pytest
from django.template import engines

from newsletter.cli import shell
from newsletter.site import load_site
from subscribers.models import MailingList, Subscriber, Topic, TopicChoice
from tests.cli.conftest import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(site: Path, settings) -> MailingList:
    settings.NEWSLETTER_SITE = load_site(site, {})
    engines.__dict__.pop("templates", None)
    return MailingList.objects.create(slug="board", name='The "Board" --> & <b>')


def test_a_list_is_opened_to_all(board: MailingList, run: Run) -> None:
    refused = run("list", "form", "board")
    assert (refused.code, refused.out) == (shell.ERROR, "")
    assert "newsletter list change board --public" in refused.err
    assert run("list", "change", "board", "--public", "--single-opt-in").code == shell.OK
    board.refresh_from_db()
    assert (board.public, board.double_opt_in) == (True, False)
    assert run("list", "change", "board", "--name", "Board", "--private").code == shell.OK
    board.refresh_from_db()
    assert (board.public, board.double_opt_in, board.name) == (False, False, "Board")


@pytest.mark.parametrize("typed", [[], ["--name", ""], ["--name", "x" * 201], ["--name", "a\nb"]])
def test_changes_that_cannot_be(board: MailingList, run: Run, typed: list[str]) -> None:
    assert run("list", "change", "board", *typed).code == shell.USAGE


def test_the_form_is_plain_and_whole(board: MailingList, run: Run) -> None:
    MailingList.objects.update(public=True)
    Topic.objects.create(slug="housing", name="Housing & homes")
    ran = run("list", "form", "board", "--language", "fr")
    assert ran.code == shell.OK
    assert 'action="https://news.example.org/s/board?language=fr"' in ran.out
    assert 'value="housing"> Housing &amp; homes' in ran.out
    assert "«\u00a0The &quot;Board&quot; --&gt; &amp; &lt;b&gt;\u00a0»" in ran.out
    assert ran.out.count("<!--") == ran.out.count("-->") == 1
    assert 'name="website"' in ran.out
    assert not [word for word in ("<script", "style=", "onclick", "<b>") if word in ran.out]
    assert run("list", "form", "board", "--language", "xx").code == shell.USAGE


def test_topics(board: MailingList, run: Run) -> None:
    assert "There is no topic yet" in run("topic", "show").err
    assert run("topic", "add", "housing", "--name", "Housing").code == shell.OK
    assert run("topic", "add", "housing").code == shell.ERROR
    assert run("topic", "add", "Not a slug").code == shell.USAGE
    reader = Subscriber.objects.create(email="ana@example.org", email_norm="ana@example.org")
    TopicChoice.objects.create(subscriber=reader, topic=Topic.objects.get())
    assert json.loads(run("topic", "show", "--json").out) == [{"slug": "housing", "name": "Housing", "readers": 1}]
    assert json.loads(run("subscriber", "show", "ana@example.org", "--json").out)["topics"] == ["housing"]
    assert "did you mean 'housing'" in run("topic", "remove", "housin").err
    for segment in ("builders", "tenants"):
        assert run("segment", "add", segment, "--where", "language = en or not topic in (housing)").code == shell.OK
    ran = run("topic", "remove", "housing", "--yes")
    assert ran.code == shell.ERROR and "'housing' is asked for by the segments builders, tenants" in ran.err
    for segment in ("builders", "tenants"):
        assert run("segment", "remove", segment).code == shell.OK
    assert "1 reader chose" in run("topic", "remove", "housing").err
    assert run("topic", "remove", "housing", "--yes").code == shell.OK
    assert not Topic.objects.exists()
