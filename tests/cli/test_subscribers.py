"""``newsletter list`` and ``newsletter subscriber``."""

import json
from pathlib import Path

import pytest

from newsletter.cli import shell
from subscribers.models import MailingList, Subscription, Suppression
from tests.cli.conftest import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def upr(site: Path) -> MailingList:
    return MailingList.objects.create(slug="upr-network", name="UPR Network")


@pytest.fixture
def readers(upr: MailingList, tmp_path: Path) -> Path:
    path = tmp_path / "readers.csv"
    path.write_text(
        "Email,First name,tz,Status,Shoe size\nAnna@example.org,Anna,Europe/Zurich,,3\nbroken,x,,,\n"
        "b@example.org,B,Mars,,\nc@example.org,C,,bounced,\nd@example.org,D,,unsubscribed,\nANNA@example.org,A,,,\n"
    )
    return path


def test_a_list_is_added_and_shown(site: Path, run: Run) -> None:
    ran = run("list", "show")
    assert "There is no mailing list yet" in ran.err
    ran = run("list", "add", "upr-network", "--name", "UPR Network", "--public", "--single-opt-in")
    assert ran.code == shell.OK
    assert "newsletter subscriber import FILE.csv --list upr-network" in ran.err
    made = MailingList.objects.get()
    assert (made.name, made.public, made.double_opt_in) == ("UPR Network", True, False)
    assert run("list", "add", "ohchr").code == shell.OK
    assert MailingList.objects.get(slug="ohchr").double_opt_in
    ran = run("list", "show")
    assert [line.split() for line in ran.out.splitlines()] == [
        ["list", "name", "readers", "may", "be", "mailed"],
        ["ohchr", "Ohchr", "0", "0"],
        ["upr-network", "UPR", "Network", "0", "0"],
    ]
    assert "anybody may subscribe, without confirmation" in run("list", "show", "upr-network").out


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["add", "upr-network"], shell.ERROR, "there is a list 'upr-network' already"),
        (["add", "UPR Network"], shell.USAGE, "such as 'upr-network'"),
        (["add", "x" * 81], shell.USAGE, "81 characters"),
        (["add", "x", "--name", "a\nb"], shell.USAGE, "line break"),
        (["show", "upr-netwrk"], shell.USAGE, "did you mean 'upr-network'?"),
    ],
)
def test_lists_that_cannot_be(upr: MailingList, run: Run, typed: list[str], code: int, said: str) -> None:
    ran = run("list", *typed)
    assert ran.code == code
    assert said in ran.err
    assert MailingList.objects.count() == 1


def test_an_import_and_its_report(readers: Path, run: Run) -> None:
    ran = run(
        "subscriber",
        "import",
        readers,
        "--list",
        "upr-network",
        "--basis",
        "opt-in",
        "--source",
        "Signed at the side event",
    )
    assert ran.code == shell.OK
    assert [line.split(maxsplit=1) for line in ran.out.splitlines()[1:]] == [
        ["4", "new on the list"],
        ["1", "of these as unsubscribed or not confirmed, as the file says"],
        ["1", "duplicate: the address stands in another row, too"],
        ["1", "refused"],
        ["1", "subscribed, but suppressed: they are not mailed"],
        ["1", "noted: taken, but for a value that is not understood"],
    ]
    assert "columns that are not used: Shoe size" in ran.err
    assert "line 3:       refused: the address has no @" in ran.err
    assert "line 4:       noted: the time zone" in ran.err
    errors = readers.with_name("readers.csv.errors.csv")
    assert str(errors) in ran.err
    assert len(errors.read_text().splitlines()) == 4
    assert "next:  newsletter list show upr-network" in ran.err

    ran = run("list", "show", "upr-network")
    shown = dict(line.split(maxsplit=1)[::-1] for line in ran.out.splitlines()[1:])
    assert shown == {"readers": "4", "may be mailed": "2", "suppressed: bounced": "1", "unsubscribed": "1"}
    assert json.loads(run("list", "show", "upr-network", "--json").out)["may_be_mailed"] == 2
    assert json.loads(run("list", "show", "--json").out)[0]["readers"] == 4

    ran = run("subscriber", "import", readers, "--list", "upr-network", "--basis", "opt-in")
    assert ran.code == shell.OK
    assert "nothing to do: readers.csv was imported into upr-network on" in ran.err


def test_an_import_as_json(readers: Path, run: Run) -> None:
    ran = run("subscriber", "import", readers, "--list", "upr-network", "--basis", "opt-in", "--dry-run", "--json")
    assert ran.code == shell.OK
    report = json.loads(ran.out)
    assert (report["dry_run"], report["taken"], report["refused"], report["errors"]) == (True, 4, 1, None)
    assert report["columns"]["First name"] == "first_name"
    assert report["problems"][0]["line"] == 3
    assert not Subscription.objects.exists()
    assert (
        "dry run" in run("subscriber", "import", readers, "--list", "upr-network", "--basis", "opt-in", "--dry-run").err
    )


