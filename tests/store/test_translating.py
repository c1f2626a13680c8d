"""Translations written at the desk: what follows the issue, what is older, two people, files that the command line
reads."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newsletter.models import Account, Revision
from newsletter.site import Site
from newsletter.store import editing, translating
from newsletter.store.draft import FRONT, INTRODUCTION, draft_of
from newsletter.store.edit_fields import part_in, values_of
from newsletter.store.edit_saves import Original, Outcome, save_form
from newsletter.store.editing import Gone, revision_of
from newsletter.store.export import export_revision
from newsletter.store.revisions import import_issue, newest, open_issue
from newsletter.store.translating import LanguageError, NoTranslation, Progress, Translation, add_language, finish
from tests.store.news import AT, ISSUE, SPANISH

pytestmark = pytest.mark.django_db


def write_in(
    site: Site, who: Account, language: str, key: str, base: int | None = None, minutes: int = 1, **given: object
) -> Outcome:
    start = revision_of("news", base or newest("news").number)
    form = Translation(site, language, key, start)
    at = AT + timedelta(minutes=minutes)
    base = form.values(draft_of(start))
    return save_form("news", form, given, base=base, number=start.number, account=who, at=at)


def write_original(site: Site, who: Account, key: str, base: int | None = None, **given: object) -> Outcome:
    number = base or newest("news").number
    before = values_of(part_in("news", key, number))
    return save_form("news", Original(site, key), given, base=before, number=number, account=who, at=AT)


def progress(language: str = "es") -> Progress:
    return next(one for one in translating.progress_of(newest("news")) if one.language == language)


def same_in_files(site: Site, folder: Path) -> bool:
    """Whether the command line takes the files of the newest revision, and finds nothing new in them."""
    export_revision(site, newest("news"), folder / "news.md")
    return not import_issue(site, folder / "news.md", author="x", at=AT).changed


def test_a_file_that_came_from_elsewhere_lacks_what_it_does_not_hold(news):
    assert progress().states == {
        FRONT: "done", INTRODUCTION: "done", "tune-in": "done", "report": "missing", "closing": "done"
    }  # fmt: skip
    assert (progress().done, progress().after("closing"), progress().after("report")) == (4, "report", "report")


def test_a_language_is_added_and_written_part_by_part(site, news, ana, tmp_path):
    add_language("news", "ar", account=ana, at=AT)
    assert set(progress("ar").states.values()) == {"missing"}
    assert same_in_files(site, tmp_path)
    write_in(site, ana, "ar", FRONT, title="أخبارنا")
    assert progress("ar").states[FRONT] == "unfinished"
    write_in(site, ana, "ar", FRONT, subject="أخبارنا")
    write_in(site, ana, "ar", INTRODUCTION, introduction="مرحبا.")
    write_in(site, ana, "ar", "report", links=({"label": "التقرير", "url": None, "file": None, "about": None},) * 2)
    assert progress("ar").states["report"] == "unfinished", "its title is that of the issue"
    write_in(site, ana, "ar", "report", title="تقرير")
    write_in(site, ana, "ar", "tune-in", title="شاهدوا", body="شاهدوا [النهاية](#closing).")
    arabic = open_issue("news").translations["ar"]
    assert [item.title for item in arabic.items] == ["شاهدوا", "تقرير", "Closing"]
    assert [link.url for link in arabic.items[1].links] == [
        link.url for link in open_issue("news").issue.items[1].links
    ]
    assert (arabic.timezone, arabic.items[0].starts) == ("Europe/Zurich", datetime(2020, 11, 9, 14, 30))
    assert progress("ar").states == {
        FRONT: "done", INTRODUCTION: "done", "tune-in": "done", "report": "done", "closing": "missing"
    }  # fmt: skip
    assert same_in_files(site, tmp_path / "again"), "also a link to an item that is not translated"


@pytest.mark.parametrize("language", ["en", "es", "english", "at", "", "../x", "ES"])
def test_a_language_that_cannot_be_added_says_why(news, ana, language):
    with pytest.raises(LanguageError):
        add_language("news", language, account=ana, at=AT)
    assert newest("news").number == 1


def test_what_is_blank_is_as_in_the_issue_and_goes_with_it(site, news, ana, tmp_path):
    add_language("news", "de", account=ana, at=AT)
    write_in(site, ana, "de", "tune-in", body="Schauen Sie zu.")
    write_original(site, ana, "tune-in", title="Watch", starts=datetime(2020, 11, 10, 9, 0), watch_url="https://a.org")
    german = open_issue("news").translations["de"].items[0]
    assert (german.title, german.body, german.starts.day) == ("Watch", "Schauen Sie zu.", 10)
    assert german.watch_url == "https://a.org"
    write_in(site, ana, "de", "tune-in", watch_url="https://de.a.org")
    write_original(site, ana, "tune-in", watch_url="https://b.org")
    assert open_issue("news").translations["de"].items[0].watch_url == "https://de.a.org", "its own address stays"
    assert open_issue("news").translations["es"].items[0].watch_url == "https://b.org"
    write_in(site, ana, "de", "tune-in", watch_url=None)
    assert open_issue("news").translations["de"].items[0].watch_url == "https://b.org"
    assert same_in_files(site, tmp_path)


def test_a_translation_is_older_until_it_is_written_again_or_said_to_be_right(site, news, ana):
    write_original(site, ana, "closing", body="See you soon.")
    assert (progress().states["closing"], progress().marks["closing"]) == ("older", {"body": 1})
    write_original(site, ana, "closing", body="Good bye.")
    assert progress().states["closing"] == "done", "it says again what was translated"
    write_original(site, ana, "closing", body="See you then.")
    write_original(site, ana, "closing", body="See you.", title="The end")
    assert progress().marks["closing"] == {"body": 3, "title": 4}
    write_in(site, ana, "es", "closing", body="Hasta luego.")
    assert progress().marks["closing"] == {"title": 4}
    before = newest("news")
    finish("news", "es", "closing", account=ana, at=AT)
    assert progress().states["closing"] == "done"
    assert newest("news").sha256 == before.sha256, "no text has changed, so no approval is void"
    write_original(site, ana, FRONT, subject="News!", zones=("UTC",))
    assert progress().marks[FRONT] == {"subject": newest("news").number - 1}
    editing.restore_revision("news", before.number, account=ana, at=AT)
    assert progress().marks["closing"] == {"title": 4}


def test_entries_keep_their_translation_where_the_issue_puts_them(site, news, ana, ben, tmp_path):
    blank = {"url": None, "file": None, "about": None}
    german = ({"label": "Bericht", **blank}, {"label": "Kurz", **blank})
    add_language("news", "de", account=ana, at=AT)
    write_in(site, ana, "de", "report", title="Bericht", links=german)
    number = newest("news").number
    first, second = values_of(part_in("news", "report", number))["links"]
    new = {"label": "New", "url": "https://www.example.org/new", "file": None, "about": None}
    write_original(site, ben, "report", links=(second, {**first, "url": "https://www.example.org/2"}, new))
    links = open_issue("news").translations["de"].items[1].links
    assert [(link.label, link.url) for link in links] == [
        ("Kurz", second["url"]), ("Bericht", "https://www.example.org/2"), ("New", new["url"])
    ]  # fmt: skip
    assert progress("de").states["report"] == "unfinished"
    outcome = write_in(site, ana, "de", "report", number, links=({**german[0], "label": "Der Bericht"}, german[1]))
    assert (outcome.conflicts, outcome.theirs) == ({}, ("links",)), "the form gets the entries there are now"
    labels = [link.label for link in open_issue("news").translations["de"].items[1].links]
    assert labels == ["Kurz", "Der Bericht", "New"]
    write_original(site, ben, "report", links=(new,))
    assert [link.label for link in open_issue("news").translations["de"].items[1].links] == ["New"]
    assert same_in_files(site, tmp_path)


def test_one_writes_the_issue_and_one_a_translation(site, news, ana, ben):
    write_original(site, ana, "closing", body="See you.")
    outcome = write_in(site, ben, "es", "closing", 1, body="Hasta la vista.")
    assert (outcome.conflicts, outcome.wrong, outcome.saved.changed) == ({}, {}, True)
    found = open_issue("news")
    assert (found.issue.items[2].body, found.translations["es"].items[2].body) == ("See you.", "Hasta la vista.")


def test_two_write_one_translation(site, news, ana, ben):
    write_in(site, ana, "es", "closing", body="Hasta luego.", minutes=3)
    outcome = write_in(site, ben, "es", "closing", 1, body="Hasta pronto.", title="Fin", minutes=4)
    conflict = outcome.conflicts["body"]
    assert (conflict.theirs, conflict.who, conflict.at) == ("Hasta luego.", "Ana", AT + timedelta(minutes=3))
    spanish = open_issue("news").translations["es"].items[2]
    assert (spanish.title, spanish.body) == ("Fin", "Hasta luego.")
    assert write_in(site, ben, "es", "closing", body="Hasta pronto.").conflicts == {}


def test_what_is_wrong_is_told_and_the_rest_is_saved(site, news, ana):
    add_language("news", "de", account=ana, at=AT)
    outcome = write_in(site, ana, "de", "tune-in", title="Zuschauen", body="## Nein", watch_url="nowhere")
    assert outcome.wrong.keys() == {("body",), ("watch_url",)}
    assert open_issue("news").translations["de"].items[0].title == "Zuschauen"


def test_nothing_in_its_own_words_is_no_translation(site, news, ana):
    before = newest("news").translations["es"]
    write_in(site, ana, "es", "report", title="Informe")
    assert progress().states["report"] == "unfinished"
    write_in(site, ana, "es", "report", title=None)
    assert (progress().states["report"], newest("news").translations["es"]) == ("missing", before)
    finish("news", "es", "report", account=ana, at=AT)
    assert progress().states["report"] == "done", "said to be right as it is"
    write_original(site, ana, "report", title="Reports")
    assert open_issue("news").translations["es"].items[1].title == "Reports"
    assert progress().states["report"] == "older"


def test_what_is_left_out_on_purpose_stays_left_out(site, news, ana):
    write_original(site, ana, FRONT, preheader="What was said.")
    assert open_issue("news").translations["es"].preheader == "What was said.", "it had none as the issue had none"
    revision = newest("news")
    Revision.objects.filter(pk=revision.pk).update(
        translations={"es": revision.translations["es"].replace('preheader = "What was said."\n', "")}
    )
    write_in(site, ana, "es", FRONT, title="Noticias nuevas", preheader=None)
    assert open_issue("news").translations["es"].preheader is None


def test_an_item_comes_back_with_its_translation_and_what_is_known_of_it(site, news, ana):
    write_original(site, ana, "closing", body="See you.")
    before = newest("news")
    editing.remove_item("news", "closing", account=ana, at=AT)
    assert newest("news").behind == {}
    editing.restore_item("news", "closing", before.number, account=ana, at=AT)
    after = newest("news")
    assert (after.translations, after.behind) == (before.translations, {"es": {"closing": {"body": 1}}})
    editing.duplicate_item("news", "closing", account=ana, at=AT)
    assert open_issue("news").translations["es"].items[3].body == "Adiós."
    assert progress().states["closing-2"] == "older"


def test_a_translation_is_removed_and_put_back_as_the_issue_is_now(site, news, ana, tmp_path):
    add_language("news", "de", account=ana, at=AT)
    write_in(site, ana, "de", "tune-in", title="Zuschauen", body="Jetzt.")
    write_in(site, ana, "de", "report", title="Bericht")
    number = newest("news").number
    translating.remove_language("news", "de", account=ana, at=AT)
    assert [*newest("news").translations] == ["es"]
    assert "de" not in newest("news").behind
    editing.remove_item("news", "report", account=ana, at=AT)
    write_original(site, ana, "tune-in", starts=datetime(2020, 11, 12, 9, 0), body="Watch it now.")
    translating.restore_language("news", "de", number, account=ana, at=AT)
    german = open_issue("news").translations["de"]
    assert [(item.id, item.title) for item in german.items] == [("tune-in", "Zuschauen"), ("closing", "Closing")]
    assert german.items[0].starts.day == 12
    assert progress("de").states["tune-in"] == "older"
    assert same_in_files(site, tmp_path)
    with pytest.raises(NoTranslation):
        translating.restore_language("news", "fr", number, account=ana, at=AT)


def test_what_is_gone_says_so(site, news, ana, ben):
    start = newest("news").number
    editing.remove_item("news", "closing", account=ana, at=AT)
    with pytest.raises(Gone) as caught:
        write_in(site, ben, "es", "closing", start, body="Adiós a todos.")
    assert caught.value.who == "Ana"
    translating.remove_language("news", "es", account=ana, at=AT)
    with pytest.raises(NoTranslation):
        write_in(site, ben, "es", "tune-in", start, title="Vea")


def test_the_issue_cannot_take_the_language_of_its_translation(site, news, ana):
    assert write_original(site, ana, FRONT, language="es").wrong.keys() == {("language",)}


def test_files_that_come_again_keep_what_is_known_of_them(site, news, ana, write):
    import_issue(site, write(text=ISSUE.replace("Good bye.", "See you.")), author="x", at=AT)
    assert progress().marks["closing"] == {"body": 1}
    write("news.es.md", SPANISH.replace("Adiós.", "Hasta luego."))
    import_issue(site, site.issues / "news.md", author="x", at=AT)
    assert progress().states["closing"] == "done"


def test_a_picture_that_becomes_decoration_takes_its_words_along_in_every_language(site, write, ana):
    text = ISSUE + '\n## Group\n\n```image\nsrc = "group.png"\nalt = "Twelve people"\n```\n'
    from PIL import Image

    Image.new("RGB", (8, 4)).save(site.issues / "group.png")
    write("news.es.md", SPANISH)
    import_issue(site, write(text=text), author="import", at=AT)
    write_in(site, ana, "es", "group", title="Grupo", alt="Doce personas")
    assert open_issue("news").translations["es"].items[3].alt == "Doce personas"
    write_original(site, ana, "group", alt=None, decorative=True)
    spanish = open_issue("news").translations["es"].items[3]
    assert (spanish.title, spanish.alt, spanish.decorative) == ("Grupo", None, True)
