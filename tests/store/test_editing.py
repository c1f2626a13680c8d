"""A saved issue changed: two people at once, sequences of events, files, what is taken out and comes back."""

from datetime import date, datetime, timedelta

import pytest

from newsletter.issue.pieces import cut
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text
from newsletter.models import Account, Asset, Revision, UpdateItem
from newsletter.site import Site
from newsletter.store import editing
from newsletter.store.draft import FRONT, INTRODUCTION
from newsletter.store.edit_fields import made_item, part_in, values_of
from newsletter.store.edit_saves import Original, Outcome, save_form
from newsletter.store.editing import Gone
from newsletter.store.export import export_revision
from newsletter.store.revisions import import_issue, newest, open_issue
from tests.store.news import AT, FILE, NAMELESS

pytestmark = pytest.mark.django_db


def save(site: Site, who: Account, key: str, base: int = 1, minutes: int = 1, **given: object) -> Outcome:
    before = values_of(part_in("news", key, base))
    at = AT + timedelta(minutes=minutes)
    return save_form("news", Original(site, key), given, base=before, number=base, account=who, at=at)


def texts() -> dict[str, str]:
    return {item.id: item.body for item in open_issue("news").issue.items}


def test_a_save_is_a_revision_with_its_account(site, news, ana):
    outcome = save(site, ana, "closing", body="See you.")
    revision = newest("news")
    assert (outcome.saved.changed, outcome.wrong, outcome.conflicts) == (True, {}, {})
    assert (revision.number, revision.account, revision.author) == (2, ana, "Ana")
    assert texts()["closing"] == "See you."
    assert news.source == Revision.objects.get(number=1).source


def test_what_is_saved_is_what_the_whole_issue_would_be_written_as(site, news, ana, tmp_path):
    save(site, ana, "closing", body="See you.")
    save(site, ana, FRONT, 2, title="Our other news", zones=("America/New_York",))
    save(site, ana, INTRODUCTION, 3, introduction="Hello **again**.")
    before = newest("news")
    export_revision(site, before, tmp_path / "news.md")
    assert not import_issue(site, tmp_path / "news.md", author="x", at=AT).changed
    assert before.issue.title == "Our other news"


def test_nothing_changed_is_no_revision(site, news, ana):
    assert not save(site, ana, "closing", body="Good bye.", title="Closing").saved.changed
    assert newest("news").number == 1


def test_changes_of_different_items_and_fields_merge(site, news, ana, ben):
    save(site, ana, "closing", body="See you.")
    outcome = save(site, ben, "closing", 1, title="The end", body="Good bye.")
    assert outcome.theirs == ("body",)
    save(site, ben, "tune-in", 1, body="Watch it with us.")
    found = open_issue("news").issue
    assert (found.items[2].title, found.items[2].body) == ("The end", "See you.")
    assert found.items[0].body == "Watch it with us."


def test_one_field_changed_by_two_is_a_conflict_and_both_are_kept(site, news, ana, ben):
    save(site, ana, "closing", body="See you.", minutes=3)
    outcome = save(site, ben, "closing", 1, body="Farewell.", title="The end", minutes=5)
    conflict = outcome.conflicts["body"]
    assert (conflict.theirs, conflict.who, conflict.at) == ("See you.", "Ana", AT + timedelta(minutes=3))
    assert texts()["closing"] == "See you."
    assert open_issue("news").issue.items[2].title == "The end", "what is no conflict is saved"
    again = save(site, ben, "closing", 1, body="Farewell.", title="The end", minutes=6)
    assert again.conflicts.keys() == {"body"}, "it stays one until it is settled"
    settled = save(site, ben, "closing", newest("news").number, body="Farewell.", minutes=7)
    assert settled.conflicts == {}
    assert texts()["closing"] == "Farewell."


def test_the_conflict_names_who_changed_the_field_and_not_who_saved_last(site, news, ana, ben):
    cleo = Account.objects.make("cleo@example.org", name="Cleo", roles=["editor"])
    save(site, ana, "closing", body="See you.", minutes=3)
    save(site, cleo, "closing", 2, title="The end", minutes=4)
    assert save(site, ben, "closing", 1, body="Farewell.", minutes=5).conflicts["body"].who == "Ana"


def test_what_one_saved_oneself_gives_way_to_what_one_typed_later(site, news, ana):
    save(site, ana, "closing", body="See")
    outcome = save(site, ana, "closing", 1, body="See you.")
    assert outcome.conflicts == {}
    assert texts()["closing"] == "See you."


