"""What the checks are told before an issue leaves."""

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from newsletter import models
from newsletter.checks import Picture, check_all
from newsletter.delivery.plan import plan_mailing
from newsletter.delivery.preflight import contexts_of
from newsletter.models import Asset, Mailing, Revision
from newsletter.site import Site
from newsletter.store.revising import revise, texts_of
from subscribers import segments, suppression
from subscribers.address import normalise
from subscribers.audience import Part
from subscribers.models import Consent, Segment, Subscription
from tests.delivery.looked_at import DEBRIEF, ISSUE, SPANISH, only, saved
from tests.delivery.worlds import NOW, make_list, make_reader, make_site

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "site" / "data").mkdir(parents=True)
    return make_site(tmp_path / "site", attributes={"city": "text"})


@pytest.fixture
def revision(site: Site, tmp_path: Path) -> Revision:
    Segment.objects.create(slug="geneva", conditions=segments.parse("city = Geneva").as_json())
    upr = make_list()
    for number in range(3):
        make_reader(number, upr)
    return saved(site, tmp_path)


@pytest.fixture(autouse=True)
def _attributes(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SUBSCRIBER_ATTRIBUTES = {"city": "text"}


def test_readers_are_counted(site: Site, revision: Revision) -> None:
    upr = make_list()
    make_reader(3, upr, attributes={"first_name": "", "city": "Geneva"}, language="es-MX", name="")
    make_reader(4, upr, attributes={"city": "Bern"}, language="es", timezone="Europe/Zurich")
    Subscription.objects.filter(subscriber__email="reader0@example.org").update(state="unsubscribed")
    suppression.suppress(normalise("reader1@example.org"), reason="bounced", actor="x", at=NOW)
    Consent.objects.create(
        subscription=Subscription.objects.get(subscriber__email="reader2@example.org"),
        action="confirmed",
        at=NOW,
        source="x",
    )
    people = only(site, revision).people
    assert people is not None
    assert (people.count, people.last_count, people.suppressed, people.tested) == (3, None, 0, False)
    assert people.left_out == {"unsubscribed": 1, "suppressed: bounced": 1}
    assert people.languages == {"": 2, "es": 1, "es-MX": 1}
    assert people.empty_fields == {"city": 2, "first_name": 2, "timezone": 3}
    assert people.variants == {"geneva": 1}
    assert people.unconfirmed == 3
    upr.double_opt_in = False
    upr.save()
    again = only(site, revision).people
    assert again is not None
    assert again.unconfirmed == 0


def test_counting_takes_as_many_queries_for_many_readers_as_for_few(site: Site, revision: Revision) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            contexts_of(site, revision, now=NOW)
        return len(made)

    few = queries()
    for number in range(10, 60):
        make_reader(number, make_list())
    assert queries() == few


def test_part_of_a_list(site: Site, revision: Revision) -> None:
    make_reader(3, make_list(), attributes={"city": "Geneva"})
    people = only(site, revision, part=Part((segments.parse("city = Geneva"),))).people
    assert people is not None
    assert (people.count, people.left_out) == (1, {"not in the segment": 3})
    assert people.empty_fields == {"city": 0, "first_name": 1, "timezone": 1}


def test_without_a_list_nobody_is_counted(site: Site, revision: Revision, tmp_path: Path) -> None:
    unnamed = saved(site, tmp_path, ISSUE.replace('list = "upr"\n', ""), "november-2020")
    assert only(site, unnamed).people is None
    assert only(site, unnamed).largest is None
    assert only(site, unnamed, list_slug="nosuch").people is None
    assert only(site, unnamed, list_slug="upr").people is not None


def test_the_last_mailing_to_the_same_people_counts(site: Site, revision: Revision) -> None:
    september = saved(site, Path(site.root), DEBRIEF, "september-2020")
    shared = {"list": make_list(), "provider": "outbox", "envelope": {}, "by": "ed", "not_before": NOW}

    def mailed(key: str, count: int, days: int, **more: object) -> None:
        made = {"revision": september, "key": key, "count": count, "started_at": NOW - timedelta(days=days), **shared}
        Mailing.objects.create(**{**made, **more})

    def last() -> int | None:
        people = only(site, revision).people
        return people and people.last_count

    mailed("a", 300, 9)
    assert last() == 300
    mailed("b", 400, 8)
    assert last() == 400
    mailed("c", 1, 7, dry_run=True)
    mailed("d", 2, 6, state="cancelled")
    mailed("e", 3, 5, audience={"include": [{"match": "all"}]})
    mailed("f", 4, 4, revision=revision)
    mailed("g", 5, 3, list=make_list("press"))
    assert last() == 400


def test_the_largest_reader_is_the_one_with_the_longest_values(site: Site, revision: Revision) -> None:
    nobody = only(site, revision).largest
    make_reader(3, make_list(), attributes={"first_name": "&" * 40, "city": "Genève" * 5}, email="secret@example.org")
    context = only(site, revision)
    assert context.largest is not None
    assert nobody is not None
    assert context.largest > nobody + len("&amp;" * 40)
    assert context.message is not None
    message = message_from_bytes(context.message, policy=default)
    assert "&" * 40 in message["Subject"]
    assert message["To"] == "reader@example.org"
    assert b"secret" not in context.message
    html = message.get_body(("html",))
    assert html is not None
    assert "&amp;" * 40 in html.get_content()
    assert len(html.get_content().replace("\r\n", "\n").rstrip().encode()) == context.largest


def test_each_language_has_its_largest_reader(site: Site, revision: Revision, tmp_path: Path) -> None:
    both = saved(site, tmp_path, slug="october-2020", es=SPANISH)
    make_reader(3, make_list(), attributes={"first_name": "L" * 150}, language="es-MX")
    make_reader(4, make_list(), attributes={"first_name": "M" * 20}, language="fr")
    english, spanish = (context for _, context in contexts_of(site, both, now=NOW))
    assert english.message is not None
    assert spanish.message is not None
    assert b"M" * 20 in english.message
    assert b"LLLL" not in english.message
    assert b"L" * 60 in spanish.message
    assert spanish.untranslated == {"tune-in": "en", "for-geneva": "en"}
    assert english.languages == spanish.languages == ("en", "es")
    assert (english.untranslated, spanish.people) == ({}, english.people)


def test_earlier_promises_and_other_issues(site: Site, revision: Revision, tmp_path: Path) -> None:
    saved(site, tmp_path, DEBRIEF, "september-2020")
    saved(site, tmp_path, DEBRIEF.replace("2020-09-15", "2020-12-01").replace("Debrief", "Later"), "december-2020")
    context = only(site, revision)
    assert [(promise.issue, promise.item, promise.due) for promise in context.earlier] == [
        ("september-2020", "debrief", date(2020, 10, 1))
    ]
    assert set(context.others) == {"September 2020", "september-2020", "december-2020"}
    assert "kept-promise" in {finding.check for _, finding in check_all([context])}


def test_a_scheduled_mail_is_looked_at_as_it_will_leave(site: Site, revision: Revision) -> None:
    now = only(site, revision)
    assert (now.now, now.scheduled, now.written) == (NOW, False, revision.at)
    later = NOW + timedelta(days=20)
    then = only(site, revision, at=later)
    assert (then.now, then.scheduled, then.written) == (later, True, revision.at)
    assert [
        "past" in {finding.check for _, finding in plan_mailing(site, revision, "upr", now=NOW, at=at).findings}
        for at in (None, later)
    ] == [False, True]


def test_a_test_counts_until_something_changes(site: Site, revision: Revision, tmp_path: Path) -> None:
    def tested(one: Revision) -> bool | None:
        people = only(site, one).people
        return people and people.tested

    assert tested(revision) is False
    models.TestSend.objects.create(revision=revision, address="a@example.org", by="ed", at=NOW)
    assert tested(revision) is True
    override = '\n[[overrides]]\ncheck = "untested"\nfinding = "00000000"\nreason = "So."\n+++\n\nDear'
    texts = {"en": texts_of(revision)["en"].replace("+++\n\nDear", override.lstrip("\n"))}
    accepting = revise(revision, texts, author="ed", at=NOW).revision
    assert accepting.pk != revision.pk
    assert tested(accepting) is True
    changed = saved(site, tmp_path, ISSUE.replace("Monday", "Tuesday"))
    assert tested(changed) is False


def test_pictures_and_templates(site: Site, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    Image.new("RGB", (900, 300)).save(tmp_path / "poster.png")
    text = ISSUE.partition("## Tune in")[0] + "".join(
        f'## {name}\n```image\nsrc = "{name}"\nalt = "A poster"\n```\n\n' for name in ("moving.gif", "poster.png")
    )
    (site.templates / "email" / "items").mkdir(parents=True)
    (site.templates / "email" / "items" / "quote.txt.j2").write_text("{{ item.title }}")
    (site.templates / "email" / "note.txt").write_text("no template")
    context = only(site, saved(site, tmp_path, text, "pictures"))
    assert context.templates == {"email/items/quote.txt.j2": "{{ item.title }}"}
    found = {one.path: one for one in context.pictures.values()}
    moving = Asset.objects.get(mime="image/gif")
    assert found["moving.gif"] == Picture("moving.gif", "image/gif", moving.size, 40, 30, 3)
    assert replace(found["poster.png"], size=0) == Picture("poster.png", "image/png", 0, 900, 300)
    for source in context.pictures:
        assert f'src="{source}"' in context.rendering.html
    (site.data / "media" / moving.stored_name).unlink()
    revision = Revision.objects.get(issue__slug="pictures")
    assert {one.path: one.frames for one in only(site, revision).pictures.values()}["moving.gif"] == 1


def test_to_look_stores_nothing(site: Site, revision: Revision) -> None:
    Asset.objects.all().delete()
    contexts_of(site, revision, now=NOW)
    assert not Asset.objects.exists()


def test_a_plan_tells_what_was_accepted(site: Site, revision: Revision) -> None:
    plan = plan_mailing(site, revision, "upr", now=NOW)
    [untested] = [finding for _, finding in plan.findings if finding.check == "untested"]
    assert plan.accepted == {}
    entry = f'[[overrides]]\ncheck = "untested"\nfinding = "{untested.key}"\nreason = "Nothing moved."\n+++\n\nDear'
    texts = {"en": texts_of(revision)["en"].replace("+++\n\nDear", entry)}
    again = plan_mailing(site, revise(revision, texts, author="ed", at=NOW).revision, "upr", now=NOW)
    assert ("en", untested) in again.findings
    assert again.accepted == {("en", untested.key): "Nothing moved."}


def test_complaints_of_the_last_thirty_days_are_counted_by_what_came_back(site: Site, tmp_path: Path) -> None:
    from subscribers.models import Feedback

    def complaint(number: int, days: int, kind: str = "complaint", **more: object) -> None:
        at = NOW - timedelta(days=days)
        Feedback.objects.create(source="x", external_id=str(number), value_hash=str(number), kind=kind, at=at, **more)

    revision = saved(site, tmp_path)
    make_reader(1, make_list())
    for number, days in enumerate((1, 29, 31, -1)):
        complaint(number, days)
    complaint(10, 1, "hard")
    complaint(11, 1, undone_at=NOW)
    for number, (days, count, more) in enumerate(
        [(1, 1_000, {}), (29, 500, {}), (31, 9_000, {}), (2, 70, {"dry_run": True}), (2, 80, {"state": "cancelled"})]
    ):
        Mailing.objects.create(
            key=str(number), revision=revision, list=make_list(), provider="outbox", envelope={}, count=count, by="ed",
            started_at=NOW - timedelta(days=days), not_before=NOW, **more,
        )  # fmt: skip
    people = only(site, revision).people
    assert people
    assert (people.mailed, people.complained) == (1_500, 2)


def test_what_links_led_to_within_the_hour_is_known(site: Site, tmp_path: Path) -> None:
    from newsletter.checks import Visit
    from newsletter.outside import kept

    revision = saved(site, tmp_path)
    assert only(site, revision).visits == {}
    visit = Visit(NOW - timedelta(minutes=5), status=404)
    kept.keep(site, {"https://media.un.org/en/webtv": visit}, now=NOW)
    context = only(site, revision)
    assert context.visits == {"https://media.un.org/en/webtv": visit}
    [found] = [finding for _, finding in check_all([context]) if finding.check == "link-live"]
    assert (found.level, found.place.item, found.place.field) == ("error", "tune-in", "watch_url")
