"""What the reader said stands, whatever a file says."""

import json
from pathlib import Path

import pytest

from subscribers import audience, consent, suppression
from subscribers.address import normalise
from subscribers.models import Consent, ImportRow, MailingList, Subscriber, Suppression
from tests.subscribers.importing.lists import LATER, NOW, add, everything, states, take

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


@pytest.mark.parametrize("status", ["", "subscribed", "pending", "bounced"])
def test_an_opt_out_stands(path: Path, upr: MailingList, status: str) -> None:
    consent.unsubscribe(add(upr).token, at=NOW, source="link")
    report = take(path, upr, f"email,status,name\nANNA@example.org,{status},Anna\n")
    assert report.counts.kept == 1
    assert report.problems == ()
    assert states() == {"anna": "unsubscribed"}
    assert Consent.objects.count() == 2
    assert ImportRow.objects.get().verdict == "kept"


def test_nobody_is_confirmed_by_a_file(path: Path, upr: MailingList) -> None:
    consent.subscribe(normalise("anna@example.org"), upr, at=NOW, source="form")
    assert take(path, upr, "email\nanna@example.org\n").counts.kept == 1
    assert states() == {"anna": "pending"}


def test_an_active_reader_stays_active(path: Path, upr: MailingList) -> None:
    add(upr)
    assert take(path, upr, "email,status\nanna@example.org,pending\n").counts.unchanged == 1
    assert states() == {"anna": "active"}


def test_an_opt_out_in_the_file_is_one(path: Path, upr: MailingList) -> None:
    add(upr)
    report = take(path, upr, "email,status\nanna@example.org,unsubscribed\nb@example.org,unsubscribed\n")
    assert (report.counts.opted_out, report.counts.taken, report.counts.taken_unsubscribed) == (1, 1, 1)
    assert states() == {"anna": "unsubscribed", "b": "unsubscribed"}
    last = Consent.objects.filter(action="unsubscribed").order_by("subscription__subscriber__email_norm")
    assert [row.source for row in last] == ["readers.csv"] * 2
    assert not list(audience.members("upr"))


def test_states_of_new_readers(path: Path, upr: MailingList) -> None:
    take(path, upr, "email,status\na@example.org,active\np@example.org,pending\nb@example.org,bounced\n")
    assert states() == {"a": "active", "p": "pending", "b": "active"}
    assert [recipient.email_norm for recipient in audience.members("upr")] == ["a@example.org"]


def test_what_a_file_suppresses_is_suppressed(path: Path, upr: MailingList) -> None:
    content = (
        "email,status\na@example.org,bounced\nb@example.org,complained\nc@example.org,suppressed\nd@example.org,\n"
    )
    report = take(path, upr, content)
    assert (report.counts.taken, report.counts.taken_unsubscribed, report.counts.suppressed) == (4, 2, 1)
    assert sorted(audience.excluded("upr").items()) == [("suppressed: bounced", 1), ("unsubscribed", 2)]
    norms = [f"{name}@example.org" for name in "abcd"]
    assert suppression.reasons(norms) == {norms[0]: "bounced", norms[1]: "complained", norms[2]: "manual"}
    assert audience.count("upr") == 1


def test_a_suppressed_address_stays_so(path: Path, upr: MailingList) -> None:
    suppression.suppress(normalise("a@example.org"), reason="complained", actor="x", at=NOW)
    suppression.suppress_host("example.net", reason="manual", actor="x", at=NOW)
    report = take(path, upr, "email,status\nA@example.org,subscribed\nb@example.net,\nc@example.org,\n")
    assert (report.counts.taken, report.counts.suppressed) == (3, 2)
    assert [recipient.email_norm for recipient in audience.members("upr")] == ["c@example.org"]
    assert Suppression.objects.get(kind="address").reason == "complained"


def test_a_lifted_suppression_comes_back_only_by_the_files_own_word(path: Path, upr: MailingList) -> None:
    anna = normalise("a@example.org")
    suppression.suppress(anna, reason="complained", actor="x", at=NOW)
    suppression.lift(anna, at=NOW)
    assert take(path, upr, "email\na@example.org\n").counts.suppressed == 0
    assert take(path, upr, "email,status\na@example.org,bounced\n", at=LATER).counts.suppressed == 1
    row = Suppression.objects.get()
    assert (row.reason, row.actor, row.at, row.lifted_at) == ("bounced", "desk", LATER, None)


def test_of_those_already_there_the_suppressed_are_those_who_would_be_mailed(path: Path, upr: MailingList) -> None:
    take(path, upr, "email,status\na@example.org,\nu@example.org,unsubscribed\np@example.org,pending\n")
    for name in "aup":
        suppression.suppress(normalise(f"{name}@example.org"), reason="bounced", actor="x", at=NOW)
    report = take(path, upr, "email,name\na@example.org,A\nu@example.org,U\np@example.org,P\n", at=LATER)
    assert report.counts.suppressed == sum(
        count for reason, count in audience.excluded("upr").items() if "suppressed" in reason
    )


