"""Translations at the desk by its answers: languages added and removed, forms with the original beside them, saves,
findings, revisions."""

import html
import re

import pytest
from django.test import Client

from newsletter.issue.model import Issue
from newsletter.issue.pieces import cut
from newsletter.items.registry import kinds
from newsletter.models import Audit
from newsletter.store.revisions import newest, open_issue
from newsletter.web.editor import forms
from newsletter.web.editor.sides import Translated
from tests.web.typed import JSON, posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

IN = "/issues/news/in/"


def sent(language: str, key: str, **changes: object) -> dict[str, object]:
    """What the form of a translation sends, with ``changes``."""
    revision, side = newest("news"), Translated(language)
    raw = forms.raw_of(side.fields(revision, key), side.values(revision, key))
    return {"base": revision.number, **raw, **changes}


def save(browser: Client, language: str, key: str, **changes: object) -> dict[str, object]:
    answer = browser.post(f"{IN}{language}/items/{key}/save/", sent(language, key, **changes), **JSON)
    assert answer.status_code == 200
    return answer.json()


def in_language(language: str) -> Issue:
    return open_issue("news").translations[language]


@pytest.fixture
def ana(put, signed_in) -> Client:
    put()
    browser = signed_in("editor")
    browser.post("/issues/news/languages/", {"language": "ar"})
    return browser


def test_a_language_is_added_chosen_removed_and_put_back(put, signed_in):
    put()
    browser = signed_in("editor")
    assert "Translate it …" in browser.get("/issues/news/").content.decode()
    answer = browser.post("/issues/news/languages/", {"tag": "pt-BR", "language": ""})
    assert answer["Location"] == f"{IN}pt-BR/"
    page = browser.get(answer["Location"]).content.decode()
    assert 'href="/issues/news/in/pt-BR/?item=~front" data-language="pt-BR" aria-current="true"' in page
    assert "Brazilian Portuguese" in page or "Portuguese (Brazil)" in page
    browser.post(f"{IN}pt-BR/items/tune-in/save/", sent("pt-BR", "tune-in", title="Assista"))
    asked = browser.get(f"{IN}pt-BR/remove/").content.decode()
    assert "0 of 5 parts are translated" in asked
    answer = browser.post(f"{IN}pt-BR/remove/")
    assert newest("news").translations == {}
    page = browser.get(answer["Location"]).content.decode()
    number = re.search(r'name="number" value="(\d+)"', page)[1]
    browser.post("/issues/news/languages/put-back/", {"language": "pt-BR", "number": number})
    assert in_language("pt-BR").items[1].title == "Assista"
    assert [one.action for one in Audit.objects.order_by("pk")] == [
        "added a language", "removed a language", "put a language back"
    ]  # fmt: skip


@pytest.mark.parametrize("typed", [{"language": "en"}, {"tag": "ge"}, {"tag": '"><script>'}, {}])
def test_a_language_that_cannot_be_says_why_beside_the_field(put, signed_in, typed):
    put()
    answer = signed_in("editor").post("/issues/news/languages/", typed)
    page = answer.content.decode()
    assert (answer.status_code, newest("news").number) == (422, 1)
    assert re.search(r'id="language-wrong" role="alert">\S', page)
    assert "<script>" not in page.replace("<script src", "")


def test_a_language_that_the_issue_does_not_have_is_nowhere(ana):
    for path in ("", "items/", "items/tune-in/", "remove/"):
        assert ana.get(f"{IN}xx/{path}").status_code == 404
    assert ana.post(f"{IN}xx/items/tune-in/done/").status_code == 404
    for sent_back in ({"language": "xx", "number": "1"}, {"language": "ar", "number": "99"}):
        assert ana.post("/issues/news/languages/put-back/", sent_back).status_code == 404


