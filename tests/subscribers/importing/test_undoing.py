"""Taking an import back."""

from datetime import timedelta
from pathlib import Path

import pytest

from subscribers import audience, consent, suppression
from subscribers.address import normalise
from subscribers.importing import undoing
from subscribers.importing.errors import FileError
from subscribers.importing.undoing import UndoError, Undone, undo
from subscribers.models import Consent, Import, MailingList, Subscriber, Subscription, Topic, TopicChoice
from tests.subscribers.importing.lists import LATER, NOW, add, states, take

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]

KINDS = {"city": "text", "age": "number", "member": "yes/no"}
END = LATER + timedelta(days=1)


def last() -> Import:
    return Import.objects.latest("pk")


def undone(**options: object) -> Undone:
    return undo(last(), actor="desk", at=LATER, **options)  # type: ignore[arg-type]


def test_who_came_goes_and_evidence_stays(path: Path, upr: MailingList) -> None:
    add(upr, "here")
    content = "email\nhere@example.org\na@example.org\nb@example.org\n"
    take(path, upr, content)
    before = [list(model.objects.order_by("pk").values()) for model in (Subscriber, Consent)]
    assert undone(dry_run=True) == Undone(removed=2, stayed=0, put_back=0, opted_out=0)
    assert [list(model.objects.order_by("pk").values()) for model in (Subscriber, Consent)] == before
    assert undone().removed == 2
    assert states() == {"a": "removed", "b": "removed", "here": "active"}
    assert audience.count("upr") == 1
    evidence = Consent.objects.filter(subscription__subscriber__email_norm="a@example.org").order_by("pk")
    assert [one.action for one in evidence] == ["imported", "removed"]
    assert evidence[1].source == f"import {last().pk} undone by desk"
    assert (last().undone_at, last().undone_by) == (LATER, "desk")
    with pytest.raises(UndoError, match="was undone on"):
        undone()


def test_the_file_may_come_again(path: Path, upr: MailingList) -> None:
    content = "email,status\na@example.org,\nb@example.org,pending\nc@example.org,\n"
    take(path, upr, content)
    token = Subscription.objects.get(subscriber__email_norm="a@example.org").token
    undone()
    report = take(path, upr, content, at=END)
    assert (report.before, report.counts.taken, report.counts.taken_unsubscribed) == (None, 3, 1)
    assert report.counts.rows == 3
    assert states() == {"a": "active", "b": "pending", "c": "active"}
    assert Subscription.objects.get(subscriber__email_norm="a@example.org").token == token
    assert take(path, upr, content, at=END + timedelta(days=1)).before == END


def test_another_file_with_the_same_readers_may_come_again_too(path: Path, upr: MailingList) -> None:
    take(path, upr, "email\na@example.org\n")
    first = last()
    take(path, upr, "email,x\na@example.org,\n", at=NOW + timedelta(hours=1))
    undo(first, actor="desk", at=LATER)
    assert take(path, upr, "email,x\na@example.org,\n", at=END).counts.taken == 1


def test_who_did_something_since_stays(path: Path, upr: MailingList) -> None:
    take(
        path,
        upr,
        "email,status\nleft@example.org,\nchose@example.org,\npaused@example.org,\nasked@example.org,pending\n",
    )
    by_name = {one.subscriber.email.partition("@")[0]: one for one in Subscription.objects.select_related("subscriber")}
    consent.unsubscribe(by_name["left"].token, at=LATER, source="link")
    TopicChoice.objects.create(subscriber=by_name["chose"].subscriber, topic=Topic.objects.create(slug="t", name="T"))
    Subscription.objects.filter(pk=by_name["paused"].pk).update(paused_until=LATER)
    add(upr, "asked")
    assert undone() == Undone(removed=0, stayed=4, put_back=0, opted_out=0)
    assert states() == {"asked": "active", "chose": "active", "left": "unsubscribed", "paused": "active"}


def test_opt_outs_and_suppressions_stay(path: Path, upr: MailingList) -> None:
    add(upr, "anna")
    take(path, upr, "email,status\nanna@example.org,unsubscribed\nb@example.org,bounced\nc@example.org,unsubscribed\n")
    assert undone() == Undone(removed=1, stayed=0, put_back=0, opted_out=2)
    assert states() == {"anna": "unsubscribed", "b": "removed", "c": "unsubscribed"}
    assert suppression.is_suppressed(normalise("b@example.org"))
    report = take(path, upr, "email\nanna@example.org\nc@example.org\nb@example.org\n", at=END)
    assert (report.counts.kept, report.counts.taken, report.counts.suppressed) == (2, 1, 1)


def test_a_link_of_who_was_taken_off_still_works(path: Path, upr: MailingList) -> None:
    take(path, upr, "email\na@example.org\n")
    undone()
    consent.unsubscribe(Subscription.objects.get().token, at=END, source="link")
    assert take(path, upr, "email\na@example.org\n", at=END).counts.kept == 1
    assert states() == {"a": "unsubscribed"}


def facts(name: str = "anna") -> tuple[object, ...]:
    one = Subscriber.objects.get(email_norm=f"{name}@example.org")
    return one.name, one.language, one.timezone, one.attributes