def test_a_file_of_which_nothing_can_be_taken_is_no_import(path: Path, upr: MailingList) -> None:
    before = everything()
    for _ in range(2):
        report = take(path, upr, "email\nnobody\n@example.org\n")
        assert (report.before, report.counts.refused, len(report.problems)) == (None, 2, 2)
    assert everything() == before


def test_the_erased_leave_no_trace(path: Path, upr: MailingList) -> None:
    suppression.suppress(normalise("a@example.org"), reason="erased", actor="x", at=NOW)
    report = take(path, upr, "email,name\nA@example.org,Anna\nb@example.org,B\n")
    assert (report.counts.erased, report.counts.taken) == (1, 1)
    assert states() == {"b": "active"}
    assert "nna" not in json.dumps(everything(), default=str)


def test_one_address_in_many_rows_is_one_reader_and_the_strictest_wins(path: Path, upr: MailingList) -> None:
    content = (
        "email,status,name\nanna@bücher.example.org,,first\nb@example.org,,B\n"
        "ANNA@xn--bcher-kva.example.org,unsubscribed,last\nanna@BÜCHER.example.org,pending,x\nB@EXAMPLE.ORG,,C\n"
    )
    report = take(path, upr, content)
    assert (report.counts.rows, report.counts.taken, report.counts.duplicate) == (5, 2, 3)
    assert states() == {"anna": "unsubscribed", "b": "active"}
    assert Subscriber.objects.get(email_norm="b@example.org").name == "B"
    lines = {problem.line: problem.reason for problem in report.problems}
    assert lines == {
        2: "the same address as in line 5",
        5: "the same address as in line 4",
        6: "the same address as in line 3",
    }


@pytest.mark.parametrize("status", ["unsubscribed", "pending"])
def test_a_bounce_in_another_row_hides_no_state(path: Path, upr: MailingList, status: str) -> None:
    report = take(path, upr, f"email,status\na@example.org,{status}\nA@example.org,bounced\n")
    assert (report.counts.taken, report.counts.taken_unsubscribed, report.counts.duplicate) == (1, 1, 1)
    assert states() == {"a": status}
    assert suppression.is_suppressed(normalise("a@example.org"))
    suppression.lift(normalise("a@example.org"), at=LATER)
    assert audience.count("upr") == 0


@pytest.mark.parametrize("rows", [("", "bounced"), ("bounced", "active"), ("bounced", "complained")])
def test_a_suppression_in_one_of_several_rows_is_one(path: Path, upr: MailingList, rows: tuple[str, str]) -> None:
    take(path, upr, "email,status\n" + "".join(f"a@example.org,{status}\n" for status in rows))
    assert suppression.is_suppressed(normalise("a@example.org"))
    assert audience.count("upr") == 0


def test_an_opt_out_counts_whatever_else_is_wrong_with_its_row(path: Path, upr: MailingList) -> None:
    for name in ("anna", "zoe"):
        add(upr, name)
    long = "x" * 201
    report = take(
        path,
        upr,
        f"email,status,name\nanna@example.org,unsubscribed,{long}\nb@example.org,complained,{long}\n"
        f'zoe@example.org,no,"open\nc@example.org,,\n"\nd@example.org,,{long}\nb@example.org,,B\n',
    )
    assert states() == {"anna": "unsubscribed", "b": "unsubscribed", "c": "active", "zoe": "unsubscribed"}
    assert suppression.is_suppressed(normalise("b@example.org"))
    verdicts = {problem.line: (problem.verdict, problem.reason[:30]) for problem in report.problems}
    assert verdicts[2] == verdicts[3] == verdicts[4] == ("noted", "only the opt-out was taken: th")
    assert [verdicts[line][0] for line in (6, 7, 8)] == ["refused", "refused", "duplicate"]
    counts = report.counts
    assert (counts.rows, counts.opted_out, counts.taken, counts.noted, counts.refused) == (7, 2, 2, 3, 2)


def test_what_stands_already_is_not_written_again(path: Path, upr: MailingList) -> None:
    anna = normalise("anna@example.org")
    consent.unsubscribe(add(upr).token, at=NOW, source="link")
    suppression.suppress(anna, reason="complained", actor="x", at=NOW)
    Subscriber.objects.update(name="Anna")
    before = [list(model.objects.values()) for model in (Consent, Suppression, Subscriber)]
    for number, status in enumerate(("unsubscribed", "bounced", "suppressed")):
        report = take(path, upr, f"email,status,name\nanna@example.org,{status},{' ' * number}\n", at=LATER)
        assert report.counts.updated == 0
    assert [list(model.objects.values()) for model in (Consent, Suppression, Subscriber)] == before


def test_an_empty_name_is_no_change(path: Path, upr: MailingList) -> None:
    add(upr)
    Subscriber.objects.update(name="Anna")
    counts = take(path, upr, "email,name\nanna@example.org,\n").counts
    assert (counts.updated, counts.unchanged) == (0, 1)
