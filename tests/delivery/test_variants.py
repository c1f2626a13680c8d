"""Parts of a list, and items for segments: who gets what."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.engine import send_mailing
from newsletter.delivery.mailing import freeze, start_mailing
from newsletter.delivery.plan import ChecksFailed, MailingError, plan_mailing
from newsletter.delivery.readers import Values, reader_values, whole_name
from newsletter.delivery.trial import send_test
from newsletter.models import Delivery, Mailing, Revision
from newsletter.site import Site
from subscribers import attributes, segments
from subscribers.audience import Part
from subscribers.models import Segment, Subscriber
from tests.delivery.test_mailing import ISSUE, saved
from tests.delivery.worlds import NOW, make_list, make_reader

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
ITEM = '\n## For {0}\n```text\naudience = "{0}"\n```\nOnly {0} see this.\n'


@pytest.fixture
def _readers() -> None:
    """Readers 0 and 1 are Swiss, 1 and 2 of the press, 3 nothing."""
    upr = make_list()
    for number in range(4):
        make_reader(number, upr)
    for slug, numbers in (("press", (1, 2)), ("swiss", (0, 1))):
        names = ", ".join(f"Name{number}" for number in numbers)
        conditions = segments.parse(f"first_name in ({names})")
        Segment.objects.create(slug=slug, name=slug, conditions=conditions.as_json())


def who(mailing: Mailing) -> list[int]:
    addresses = Delivery.objects.filter(mailing=mailing).order_by("pk").values_list("address", flat=True)
    return [int(address[6]) for address in addresses]


def part(include: str = "", exclude: str = "") -> Part:
    return Part(
        tuple(map(segments.saved, include.split())),
        tuple(map(segments.saved, exclude.split())),
    )


def start(site: Site, revision: Revision, count: int, part: Part) -> Mailing:
    return start_mailing(site, revision, "upr", confirm_count=count, actor="ed", now=NOW, part=part)


@pytest.mark.usefixtures("_readers")
def test_a_part_gets_it_once_and_the_rest_later(site: Site, tmp_path: Path) -> None:
    revision = saved(site, tmp_path)
    swiss = start(site, revision, 2, part("swiss"))
    assert who(swiss) == [0, 1]
    assert swiss.left_out == {"not in the segment": 2}
    assert swiss.audience == part("swiss").as_json()
    assert start(site, revision, 2, part("swiss")) == swiss
    press = start(site, revision, 1, part("press"))
    assert who(press) == [2]
    assert press.left_out == {"not in the segment": 2, "got this issue through another mailing": 1}
    everybody = start(site, revision, 1, Part())
    assert who(everybody) == [3]


@pytest.mark.usefixtures("_readers")
def test_a_segment_can_be_left_out(site: Site, tmp_path: Path) -> None:
    assert who(start(site, saved(site, tmp_path), 1, part("swiss", "press"))) == [0]
    with pytest.raises(ChecksFailed) as nobody:
        start(site, saved(site, tmp_path, slug="november"), 0, part("swiss", "swiss"))
    assert "Nobody would get it" in nobody.value.findings[0][1].message


@pytest.mark.usefixtures("_readers")
def test_each_reader_sees_what_is_for_them(site: Site, tmp_path: Path) -> None:
    revision = saved(site, tmp_path, ISSUE + ITEM.format("swiss") + ITEM.format("press"))
    plan = plan_mailing(site, revision, "upr", now=NOW)
    assert sorted(variant.name for variant in plan.variants.values()) == ["", "press", "press+swiss", "swiss"]
    mailing = start(site, revision, 4, Part())
    assert mailing.renderings.count() == 4
    send_mailing(site, mailing, now=lambda: NOW)
    for number, seen in enumerate(({"swiss"}, {"swiss", "press"}, {"press"}, set[str]())):
        row = Delivery.objects.get(mailing=mailing, address=f"reader{number}@example.org")
        assert row.state == "accepted"
        rendering = row.batch.rendering
        for one in ("swiss", "press"):
            assert (f"Only {one} see this." in rendering.html) is (one in seen)
            assert (f"Only {one} see this." in rendering.text) is (one in seen)


@pytest.mark.usefixtures("_readers")
def test_a_test_shows_what_a_reader_sees(site: Site, tmp_path: Path) -> None:
    revision = saved(site, tmp_path, ISSUE + ITEM.format("swiss"))
    for reader, seen in ((None, True), (0, True), (3, False)):
        known = reader if reader is None else Subscriber.objects.get(email_norm=f"reader{reader}@example.org")
        before = set(tmp_path.rglob("testmail/new/*"))
        send_test(site, revision, ["ed@example.org"], actor="ed", now=NOW, reader=known)
        [mail] = set(tmp_path.rglob("testmail/new/*")) - before
        assert (b"Only swiss see this." in mail.read_bytes()) is seen


@pytest.mark.usefixtures("_readers")
def test_what_cannot_be_mailed_so_is_said(site: Site, tmp_path: Path) -> None:
    unknown = saved(site, tmp_path, ISSUE + ITEM.format("swis"))
    with pytest.raises(MailingError, match="item for-swis: there is no segment 'swis'; did you mean 'swiss'"):
        plan_mailing(site, unknown, "upr", now=NOW)
    head = ISSUE.partition("\nDear")[0]
    nothing = saved(site, tmp_path, head + ITEM.format("swiss"), slug="november")
    with pytest.raises(MailingError, match=r"2 readers would get an issue with nothing in it.*--segment swiss"):
        plan_mailing(site, nothing, "upr", now=NOW)
    assert plan_mailing(site, nothing, "upr", now=NOW, part=part("swiss")).count == 2
    for number in range(5):
        Segment.objects.create(
            slug=f"s{number}",
            name="x",
            conditions=segments.parse(f"name contains {number}").as_json(),
        )
    for number in range(4, 36):
        make_reader(number, make_list())
    for number, one in enumerate(Subscriber.objects.order_by("pk")):
        one.name = "".join(str(bit) for bit in range(5) if number >> bit & 1)
        one.save()
    many = saved(site, tmp_path, ISSUE + "".join(ITEM.format(f"s{number}") for number in range(5)), slug="december")
    with pytest.raises(MailingError, match="32 different mails; 24 are the most"):
        plan_mailing(site, many, "upr", now=NOW)


@pytest.mark.usefixtures("_readers")
def test_a_reader_who_changes_meanwhile_is_not_sent_a_guess(site: Site, tmp_path: Path) -> None:
    revision = saved(site, tmp_path, ISSUE + ITEM.format("swiss"))
    plan = plan_mailing(site, revision, "upr", now=NOW, part=part("swiss"))
    narrowed = replace(plan, told=(segments.parse("first_name = Name0"),))
    with pytest.raises(MailingError, match="changed just now"):
        freeze(narrowed, confirm_count=2, actor="ed", now=NOW, undo=timedelta())
    assert not Mailing.objects.exists()


def test_attributes_stand_in_a_mail_as_its_language_writes_them(site: Site, tmp_path: Path, settings: Any) -> None:
    settings.SUBSCRIBER_ATTRIBUTES = {"age": "number", "since": "date", "press": "yes/no", "city": "text"}
    reader = make_reader(0, make_list()).subscriber
    reader.attributes = {"age": 1200.5, "since": "2020-11-09", "press": True, "city": "2020-11-09"}
    assert (
        reader_values(reader, "en", attributes.declared()).items()
        >= {
            "age": "1,200.5",
            "since": "November 9, 2020",
            "press": "yes",
            "city": "2020-11-09",
        }.items()
    )
    spanish = reader_values(reader, "es", attributes.declared())
    assert (spanish["age"], spanish["since"], spanish["press"]) == ("1.200,5", "9 de noviembre de 2020", "sí")
    reader.attributes = {"since": 2020, "age": "old"}
    assert reader_values(reader, "en", attributes.declared())["since"] == "2,020"
    assert reader_values(reader, "en", attributes.declared())["age"] == "old"


_KINDS = {"age": "number", "since": "date", "press": "yes/no", "city": "text"}
_NAMES = ("first_name", "last_name", "name", "email", "timezone", "language", *_KINDS)
_KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.text(max_size=5),
        "last_name": st.text(max_size=5),
        "age": st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3) | st.none(),
        "since": st.dates().map(str) | st.text(max_size=3),
        "press": st.booleans(),
        "city": st.text(max_size=5) | st.none(),
    },
)


@given(_KNOWN, st.text(max_size=5), st.sampled_from(["", "Europe/Zurich"]), st.sets(st.sampled_from(_NAMES)))
def test_what_is_frozen_of_a_reader_is_what_is_known(
    known: dict[str, Any], name: str, zone: str, names: set[str]
) -> None:
    reader = Subscriber(email="a@example.org", name=name, timezone=zone, language="en", attributes=known)
    names = names | {"timezone", "language"} if names & {"timezone", "language"} else names
    frozen = json.loads(Values(names, "en", _KINDS)(reader, whole_name(reader)))
    every = reader_values(reader, "en", _KINDS)
    assert frozen == {one: every[one] for one in names if every.get(one)}
