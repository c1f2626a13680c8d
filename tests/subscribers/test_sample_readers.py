"""The readers of the demo."""

import re
from datetime import UTC, datetime

import pytest

from subscribers import audience
from subscribers.importing import import_file
from subscribers.models import MailingList, Subscriber
from tests.subscribers import sample_readers


def test_the_file_is_what_the_script_makes() -> None:
    assert sample_readers.PATH.read_text(encoding="utf-8") == sample_readers.content()


def test_all_live_at_example_domains() -> None:
    hosts = re.findall(r"@([^\s,>\"]+)", sample_readers.content())
    assert hosts
    assert not [host for host in hosts if not re.search(r"(^|\.)example\.(org|com|net)$|^localhost$", host.lower())]


@pytest.mark.django_db
def test_it_shows_what_an_import_does() -> None:
    MailingList.objects.create(slug="demo", name="Demo")
    report = import_file(
        sample_readers.PATH, MailingList.objects.get(), at=datetime(2020, 10, 28, tzinfo=UTC), actor="demo"
    )
    counts = report.counts
    assert (counts.rows, counts.refused, counts.duplicate, counts.noted) == (1_000, 10, 2, 3)
    assert counts.taken == 988
    assert len(report.problems) == 15
    assert audience.count("demo") + sum(audience.excluded("demo").values()) == 988
    left_out = audience.excluded("demo")
    assert {"unsubscribed", "pending", "suppressed: bounced"} == set(left_out)
    languages = Subscriber.objects.values_list("language", flat=True)
    assert {"en", "es", "fr", "ar"} == set(languages) - {""}
    assert Subscriber.objects.filter(name="").exists()
    assert Subscriber.objects.filter(timezone="").exists()
