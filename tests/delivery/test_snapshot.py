"""What is frozen of each reader, however it is known."""

from dataclasses import replace
from typing import Any

import pytest

from newsletter.delivery.mailing import freeze
from newsletter.delivery.plan import MailingError
from newsletter.delivery.readers import reader_values, used_names, whole_name
from newsletter.models import Delivery, Mailing
from newsletter.render.rendering import FieldUse, Rendering
from subscribers import attributes, audience, suppression
from subscribers.address import normalise
from subscribers.models import Subscriber
from tests.delivery.worlds import NO_TIME, NOW, RENDERING, SPANISH, make_list, make_plan, make_reader, make_revision

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]

SHOWN = ("first_name", "last_name", "name", "email", "local_time", "age", "since", "press", "city", "topic")
ODD = '"Zoë" \\ {} %s \u2028 عربي 🙂'
READERS: tuple[dict[str, Any], ...] = (
    {"attributes": {}},
    {"attributes": {"first_name": "Ann", "city": ODD}},
    {"attributes": {"first_name": ODD, "last_name": "Example"}, "name": ""},
    {"attributes": {"last_name": "Example", "first_name": ""}, "name": ""},
    {"attributes": {"first_name": "Ann"}, "name": ""},
    {"attributes": {}, "name": ""},
    {"attributes": {"first_name": "é" * 150, "last_name": "ü" * 150}, "name": "", "timezone": "Europe/Zurich"},
    {"attributes": {"age": 1200.5, "since": "2020-11-09", "press": True, "city": "2020-11-09"}},
    {"attributes": {"age": 1200.5, "since": "2020-11-09", "press": False}, "language": "es"},
    {"attributes": {"age": 0}},
    {"attributes": {"age": "old", "since": 2020, "city": 7}},
    {"attributes": {"age": None, "since": None, "press": None, "city": None, "first_name": None}},
    {"attributes": {"since": "", "city": "", "topic": "rights", "unknown": [1]}},
    {"attributes": {"since": "2020-02-30"}, "language": "es-MX", "timezone": "America/Lima"},
)


def shows_all(rendering: Rendering) -> Rendering:
    uses = tuple(FieldUse(f"Fa{number:016}", name, "", "text") for number, name in enumerate(SHOWN))
    return replace(rendering, fields=uses)


@pytest.fixture
def _kinds(settings: Any) -> None:
    settings.SUBSCRIBER_ATTRIBUTES = {
        "age": "number",
        "since": "date",
        "press": "yes/no",
        "city": "text",
        "topic": ("rights", "law"),
    }


@pytest.mark.usefixtures("_kinds")
@pytest.mark.parametrize("size", [3, 1_000])
def test_it_is_what_is_known_as_their_language_writes_it(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.delivery.mailing.BATCH", size)
    upr = make_list()
    for number, known in enumerate(READERS):
        make_reader(number, upr, **known)
    renderings = {"en": shows_all(RENDERING), "es": shows_all(SPANISH)}
    plan = make_plan(make_revision(), upr, renderings=renderings)
    mailing = freeze(plan, confirm_count=len(READERS), actor="ed", now=NOW, undo=NO_TIME)
    assert mailing.deliveries.count() == len(READERS)
    for row in mailing.deliveries.select_related("batch__rendering", "subscriber", "subscription"):
        reader, subscription, language = row.subscriber, row.subscription, row.batch.rendering.language
        assert reader and subscription
        assert language == ("es" if reader.language.startswith("es") else "en")
        known = reader_values(reader, language, attributes.declared())
        known["language"] = language
        assert row.values == {name: known[name] for name in used_names(renderings[language]) if known.get(name)}
        assert (row.name, row.address, row.email_norm) == (whole_name(reader)[:200], reader.email, reader.email_norm)
        assert (row.token, subscription.subscriber_id) == (subscription.token, reader.pk)


def test_only_what_a_mail_shows_is_kept() -> None:
    upr = make_list()
    make_reader(1, upr, attributes={"first_name": "Ann", "last_name": "Example"}, timezone="Europe/Zurich")
    freeze(make_plan(make_revision(), upr), confirm_count=1, actor="ed", now=NOW, undo=NO_TIME)
    assert Delivery.objects.get().values == {"first_name": "Ann"}


def test_nobody_who_is_suppressed_is_in_it() -> None:
    upr = make_list()
    for number in range(4):
        make_reader(number, upr)
    suppression.suppress(normalise("reader1@example.org"), reason="bounced", actor="x", at=NOW)
    mailing = freeze(make_plan(make_revision(), upr), confirm_count=3, actor="ed", now=NOW, undo=NO_TIME)
    assert {row.address[6] for row in mailing.deliveries.all()} == {"0", "2", "3"}


def test_who_is_erased_meanwhile_is_not_passed_over_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    upr = make_list()
    for number in range(3):
        make_reader(number, upr)
    found = list(audience.roll("upr", at=NOW))
    monkeypatch.setattr(audience, "roll", lambda *_, **__: iter(found))
    Subscriber.objects.filter(email_norm="reader1@example.org").delete()
    with pytest.raises(MailingError, match="erased just now; nothing was sent"):
        freeze(make_plan(make_revision(), upr), confirm_count=3, actor="ed", now=NOW, undo=NO_TIME)
    assert not Mailing.objects.exists()
