"""Lists of whom never to mail, in and out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from subscribers import suppressing, suppression
from subscribers.address import normalise
from subscribers.importing.errors import FileError
from subscribers.models import Suppression

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)
FILES = {
    "plain": (
        "ana@example.org\nBob@Example.org\n@example.net\n",
        {"ana@example.org": "manual", "x@example.net": "manual, whole host"},
    ),
    "mailchimp cleaned": (
        "Email Address,First Name,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE\nana@example.org,Ana,2020-01-01,News\n",
        {"ana@example.org": "bounced"},
    ),
    "mailchimp left": (
        "Email Address,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON\nana@example.org,2020-01-01,News,NORMAL\n",
        {"ana@example.org": "unsubscribed"},
    ),
    "sendgrid bounces": (
        'status,reason,email,created\n5.1.1,"550 5.1.1 no such user",ana@example.org,1600000000\n',
        {"ana@example.org": "bounced"},
    ),
    "sendgrid invalid": (
        "reason,email,created\nKnown bad domain,ana@example.org,1600000000\n",
        {"ana@example.org": "bounced"},
    ),
    "own words": (
        "email;reason\nana@example.org;spam report\nbob@example.org;Hard Bounce\n*@example.net;manual\n",
        {"ana@example.org": "complained", "bob@example.org": "bounced", "x@example.net": "manual, whole host"},
    ),
    "utf-16": ("email\treason\nana@example.org\tcomplaint\n", {"ana@example.org": "complained"}),
    "domains": ("domain\nexample.org\n", {"ana@example.org": "manual, whole host"}),
}


def file(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def load(path: Path, reason: str | None = None) -> suppressing.Read:
    found = suppressing.read(path, reason=reason)
    suppressing.take(list(found.entries.values()), actor="desk", at=NOW)
    return found


@pytest.mark.parametrize("name", FILES)
def test_what_other_systems_write(name: str, tmp_path: Path) -> None:
    text, why = FILES[name]
    found = load(file(tmp_path, text, encoding="utf-16" if name == "utf-16" else "utf-8"))
    assert suppression.reasons(list(why)) == why
    assert found.refused == []


def test_a_reason_that_is_given_is_for_all(tmp_path: Path) -> None:
    load(file(tmp_path, "email,created\nana@example.org,1600000000\n"), "complained")
    assert suppression.reasons(["ana@example.org"]) == {"ana@example.org": "complained"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("email,created\nana@example.org,1600000000\n", "--reason complained, or --reason unsubscribed"),
        ("name,city\nAna,Geneva\n", "no column"),
        ("kind,value_hash,reason,at\nkey," + "0" * 64 + ",,\n", "another erasure_key"),
    ],
)
def test_nothing_is_taken_of_what_cannot_be_understood(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=says):
        load(file(tmp_path, text))


def test_what_is_wrong_is_told_by_line_and_the_rest_is_taken(tmp_path: Path) -> None:
    text = "email,reason\nana@example.org,spam\nno address,spam\nbob@example.org,a cold\neve@example.org,unsub\n"
    text += "zoe@example.org,\n"
    found = load(file(tmp_path, text))
    assert [one.line for one in found.refused] == [3, 4]
    assert "'a cold' is no reason" in found.refused[1].reason
    assert suppression.reasons([f"{name}@example.org" for name in ("ana", "bob", "eve", "zoe")]) == {
        "ana@example.org": "complained",
        "eve@example.org": "unsubscribed",
        "zoe@example.org": "manual",
    }


def test_a_bounce_that_was_not_for_good_does_not_suppress(tmp_path: Path) -> None:
    found = load(file(tmp_path, "status,reason,email,created\n4.2.2,mailbox full,ana@example.org,1600000000\n"))
    assert "not for good" in found.refused[0].reason and not Suppression.objects.exists()


def test_nothing_is_lifted_and_the_older_reason_stays(tmp_path: Path) -> None:
    ana, bob = normalise("ana@example.org"), normalise("bob@example.org")
    suppression.suppress(ana, reason="erased", actor="desk", at=NOW)
    suppression.suppress(bob, reason="bounced", actor="desk", at=NOW)
    suppression.lift(bob, at=NOW)
    path = file(tmp_path, "email,reason\nana@example.org,spam\nbob@example.org,spam\n")
    entries = list(suppressing.read(path).entries.values())
    assert suppressing.take(entries, actor="desk", at=NOW, dry_run=True) == 1
    assert suppression.reasons([bob.norm]) == {}
    assert suppressing.take(entries, actor="desk", at=NOW) == 1
    assert suppression.reasons([ana.norm, bob.norm]) == {ana.norm: "erased", bob.norm: "complained"}


def test_each_is_in_the_log_of_opt_outs_before_it_counts(tmp_path: Path, settings: Settings) -> None:
    settings.OPTOUT_LOG = tmp_path / "optouts.log"
    load(file(tmp_path, "ana@example.org\n@example.net\n"))
    deeds = [line.split()[1] for line in settings.OPTOUT_LOG.read_text().splitlines()[1:]]
    assert deeds == ["suppressed-address", "suppressed-domain"]


def test_out_and_in_again_elsewhere_with_the_same_key(tmp_path: Path, settings: Settings) -> None:
    load(file(tmp_path, "email,reason\nana@example.org,spam\n@example.net,manual\nbob@example.org,unsub\n"))
    suppression.lift(normalise("bob@example.org"), at=NOW)
    out = tmp_path / "out.csv"
    assert suppressing.write(out) == 2
    assert "ana" not in out.read_text() and out.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        suppressing.write(out)
    Suppression.objects.all().delete()
    assert load(out).refused == []
    asked = ["ana@example.org", "x@example.net", "bob@example.org"]
    assert suppression.reasons(asked) == {"ana@example.org": "complained", "x@example.net": "manual, whole host"}
    settings.ERASURE_KEY = "another"
    with pytest.raises(FileError, match="another erasure_key"):
        suppressing.read(out)