def test_entries_that_different_people_changed_merge(site, news, ana, ben):
    links = values_of(part_in("news", "report", 1))["links"]
    one = ({**links[0], "label": "The whole report"}, links[1])
    other = (links[0], {**links[1], "label": "The short one"})
    save(site, ana, "report", links=one)
    assert save(site, ben, "report", 1, links=other).conflicts == {}
    assert [link.label for link in open_issue("news").issue.items[1].links] == ["The whole report", "The short one"]


def test_a_wrong_field_stays_as_it_was_and_the_others_are_saved(site, news, ana):
    outcome = save(site, ana, "tune-in", starts="soon", body="Watch it now.")
    assert outcome.wrong.keys() == {("starts",)}
    item = open_issue("news").issue.items[0]
    assert (item.body, item.starts) == ("Watch it now.", datetime(2020, 11, 9, 14, 30))


@pytest.mark.parametrize(
    ("key", "given", "path"),
    [
        ("closing", {"title": ""}, ("title",)),
        ("closing", {"body": "## A heading"}, ("body",)),
        ("closing", {"body": "```\ncode"}, ("body",)),
        ("closing", {"body": "[here](javascript:alert(1))"}, ("body",)),
        ("closing", {"body": "{{nickname|you}}"}, ("body",)),
        ("closing", {"body": "<script>"}, ("body",)),
        ("tune-in", {"ends": datetime(2020, 11, 9, 13, 0)}, ("ends",)),
        ("tune-in", {"zone": "Mars/Base"}, ("zone",)),
        ("report", {"links": ()}, ("links",)),
        ("report", {"links": (NAMELESS,)}, ("links", 0, "label")),
        ("report", {"links": (FILE,)}, ("links", 0, "file")),
        (FRONT, {"subject": "a\nb"}, ("subject",)),
        (FRONT, {"zones": ("UTC", "EST")}, ("zones", 1)),
        (INTRODUCTION, {"introduction": "# Title"}, ("introduction",)),
    ],
)
def test_what_is_wrong_is_told_of_its_field_and_not_saved(site, news, ana, key, given, path):
    outcome = save(site, ana, key, **given)
    assert list(outcome.wrong) == [path]
    assert all(outcome.wrong.values())
    assert not outcome.saved.changed


def test_what_was_wrong_before_keeps_nobody_from_writing(site, news, ana):
    save(site, ana, "tune-in", body="See [the end](#closing).")
    editing.remove_item("news", "closing", account=ana, at=AT)
    outcome = save(site, ana, "tune-in", newest("news").number, title="Watch")
    assert (outcome.wrong, outcome.saved.changed) == ({}, True)


def test_an_item_that_was_taken_out_says_by_whom(site, news, ana, ben):
    save(site, ana, "report", title="Reports")
    editing.remove_item("news", "closing", account=ana, at=AT + timedelta(minutes=2))
    save(site, ana, "report", 3, title="The reports")
    with pytest.raises(Gone) as caught:
        save(site, ben, "closing", 1, body="Farewell.")
    assert (caught.value.who, caught.value.at, caught.value.number) == ("Ana", AT + timedelta(minutes=2), 3)


def test_taking_out_and_putting_back_is_the_same_issue_in_every_language(site, news, ana):
    for item in ("tune-in", "report", "closing"):
        before = newest("news")
        editing.remove_item("news", item, account=ana, at=AT)
        assert item not in newest("news").source + str(newest("news").translations)
        editing.restore_item("news", item, before.number, account=ana, at=AT)
        after = newest("news")
        assert (after.source, after.translations, after.sha256) == (before.source, before.translations, before.sha256)


def test_an_item_comes_back_behind_what_it_stood_behind(site, news, ana):
    editing.remove_item("news", "report", account=ana, at=AT)
    editing.move_item("news", "tune-in", 1, account=ana, at=AT)
    editing.restore_item("news", "report", 1, account=ana, at=AT)
    assert cut(newest("news").source).ids == ("closing", "tune-in", "report")


def test_moving_counts_without_the_item(site, news, ana):
    for item, index, expected in (
        ("tune-in", 1, ("report", "tune-in", "closing")),
        ("tune-in", 2, ("report", "closing", "tune-in")),
        ("closing", 0, ("closing", "report", "tune-in")),
    ):
        editing.move_item("news", item, index, account=ana, at=AT)
        assert cut(newest("news").source).ids == expected
    with pytest.raises(Gone):
        editing.move_item("news", "nothing", 0, account=ana, at=AT)


