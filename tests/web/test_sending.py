"""The page Send: what is shown, who may start, and that it starts once and only as it was shown."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.models import Approval, Audit, Delivery, Mailing
from newsletter.reports.watching import _seen
from subscribers import suppression
from subscribers.address import normalise
from subscribers.models import Segment, Subscription
from tests.web.sending_world import LETTER, XSS, approve, person, readers, send_all, send_form, token_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture(autouse=True)
def _nothing_seen():
    _seen.clear()


@pytest.fixture
def revision(put):
    readers(3)
    return put("news.md", LETTER)


@pytest.fixture
def sender(signed_in, site, revision):
    """The browser of a sender, of an issue that is approved."""
    approve(site, revision)
    return signed_in("sender", name="Sam")


def test_it_shows_what_goes_out_and_to_whom(sender):
    html = sender.get("/issues/news/send/").content.decode()
    for words in (
        "What was said in Geneva",
        "Example Network &lt;news@example.org&gt;",
        "3 readers of the list",
        "UPR &lt;Network&gt;",
        'approved</span> by <span dir="auto">Ann',
        "This is the first mailing to this list",
        "outbox, a folder of this site",
        "Send to 3 readers",
        "neither stops nor is it repeated",
    ):
        assert words in html, words


def test_it_starts_with_the_typed_number(sender):
    answer = sender.post("/issues/news/send/start/", send_form(sender, count=" 3 "))
    [mailing] = Mailing.objects.all()
    assert (answer.status_code, answer["Location"]) == (302, f"/mailings/{mailing.pk}/")
    assert (mailing.count, mailing.by, mailing.revision.number) == (3, "Sam", 1)
    audit = Audit.objects.get(action="send")
    assert (audit.actor, audit.object) == ("Sam", f"mailing {mailing.pk}")
    assert audit.detail == {"issue": "news", "revision": 1, "recipients": 3}
    assert "went to these readers already" in sender.get("/issues/news/send/").content.decode()


@pytest.mark.parametrize("typed", ["", "4", "three", "3.0.0.0", "-3", "٣", "3" * 30])
def test_another_number_sends_nothing_and_is_kept(sender, typed):
    answer = sender.post("/issues/news/send/start/", send_form(sender, count=typed))
    html = answer.content.decode()
    assert answer.status_code in {400, 409}
    assert 'aria-invalid="true"' in html
    assert 'id="count-wrong"' in html
    assert f'value="{typed[:20]}"' in html or "are 3; nothing was sent" in html
    assert not Mailing.objects.exists()


def test_separators_are_understood(signed_in, site, put):
    readers(1_200)
    approve(site, put("news.md", LETTER))
    browser = signed_in("sender", name="Sam")
    assert "Send to 1,200 readers" in browser.get("/issues/news/send/").content.decode()
    assert browser.post("/issues/news/send/start/", send_form(browser, count="1,200")).status_code == 302
    assert Mailing.objects.get().count == 1_200


def test_a_double_click_and_two_tabs_make_one_mailing(sender):
    one, other = send_form(sender), send_form(sender)
    answers = [sender.post("/issues/news/send/start/", form) for form in (one, one, other)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Mailing.objects.count() == 1
    assert Delivery.objects.count() == 3
    assert Audit.objects.filter(action="send").count() == 1


def test_a_form_that_was_left_open_starts_nothing_after_a_cancel(sender):
    form = send_form(sender)
    sender.post("/issues/news/send/start/", form)
    mailing = Mailing.objects.get()
    assert sender.post(f"/mailings/{mailing.pk}/cancel/").status_code == 302
    answer = sender.post("/issues/news/send/start/", form)
    assert answer["Location"] == f"/mailings/{mailing.pk}/"
    assert Mailing.objects.count() == 1
    sender.post("/issues/news/send/start/", send_form(sender))  # a person looked again, and decided
    assert Mailing.objects.count() == 2


def test_the_forms_of_two_parts_do_not_hinder_each_other(sender, site, revision):
    for number in (0, 1):
        said = {"field": "name", "op": "equals", "value": f"Reader <{number}>", "negated": False}
        Segment.objects.create(
            slug=f"part{number}", name=f"Part {number}", conditions={"match": "all", "conditions": [said]}
        )
        approve(site, revision, only=(f"part{number}",))
    forms = []
    for number in (0, 1):
        html = sender.get(f"/issues/news/send/?list=upr&only=part{number}").content.decode()
        assert "1 reader of the list" in html
        forms.append({"token": token_in(html), "when": "now", "count": "1"})
    for form in forms:
        assert sender.post("/issues/news/send/start/", form).status_code == 302
    assert Mailing.objects.count() == 2


def test_nothing_goes_out_that_was_not_shown(sender, put):
    form = send_form(sender)
    put("news.md", LETTER.replace("heard", "seen"))
    answer = sender.post("/issues/news/send/start/", form)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "The issue was changed meanwhile: this is revision 2" in html
    assert "What changed" not in html
    assert not Mailing.objects.exists()


@pytest.mark.parametrize("change", ["added", "suppressed", "left"])
def test_a_stale_count_sends_nothing(sender, change):
    form = send_form(sender)
    if change == "added":
        readers(1, first=20)
    elif change == "suppressed":
        suppression.suppress(normalise("reader1@example.org"), reason="manual", actor="x", at=datetime.now(UTC))
    else:
        Subscription.objects.filter(subscriber__email_norm="reader1@example.org").update(state="unsubscribed")
    answer = sender.post("/issues/news/send/start/", form)
    assert answer.status_code == 409
    assert f"3 recipients were confirmed, but there are {4 if change == 'added' else 2}" in answer.content.decode()
    assert not Mailing.objects.exists()
    html = sender.get("/issues/news/send/").content.decode()
    assert "not approved" in html
    assert 'name="token"' not in html
    assert Approval.objects.get().state == "void"


def test_without_approval_there_is_no_form_and_no_way_round(signed_in, revision):
    sender = signed_in("sender", name="Sam")
    html = sender.get("/issues/news/send/").content.decode()
    assert 'name="token"' not in html
    assert "was not submitted for approval" in html
    from django.core import signing

    shown = {"revision": revision.pk, "audience": {"list": "upr"}, "at": datetime.now(UTC).isoformat()}
    form = {"token": signing.dumps(shown, salt="newsletter.send"), "count": "3", "when": "now"}
    answer = sender.post("/issues/news/send/start/", form)
    assert answer.status_code == 409
    assert "submit it at the desk" in answer.content.decode().lower()
    assert not Mailing.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "a:b:c"])
def test_a_token_that_is_none_starts_nothing(sender, token):
    answer = sender.post("/issues/news/send/start/", {"token": token, "count": "3"})
    assert answer.status_code == 409
    assert "open for too long" in answer.content.decode()
    assert not Mailing.objects.exists()


def test_a_schedule_with_its_zone(sender):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    form = send_form(sender, when="later", at=f"{tomorrow:%Y-%m-%dT09:30}", zone="America/New_York", latest="12h")
    sender.post("/issues/news/send/start/", form)
    mailing = Mailing.objects.get()
    assert (mailing.not_before.minute, mailing.latest_start - mailing.not_before) == (30, timedelta(hours=12))
    html = sender.get(f"/mailings/{mailing.pk}/").content.decode()
    assert "It leaves at" in html
    assert "(Europe/Zurich)" in html


@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [
        ("2020-11-09T09:30", "Europe/Zurich", "is past"),
        ("", "Europe/Zurich", "is not a date"),
        ("2030-01-01T09:30", "Mars/Phobos", "Mars/Phobos"),
        (XSS, "Europe/Zurich", "is not a date"),
    ],
)
def test_a_time_that_cannot_be_is_said_beside_it(sender, at, zone, words):
    answer = sender.post("/issues/news/send/start/", send_form(sender, when="later", at=at, zone=zone))
    html = answer.content.decode()
    assert answer.status_code == 400
    assert words in html
    assert 'id="at-wrong"' in html
    assert 'value="3"' in html  # what was typed
    assert "<script>alert" not in html
    assert not Mailing.objects.exists()


def test_the_difference_with_the_people_behind_it(sender, site, put, signed_in):
    sender.post("/issues/news/send/start/", send_form(sender))
    send_all(site, Mailing.objects.get())
    readers(2, first=10)
    Subscription.objects.filter(subscriber__email_norm="reader0@example.org").update(state="unsubscribed")
    suppression.suppress(normalise("reader1@example.org"), reason="bounced", actor="x", at=datetime.now(UTC))
    put("next.md", LETTER.replace("Our news", "Next news"))
    html = sender.get("/issues/next/send/").content.decode()
    assert "gone: unsubscribed" in html
    assert "gone: suppressed: bounced" in html
    for link, who in (
        ("why=new", ["reader10@example.org", "reader11@example.org"]),
        ("why=unsubscribed", ["reader0@example.org"]),
        ("why=suppressed%3A%20bounced", ["reader1@example.org"]),
    ):
        assert f"&amp;{link}" in html
        page = sender.get(f"/issues/next/send/people/?list=upr&{link}").content.decode()
        assert [address for address in who if address in page] == who
        assert page.count("@example.org") == len(who)
        assert "Reader &lt;" in page
    assert sender.get("/issues/next/send/people/?list=nothing&why=new").status_code == 400
    assert sender.get("/issues/next/send/people/?list=upr&why=new&page=99999999999").status_code == 200


def test_errors_block_and_warnings_are_listed(signed_in, site, put):
    readers(3)
    put("news.md", LETTER.replace('preheader = "What was said in Geneva, and what you can do now to be heard."\n', ""))
    sender = signed_in("sender", name="Sam")
    html = sender.get("/issues/news/send/").content.decode()
    assert "preheader" in html
    revision = put("news.md", LETTER)
    nowhere = site.settings.organisation.model_copy(update={"postal_address": ""})
    object.__setattr__(site.settings, "organisation", nowhere)
    approve(site, revision)
    html = sender.get("/issues/news/send/").content.decode()
    assert "The checks found errors" in html
    assert 'class="finding error"' in html
    assert 'name="token"' not in html


def test_what_cannot_be_rendered_is_said(sender, site):
    site.templates.joinpath("themes").mkdir(parents=True)
    site.templates.joinpath("themes", "default.toml").write_text("[light]\naccent = 7\n")
    answer = sender.get("/issues/news/send/")
    assert "Nothing was sent" in answer.content.decode()
    assert 'name="token"' not in answer.content.decode()


def test_a_list_must_be_chosen(signed_in, put):
    readers(3)
    put("news.md", LETTER.replace('list = "upr"\n', ""))
    person("Else", "editor")
    sender = signed_in("sender", name="Sam")
    html = sender.get("/issues/news/send/").content.decode()
    assert "Choose a list" in html
    assert "none chosen" in html
    assert "3 readers of the list" in sender.get("/issues/news/send/?list=upr").content.decode()
    assert sender.get("/issues/news/send/?list=nothing").status_code == 400
    assert sender.get("/issues/news/send/?list=upr&only=nothing").status_code == 400


def test_nothing_is_stored_by_looking(sender):
    from newsletter.models import Asset

    before = Asset.objects.count(), Approval.objects.get().state
    sender.get("/issues/news/send/")
    assert (Asset.objects.count(), Approval.objects.get().state) == before