def test_every_kind_has_a_form_that_changes_nothing_by_itself(put, signed_in):
    text = '+++\ntitle = "N"\nsubject = "N"\n+++\n' + "".join(
        f"\n{kind.example}" for kind in kinds().values() if kind.kind != "image"
    )
    put(text=text)
    browser = signed_in("editor")
    browser.post("/issues/news/languages/", {"language": "de"})
    for piece in cut(newest("news").source).items:
        page = browser.get(f"{IN}de/items/{piece.id}/").content.decode()
        assert 'lang="de"' in page
        assert 'data-field="title"' in page
        assert 'data-field="starts"' not in page, "times are those of the issue"
        said = save(browser, "de", piece.id)
        assert (said["changed"], said["wrong"], said["conflicts"]) == (False, {}, {}), piece.kind
        changed = save(browser, "de", piece.id, title=f"Titel {piece.id}")
        assert (changed["changed"], changed["wrong"]) == (True, {}), piece.kind


def test_the_form_shows_the_original_beside_each_field_in_its_language(ana):
    save(ana, "ar", "tune-in", body="شاهدوا.")
    page = ana.get(f"{IN}ar/?item=tune-in").content.decode()
    assert re.search(r'<textarea class="body"[^>]* dir="rtl" lang="ar"[^>]*>\nشاهدوا\.</textarea>', page)
    assert re.search(r'lang="en" dir="ltr" data-text="Watch it\.">Watch it\.<', page)
    assert 'name="starts.day"' not in page
    assert "<dd>2020-11-09 14:30</dd>" in page
    assert 'src="/issues/news/preview/mail/?view=desktop&amp;language=ar&amp;number=' in page
    assert ana.get("/issues/news/?item=tune-in").content.decode().count('dir="ltr" lang="en"') >= 2


def test_what_is_written_in_a_translation_is_escaped(ana):
    save(ana, "ar", "tune-in", title="<img src=x onerror=alert(1)>")
    ana.post("/issues/news/items/more/save/", posted("more", title="<b>More</b>"), **JSON)
    for path in (f"{IN}ar/?item=tune-in", f"{IN}ar/items/", f"{IN}ar/?item=more", "/issues/news/revisions/3/"):
        page = ana.get(path).content.decode()
        assert "<img src=x" not in page
        assert "<b>More" not in page


def test_how_far_a_translation_is_stands_beside_it(ana):
    page = ana.get(f"{IN}ar/items/").content.decode()
    assert page.count(">to translate<") == 5
    assert 'class="grip"' not in page, "the order is that of the issue"
    save(ana, "ar", "tune-in", title="تابعوا", body="شاهدوا.")
    ana.post("/issues/news/items/tune-in/save/", posted("tune-in", body="Watch it with us."), **JSON)
    page = ana.get("/issues/news/items/").content.decode()
    assert "1 older than the original" in html.unescape(page)
    found = html.unescape(ana.get("/issues/news/checks/", HTTP_HX_REQUEST="true").content.decode())
    assert "'body' of 'tune-in' says something else in 'en' since it was translated into 'ar'." in found
    assert "'subject' is not translated into 'ar'." in found
    form = ana.get(f"{IN}ar/items/tune-in/").content.decode()
    assert "Watch it<ins> with us</ins>." in form
    said = ana.post(f"{IN}ar/items/tune-in/done/", **JSON).json()
    assert said["number"] == newest("news").number
    assert "older than" not in ana.get("/issues/news/items/").content.decode()


def test_two_people_and_one_translation(ana, signed_in):
    ben = signed_in("editor", name="Ben")
    first, second = sent("ar", "more", title="المزيد"), sent("ar", "more", title="اقرأ")
    original = posted("more", title="Read more")
    ana.post(f"{IN}ar/items/more/save/", first, **JSON)
    assert ben.post("/issues/news/items/more/save/", original, **JSON).json()["conflicts"] == {}
    conflict = ben.post(f"{IN}ar/items/more/save/", second, **JSON).json()["conflicts"]["title"]
    assert (conflict["who"], conflict["text"]) == ("Ana", "المزيد")
    assert 'value="المزيد" dir="rtl" lang="ar"' in conflict["theirs"]
    assert "Read more" in conflict["theirs"], "the original stands beside it"
    shaped = ben.post(f"{IN}ar/items/more/shape/", {**second, "base.title": conflict["base"]}).content.decode()
    assert 'value="اقرأ"' in shaped
    assert f'name="base.title" value="{conflict["base"]}"' in shaped