def test_a_copy_has_an_id_of_its_own(site, news, ana):
    _, first = editing.duplicate_item("news", "tune-in", account=ana, at=AT)
    _, second = editing.duplicate_item("news", "tune-in", account=ana, at=AT)
    assert (first, second) == ("tune-in-2", "tune-in-3")
    assert cut(newest("news").source).ids == ("tune-in", "tune-in-3", "tune-in-2", "report", "closing")
    assert len({item.title for item in open_issue("news").issue.items[:3]}) == 1


def test_the_sequence_of_an_event_is_raised_by_what_its_calendar_says(site, news, ana):
    assert news.sequences == {"tune-in": 0}
    save(site, ana, "closing", body="See you.")
    assert newest("news").sequences == {"tune-in": 0}
    save(site, ana, "tune-in", 2, starts=datetime(2020, 11, 9, 15, 0))
    assert newest("news").sequences == {"tune-in": 1}
    save(site, ana, FRONT, 3, timezone="UTC")
    assert newest("news").sequences == {"tune-in": 2}
    editing.insert_item("news", Event(id="more", title="More", starts=date(2020, 11, 17)), account=ana, at=AT)
    assert newest("news").sequences == {"tune-in": 2, "more": 0}
    editing.restore_revision("news", 1, account=ana, at=AT)
    assert newest("news").sequences == {"tune-in": 3, "more": 0}


def test_a_revision_restored_is_a_new_one(site, news, ana):
    save(site, ana, "closing", body="See you.")
    editing.restore_revision("news", 1, account=ana, at=AT)
    again = newest("news")
    assert (again.number, again.source, again.translations, again.account) == (3, news.source, news.translations, ana)


def test_an_item_of_the_pool_comes_with_its_files_and_is_used(site, news, ana):
    files = [
        Asset.objects.create(public_id=f"{name:a<22}", sha256=name, mime="application/pdf", size=1, filename="a.pdf")
        for name in ("one", "two")
    ]
    rows = [
        UpdateItem.objects.create(
            kind="resources",
            title="Closing",
            source='## Closing\n\n```resources\n[[links]]\nlabel = "A"\nfile = "a.pdf"\n```\n',
            assets={"a.pdf": one.public_id},
        )
        for one in files
    ]
    _, ids = editing.take_items("news", rows, after="tune-in", account=ana, at=AT)
    revision = newest("news")
    assert ids == ("closing-2", "closing-3")
    assert cut(revision.source).ids == ("tune-in", "closing-2", "closing-3", "report", "closing")
    assert revision.assets == {"a.pdf": files[0].public_id, "a-2.pdf": files[1].public_id}
    assert {row.state for row in UpdateItem.objects.all()} == {UpdateItem.State.USED}
    editing.remove_item("news", "closing-2", account=ana, at=AT)
    assert newest("news").assets == {"a-2.pdf": files[1].public_id}, "files that nothing refers to are not kept"


def test_a_file_must_have_been_put_in(site, news, ana):
    base = values_of(part_in("news", "report", 1))

    def put(**uploaded: str) -> Outcome:
        files = dict.fromkeys(["files/a.pdf"], uploaded["key"]) if uploaded else {}
        return save_form(
            "news",
            Original(site, "report"),
            {"links": (FILE,)},
            base=base,
            number=1,
            uploaded=files,
            account=ana,
            at=AT,
        )

    assert [*put().wrong] == [*put(key="nobody-knows-this-file").wrong] == [("links", 0, "file")]
    asset = Asset.objects.create(sha256="x", mime="application/pdf", size=1, filename="a.pdf")
    assert put(key=asset.public_id).wrong == {}
    assert newest("news").assets == {"files/a.pdf": asset.public_id}


def test_a_new_item_is_made_or_told_what_it_lacks(site, news):
    assert made_item(site, "news", Event, {"title": "Watch"}, {})[1].keys() == {("starts",)}
    item, wrong = made_item(site, "news", Text, {"title": "Watch", "body": "[a](htp://b)"}, {})
    assert (item, [*wrong]) == (None, [("body",)])
    item, wrong = made_item(site, "news", Text, {"title": "Watch this", "body": ""}, {})
    assert (item.id, wrong) == ("watch-this", {})


def test_a_translation_goes_along_with_what_it_shares(site, news, ana):
    save(site, ana, FRONT, timezone="UTC", list="news", title="Title")
    spanish = open_issue("news").translations["es"]
    assert (spanish.timezone, spanish.list, spanish.title) == ("UTC", "news", "Noticias")