def test_more_problems_than_are_shown(upr: MailingList, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "readers.csv"
    path.write_text("email\na@example.org\n" + "broken\n" * 25)
    ran = run("subscriber", "import", path, "--list", "upr-network", "--basis", "opt-in")
    assert ran.code == shell.OK
    assert ran.err.count("refused:") == 20
    assert "… and 5 more" in ran.err


def test_a_folder_that_cannot_be_written(readers: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: path != readers.parent)
    assert run("subscriber", "import", readers, "--list", "upr-network", "--basis", "opt-in").code == shell.OK
    assert Path("readers.csv.errors.csv").is_file()
    assert not readers.with_name("readers.csv.errors.csv").exists()


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, shell.USAGE, "there is no file"),
        ("", shell.ERROR, "readers.csv is empty"),
        ("name\nAnna\n", shell.ERROR, "readers.csv:1: no column holds addresses"),
        ("email\nbroken\n", shell.ERROR, "no row of readers.csv could be taken"),
    ],
)
def test_files_of_which_nothing_can_be_taken(
    upr: MailingList, run: Run, tmp_path: Path, content: str | None, code: int, said: str
) -> None:
    path = tmp_path / "readers.csv"
    if content is not None:
        path.write_text(content)
    ran = run("subscriber", "import", path, "--list", "upr-network", "--basis", "opt-in")
    assert ran.code == code
    assert said in ran.err
    assert "mend:" in ran.err or content is None


def test_one_reader(readers: Path, run: Run) -> None:
    run("subscriber", "import", readers, "--list", "upr-network", "--basis", "opt-in", "--source", "[side] event")
    ran = run("subscriber", "show", "ANNA@Example.org")
    assert ran.out.startswith("Anna@example.org\n  name        Anna\n  time zone   Europe/Zurich\n")
    assert ran.out.splitlines()[-1].split()[:2] == ["upr-network", "active"]
    assert "[side] event" in ran.out
    assert " when (UTC) " in ran.out

    ran = run("subscriber", "unsubscribe", "anna@example.org", "--list", "upr-network")
    assert ran.code == shell.OK
    found = json.loads(run("subscriber", "show", "anna@example.org", "--json").out)
    [subscription] = found["subscriptions"]
    assert subscription["state"] == "unsubscribed"
    assert [evidence["action"] for evidence in subscription["consent"]] == ["imported", "unsubscribed"]
    assert subscription["consent"][1]["source"] == f"at the desk, by {shell.actor()}"
    assert "bounced: never mailed" in run("subscriber", "show", "c@example.org").out


def test_suppress_and_lift(readers: Path, run: Run) -> None:
    run("subscriber", "import", readers, "--list", "upr-network", "--basis", "opt-in")
    assert "anna@example.org is never mailed\n" in run("subscriber", "suppress", "anna@example.org").err
    assert "never mailed, as before" in run("subscriber", "suppress", "Anna@EXAMPLE.org", "--reason", "bounced").err
    assert "is never mailed" in run("subscriber", "suppress", "@Example.org").err
    assert set(Suppression.objects.filter(actor=shell.actor()).values_list("kind", flat=True)) >= {"domain", "address"}
    assert "lift @example.org" in run("subscriber", "lift", "anna@example.org").err
    assert run("subscriber", "lift", "@example.org").code == shell.OK
    ran = run("subscriber", "lift", "anna@example.org")
    assert ran.code == shell.ERROR
    assert "is not suppressed" in ran.err


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["show", "nobody@example.org"], shell.ERROR, "there is no reader nobody@example.org"),
        (["show", "broken"], shell.USAGE, "'broken': the address has no @"),
        (["unsubscribe", "nobody@example.org", "--list", "upr-network"], shell.ERROR, "there is no reader"),
        (["unsubscribe", "nobody@example.org"], shell.USAGE, "--list"),
        (["unsubscribe", "nobody@example.org", "--list", "x"], shell.USAGE, "there is no list 'x'"),
        (["suppress", "@nodot"], shell.USAGE, "'@nodot' is no domain"),
        (["suppress", "a@example.org", "--reason", "erased"], shell.USAGE, "erased"),
        (["import", "x.csv", "--list", "nowhere"], shell.USAGE, "there is no list 'nowhere'"),
    ],
)
def test_readers_that_are_not_there(upr: MailingList, run: Run, typed: list[str], code: int, said: str) -> None:
    ran = run("subscriber", *typed)
    assert ran.code == code
    assert said in ran.err


def test_a_reader_of_whom_only_the_suppression_is_known(upr: MailingList, run: Run) -> None:
    run("subscriber", "suppress", "gone@example.org", "--reason", "complained")
    assert "but that it is suppressed: complained" in run("subscriber", "show", "gone@example.org").err


def test_a_reader_of_another_list(readers: Path, run: Run) -> None:
    run("subscriber", "import", readers, "--list", "upr-network", "--basis", "opt-in")
    MailingList.objects.create(slug="other", name="Other")
    ran = run("subscriber", "unsubscribe", "anna@example.org", "--list", "other")
    assert ran.code == shell.ERROR
    assert "is not on the list 'other'" in ran.err
