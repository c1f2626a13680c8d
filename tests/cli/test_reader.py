"""``newsletter segment``, and one reader at the desk: add, set, export, erase."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from newsletter.cli import shell
from newsletter.models import Delivery, WebhookInbox
from subscribers import consent, feedback
from subscribers.address import normalise
from subscribers.models import (
    Feedback,
    MailingList,
    Segment,
    SignUp,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
    TopicChoice,
)
from tests.cli.conftest import Run
from tests.cli.test_sending import issue

__all__ = ["issue"]
pytestmark = pytest.mark.django_db
NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)


@pytest.fixture
def upr(site: Path) -> MailingList:
    return MailingList.objects.update_or_create(slug="upr", defaults={"name": "UPR", "double_opt_in": False})[0]


@pytest.fixture
def readers(upr: MailingList) -> MailingList:
    for name in ("Ann", "Bea", "Carl"):
        subscription = consent.subscribe(normalise(f"{name}@example.org"), upr, at=NOW, source="form")
        facts = {"name": name, "attributes": {"first_name": name}, "language": "es" if name == "Bea" else "en"}
        Subscriber.objects.filter(pk=subscription.subscriber_id).update(**facts)
    return upr


def test_conditions_are_tried_before_they_are_kept(readers: MailingList, run: Run) -> None:
    ran = run("segment", "try", "--where", "language = es or first_name = Ann", "--list", "upr")
    assert "2 of 3 readers on upr" in ran.out
    assert "Ann@example.org" in ran.out and "Carl" not in ran.out
    told = json.loads(run("segment", "try", "--where", "language = es", "--json").out)
    expected = {"where": "language = es", "list": None, "readers": 1, "of": 3, "sample": ["Bea@example.org"]}
    assert told == {**expected, "remarks": []}


def test_a_value_that_nobody_has_is_told_with_what_there_is(
    issue: Path, readers: MailingList, run: Run, settings: Any
) -> None:
    settings.SUBSCRIBER_ATTRIBUTES = {"country": "text", "city": "text"}
    for name, country in (("Ann", "CH"), ("Bea", "CH"), ("Carl", "Peru")):
        Subscriber.objects.filter(name=name).update(attributes={"country": country, "first_name": name})
    for where, said in (
        ("country = ch", "no reader has country = ch; did you mean 'CH'?"),
        ("not country in (CH, Perú)", "no reader has country = Perú; did you mean 'Peru'?"),
        ("country = XX", "no reader has country = XX; there is: CH, Peru"),
        ("city = Bern", "no reader has city = Bern; nobody has any"),
        ("language = ES", "no reader has language = ES; did you mean 'es'?"),
        ("domain = example.com", "no reader has domain = example.com; did you mean 'example.org'?"),
        ("first_name = Zoe", "no reader has first_name = Zoe"),
    ):
        assert f"note: {said}\n" in run("segment", "try", "--where", where).err
        assert json.loads(run("segment", "try", "--where", where, "--json").out)["remarks"] == [said]
    for where in ("country = CH", "country contains x", "domain = EXAMPLE.org", "list = upr"):
        assert run("segment", "try", "--where", where).err == ""
    assert "did you mean 'CH'?" in run("segment", "add", "swiss", "--where", "country = ch").err
    assert "did you mean 'CH'?" in run("issue", "send", issue, "--list", "upr", "--exclude", "swiss", "--dry-run").err


def test_a_segment_is_kept_shown_changed_and_removed(readers: MailingList, run: Run) -> None:
    assert "There is no segment yet" in run("segment", "show").err
    ran = run("segment", "add", "spanish", "--where", "language = es", "--name", "Spanish speakers")
    assert ran.code == shell.OK and "1 of 3 readers" in ran.out
    assert Segment.objects.get().name == "Spanish speakers"
    assert [line.split("  ") for line in run("segment", "show").out.splitlines()][1][0] == "spanish"
    assert "1 of 3 readers" in run("segment", "show", "spanish").out
    ran = run("segment", "add", "spanish", "--where", "language = en")
    assert ran.code == shell.ERROR and "--replace" in ran.err
    assert run("segment", "add", "spanish", "--where", "language = en", "--replace").code == shell.OK
    assert json.loads(run("segment", "show", "spanish", "--json").out)["readers"] == 2
    assert run("segment", "remove", "spanish").code == shell.OK
    assert not Segment.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["add", "x", "--where", "contry = CH"], "nothing is known of readers as 'contry'"),
        (["add", "x", "--where", "list = nowhere"], "there is no list 'nowhere'; there is: upr"),
        (["add", "x", "--where", "received = never"], "there is no issue 'never'"),
        (["add", "Not A Slug", "--where", "language = es"], "such as 'not-a-slug'"),
        (["try", "--where", "language = es", "--list", "uprr"], "did you mean 'upr'"),
        (["show", "nothing"], "there is no segment 'nothing'"),
        (["try", "--where", "name = a or name = b", "--where", "language = es"], "'or' stands in one of several"),
    ],
)
def test_segments_that_cannot_be(readers: MailingList, run: Run, typed: list[str], said: str) -> None:
    ran = run("segment", *typed)
    assert ran.code == shell.USAGE
    assert said in ran.err
    assert not Segment.objects.exists()


def test_who_received_an_issue(issue: Path, readers: MailingList, run: Run) -> None:
    run("subscriber", "unsubscribe", "carl@example.org", "--list", "upr")
    assert run("issue", "send", issue, "--list", "upr", "--confirm-count", 5).code == shell.OK
    slug = Delivery.objects.all()[0].mailing.revision.issue.slug
    assert json.loads(run("segment", "try", "--where", f"received = {slug}", "--json").out)["readers"] == 5
    assert json.loads(run("segment", "try", "--where", f"not received = {slug}", "--json").out)["sample"] == [
        "Carl@example.org"
    ]


def test_a_reader_is_added_with_evidence_and_changed(upr: MailingList, run: Run, settings: Any) -> None:
    settings.SUBSCRIBER_ATTRIBUTES = {"age": "number", "role": ("member", "ally")}
    options = ["--list", "upr", "--source", "sheet in Geneva", "--attribute", "role=ALLY", "--attribute", "age=1,000"]
    ran = run("subscriber", "add", "dee@example.org", *options, "--language", "pt-br")
    assert ran.code == shell.OK and "is on upr" in ran.err
    dee = Subscriber.objects.get()
    assert (dee.language, dee.attributes) == ("pt-BR", {"role": "ally", "age": 1000})
    assert dee.subscriptions.get().consents.get().source == "sheet in Geneva"
    assert run("subscriber", "set", "dee@example.org", "--attribute", "age=", "--name", "Dee E").code == shell.OK
    dee.refresh_from_db()
    assert (dee.name, dee.attributes) == ("Dee E", {"role": "ally"})
    ran = run("subscriber", "set", "dee@example.org", "--timezone", "Mars")
    assert ran.code == shell.USAGE and "not a time zone" in ran.err
    ran = run("subscriber", "set", "dee@example.org", "--attribute", "shoe=3")
    assert ran.code == shell.USAGE and "'shoe' is no attribute" in ran.err
    ran = run("subscriber", "set", "dee@example.org", "--attribute", "role=foe")
    assert ran.code == shell.USAGE and "role: 'foe' is none of member, ally" in ran.err
    run("subscriber", "suppress", "dee@example.org")
    ran = run("subscriber", "add", "dee@example.org", *options)
    assert ran.code == shell.ERROR and "suppressed" in ran.err


def test_a_reader_gets_all_that_is_known_of_them(issue: Path, readers: MailingList, run: Run, tmp_path: Path) -> None:
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 6)
    known = json.loads(run("subscriber", "export", "ann@example.org").out)
    assert known["email"] == "Ann@example.org"
    assert known["subscriptions"][0]["consent"][0]["where_from"] == "form"
    assert known["mails"][0]["state"] == "accepted"
    assert Subscription.objects.all()[0].token not in json.dumps(known)
    file = tmp_path / "ann.json"
    assert run("subscriber", "export", "ann@example.org", "-o", file).code == shell.OK
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == known
    assert run("subscriber", "export", "ann@example.org", "-o", file).code == shell.USAGE


def stored() -> str:
    """Every row of every table."""
    return json.dumps([list(model.objects.values()) for model in apps.get_models()], default=str).lower()


def test_an_erased_reader_leaves_a_keyed_hash(
    issue: Path, readers: MailingList, run: Run, site: Path, settings: Any
) -> None:
    settings.OPTOUT_LOG = site / "optouts.log"
    run("issue", "test", issue, "--to", "ann@example.org")
    run("issue", "send", issue, "--list", "upr", "--confirm-count", 6)
    ran = run("subscriber", "erase", "ann@example.org")
    assert ran.code == shell.USAGE and "--yes" in ran.err
    assert run("subscriber", "erase", "ann@example.org", "--yes").code == shell.OK
    assert Suppression.objects.get().reason == "erased"
    assert Delivery.objects.filter(address="", email_norm__startswith="erased-", state="accepted").count() == 1
    ran = run("subscriber", "show", "ann@example.org")
    assert "nothing is known of ann@example.org but that it is suppressed: erased" in ran.err
    assert "ann@example.org" not in stored() and "bea@example.org" in stored()
    assert " suppressed-address " in (log := settings.OPTOUT_LOG.read_text()) and "@" not in log


def test_what_waits_when_a_reader_is_erased_is_forgotten_too(readers: MailingList, run: Run) -> None:
    SignUp.objects.create(list=readers, email="ANN@example.org", source="form", at=NOW)
    SignUp.objects.create(list=readers, email="bea@example.org", source="form", at=NOW)
    post = b'[{"email": "ann@example.org", "event": "bounce"}, {"email": "bea@example.org"}]'
    letter = b"To: Ann <Ann@example.org>\n\nout of office"
    for source, body, done in (
        ("sendgrid", post, None),
        ("sendgrid", post, NOW),
        ("mailbox", letter, NOW),
        ("mailbox", letter, None),
        ("mailbox", letter.replace(b"Ann", b"Bea"), NOW),
    ):
        WebhookInbox.objects.create(provider=source, body=body, received_at=NOW, done_at=done)
    assert run("subscriber", "erase", "ann@example.org", "--yes").code == shell.OK
    assert [bytes(one.body) for one in WebhookInbox.objects.order_by("pk")] == [
        post.replace(b"ann@example.org", b"erased@invalid"),
        post.replace(b"ann@example.org", b"erased@invalid"),
        b"",
        letter.replace(b"Ann@example.org", b"erased@invalid"),
        letter.replace(b"Ann", b"Bea"),
    ]
    assert SignUp.objects.get().email == "bea@example.org"
    assert "ann@example.org" not in stored()


def test_all_that_is_known_of_a_reader_is_shown(readers: MailingList, run: Run, settings: Any) -> None:
    settings.SUBSCRIBER_ATTRIBUTES = {"press": "yes/no", "union": "yes/no"}
    ann = Subscriber.objects.get(name="Ann")
    ann.attributes = {"press": False, "union": True}
    ann.save()
    Subscription.objects.filter(subscriber=ann).update(paused_until=datetime(2999, 1, 2, tzinfo=UTC))
    TopicChoice.objects.create(subscriber=ann, topic=Topic.objects.create(slug="housing", name="Housing"))
    feedback.record("smtp", "1", kind=Feedback.Kind.SOFT, at=NOW, detail="full", norm=ann.email_norm, subscriber=ann.pk)
    lines = [" ".join(line.split()) for line in run("subscriber", "show", "ann@example.org").out.splitlines()]
    assert {"press no", "union yes", "topics housing", "upr paused no mail until 2999-01-02 00:00"} <= set(lines)
    assert any(line.endswith("soft smtp full") for line in lines)
    [back] = json.loads(run("subscriber", "show", "ann@example.org", "--json").out)["came_back"]
    assert (back["kind"], back["detail"]) == ("soft", "full")