def test_values_go_back_to_what_they_were(path: Path, upr: MailingList) -> None:
    header = "email,name,language,tz,city,age,member\n"
    take(path, upr, header + "anna@example.org,Änna,en,,Genève,30,no\n", attributes=KINDS)
    known = facts()
    take(path, upr, header + "anna@example.org,Zoë,es,Europe/Zurich,Lima,31,yes\n", attributes=KINDS)
    assert facts() == ("Zoë", "es", "Europe/Zurich", {"city": "Lima", "age": 31, "member": True})
    assert undone() == Undone(removed=0, stayed=0, put_back=1, opted_out=0)
    assert facts() == known == ("Änna", "en", "", {"city": "Genève", "age": 30, "member": False})


def test_what_was_not_known_is_not_known_again(path: Path, upr: MailingList) -> None:
    add(upr)
    take(path, upr, "email,city,member\nanna@example.org,Lima,yes\n", attributes=KINDS)
    undone()
    assert facts() == ("", "", "", {})


def test_what_was_changed_since_stays(path: Path, upr: MailingList) -> None:
    take(path, upr, "email,name,language,city,age\nanna@example.org,Anna,en,Bern,1\n", attributes=KINDS)
    take(path, upr, "email,name,language,city,age\nanna@example.org,Zoe,es,Lima,2\n", attributes=KINDS)
    Subscriber.objects.update(name="By herself", attributes={"city": "Quito", "age": 2, "member": True})
    assert undone().put_back == 1
    assert facts() == ("By herself", "en", "", {"city": "Quito", "age": 1, "member": True})


def test_nothing_to_put_back_is_not_counted(path: Path, upr: MailingList) -> None:
    take(path, upr, "email,name\nanna@example.org,Anna\n")
    take(path, upr, "email,name\nanna@example.org,Zoe\n")
    Subscriber.objects.update(name="By herself")
    assert undone().put_back == 0


def test_imports_are_undone_in_any_order(path: Path, upr: MailingList) -> None:
    for name in ("A", "B", "C"):
        take(path, upr, f"email,name\nanna@example.org,{name}\n")
    first, second, third = Import.objects.order_by("pk")
    undo(second, actor="desk", at=LATER)
    assert facts()[0] == "C", "changed since"
    undo(third, actor="desk", at=LATER)
    assert facts()[0] == "B"
    undo(first, actor="desk", at=LATER)
    assert states() == {"anna": "removed"}


def test_other_lists_are_left_alone(path: Path, upr: MailingList) -> None:
    other = MailingList.objects.create(slug="other", name="Other")
    take(path, other, "email\na@example.org\n")
    take(path, upr, "email\na@example.org\n")
    undone()
    assert audience.count("other") == 1
    assert audience.count("upr") == 0


@pytest.mark.parametrize("steps", range(5))
def test_an_undo_that_breaks_off_is_taken_up_again(
    path: Path, upr: MailingList, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(undoing, "CHUNK", 2)
    take(path, upr, "email,name\nanna@example.org,A\nben@example.org,B\ncyd@example.org,C\n")
    content = "email,name\nanna@example.org,X\nben@example.org,Y\ncyd@example.org,Z\n"
    content += "".join(f"r{number}@example.org,\n" for number in range(5))
    take(path, upr, content)
    breaks = iter([None] * steps)
    with monkeypatch.context() as patch, pytest.raises(StopIteration):
        patch.setattr("subscribers.importing.undoing.time.sleep", lambda _: next(breaks))
        undone()
    assert last().undone_at is None
    assert undone(dry_run=True).removed == 5 - min(max(2 * (steps - 1), 0), 5)
    with pytest.raises(FileError, match=f"import {last().pk} into upr is being undone"):
        take(path, upr, content)
    again = undo(last(), actor="somebody else", at=END)
    assert again == Undone(removed=5, stayed=0, put_back=3, opted_out=0)
    assert list(states().values()).count("removed") == 5
    assert sorted(Subscriber.objects.exclude(name="").values_list("name", flat=True)) == ["A", "B", "C"]
    assert Consent.objects.filter(action="removed", source__endswith="undone by desk").count() == 5
    assert (last().undone_at, last().undone_by) == (END, "desk")


def test_who_acts_while_it_is_undone_stays(path: Path, upr: MailingList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "CHUNK", 1)
    take(path, upr, "email\na@example.org\nb@example.org\n")
    b = Subscription.objects.get(subscriber__email_norm="b@example.org")

    def leave(_: float) -> None:
        consent.unsubscribe(b.token, at=LATER, source="x")

    monkeypatch.setattr("subscribers.importing.undoing.time.sleep", leave)
    assert undone() == Undone(removed=1, stayed=1, put_back=0, opted_out=0)
    assert states() == {"a": "removed", "b": "unsubscribed"}


def test_what_an_erased_reader_was_called_is_kept_nowhere(path: Path, upr: MailingList) -> None:
    take(path, upr, "email,name\nanna@example.org,A\n")
    take(path, upr, "email,name\nanna@example.org,Secret\n")
    Subscriber.objects.get().delete()
    assert not last().rows.exists()