def test_what_is_gone_says_so(ana, signed_in):
    typed = sent("ar", "more", title="المزيد")
    ana.post("/issues/news/remove/", {"item": "more"})
    answer = signed_in("editor", name="Ben").post(f"{IN}ar/items/more/save/", typed, **JSON)
    assert (answer.status_code, answer.json()["who"]) == (409, "Ana")
    typed = sent("ar", "tune-in", title="تابعوا")
    ana.post(f"{IN}ar/remove/")
    answer = ana.post(f"{IN}ar/items/tune-in/save/", typed, **JSON)
    assert (answer.status_code, answer.json()) == (409, {"removed": "Arabic"})


def test_without_script_it_works_by_forms(ana):
    answer = ana.post(f"{IN}ar/items/tune-in/save/", sent("ar", "tune-in", title="تابعوا"))
    assert answer["Location"] == f"{IN}ar/?item=tune-in"
    assert in_language("ar").items[1].title == "تابعوا"
    answer = ana.post(f"{IN}ar/items/tune-in/save/", sent("ar", "tune-in", watch_url="nowhere", body="## No"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') >= 1
    assert ana.post(f"{IN}ar/items/tune-in/done/")["Location"] == f"{IN}ar/?item=tune-in"


def test_a_finding_of_a_translation_names_its_language_and_leads_there(ana):
    save(ana, "ar", "~front", title="أخبار", subject="Re: أخبار")
    page = ana.get("/issues/news/checks/", HTTP_HX_REQUEST="true").content.decode()
    assert re.search(rf'href="{IN}ar/\?item=~front#f-subject" data-jump="~front" data-jump-field="subject"', page)
    assert re.search(r'class="tongue"[^>]*>Arabic<', page)
    key = re.search(r'action="/issues/news/mend/".*?name="finding" value="(\w{8})"', page, re.S)[1]
    ana.post("/issues/news/mend/", {"finding": key}, **JSON)
    assert (in_language("ar").subject, open_issue("news").issue.subject) == ("أخبار", "Our news, {{first_name|friend}}")
    lacking = re.search(r'data-finding="(\w{8})">(?:(?!data-finding).)*data-of="translation"', page, re.S)[1]
    ana.post("/issues/news/accept/", {"finding": lacking, "reason": "A picture needs no words."}, **JSON)
    assert in_language("ar").overrides[0].finding == lacking
    after = ana.get("/issues/news/checks/", HTTP_HX_REQUEST="true").content.decode()
    assert f'class="finding warning accepted" data-finding="{lacking}"' in after
    ana.post("/issues/news/withdraw/", {"finding": lacking}, **JSON)
    assert in_language("ar").overrides == ()


def test_revisions_show_translations_and_bring_them_back(ana):
    save(ana, "ar", "tune-in", title="تابعوا", body="شاهدوا.")
    number = newest("news").number
    save(ana, "ar", "tune-in", body="شاهدوا معنا.")
    page = ana.get(f"/issues/news/revisions/{newest('news').number}/").content.decode()
    assert "Arabic" in page
    assert "<ins> معنا</ins>" in page
    first = ana.get("/issues/news/revisions/2/").content.decode()
    assert re.search(r'Arabic <span class="badge good">added', first)
    ana.post(f"/issues/news/revisions/{number}/restore/")
    assert in_language("ar").items[1].body == "شاهدوا."


def test_who_else_is_here_is_told_with_the_language(ana, signed_in):
    ben = signed_in("viewer", name="Ben")
    ana.post("/issues/news/live/", {"item": "tune-in@ar"})
    assert ben.post("/issues/news/live/", {}).json()["others"] == [{"name": "Ana", "at": "Tune in, in Arabic"}]


def test_who_only_reads_sees_the_translation(ana, signed_in):
    save(ana, "ar", "tune-in", title="تابعوا")
    page = signed_in("viewer", name="Vera").get(f"{IN}ar/?item=tune-in").content.decode()
    assert "تابعوا" in page
    assert 'id="form"' not in page
    assert "/languages/" not in page
