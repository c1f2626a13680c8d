"""Suppression by address and by host."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import DjangoAssertNumQueries, Settings

from subscribers import suppression
from subscribers.address import normalise
from subscribers.models import Suppression

NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)
ALICE = normalise("Alice@example.org")


def suppress(reason: str = "bounced") -> bool:
    return suppression.suppress(ALICE, reason=reason, actor="desk", at=NOW)


def test_the_hash_is_keyed(settings: Settings) -> None:
    settings.ERASURE_KEY = "one"
    expected = hmac.new(b"one", b"alice@example.org", hashlib.sha256).hexdigest()
    assert suppression.value_hash(ALICE.norm) == expected
    settings.ERASURE_KEY = "two"
    assert suppression.value_hash(ALICE.norm) != expected


def test_no_hash_without_a_key(settings: Settings) -> None:
    settings.ERASURE_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="erasure_key"):
        suppression.value_hash(ALICE.norm)


@pytest.mark.django_db
def test_suppressed_however_it_is_written() -> None:
    assert suppress()
    assert suppression.is_suppressed(normalise("ALICE@Example.ORG"))
    assert not suppression.is_suppressed(normalise("bob@example.org"))
    row = Suppression.objects.get()
    assert (row.kind, row.reason, row.actor, row.at) == ("address", "bounced", "desk", NOW)
    assert "alice" not in str(vars(row))


@pytest.mark.django_db
def test_the_first_reason_stays() -> None:
    assert suppress("erased")
    assert not suppress("bounced")
    assert Suppression.objects.get().reason == "erased"


@pytest.mark.django_db
def test_lifted_and_suppressed_again() -> None:
    later = NOW + timedelta(days=1)
    assert not suppression.lift(ALICE, at=later)
    suppress()
    assert suppression.lift(ALICE, at=later)
    assert not suppression.lift(ALICE, at=later)
    assert not suppression.is_suppressed(ALICE)
    assert suppress("complained")
    assert suppression.reasons([ALICE.norm]) == {ALICE.norm: "complained"}


@pytest.mark.django_db
def test_a_host_is_suppressed_with_all_its_addresses_and_no_others() -> None:
    assert suppression.suppress_host("example.org", reason="manual", actor="desk", at=NOW)
    norms = ["alice@example.org", "alice@mail.example.org", "alice@example.com"]
    assert suppression.reasons(norms) == {"alice@example.org": "manual, whole host"}
    assert suppression.lift(ALICE, at=NOW) is False
    assert suppression.lift_host("example.org", at=NOW)
    assert suppression.suppressed(norms) == set()


@pytest.mark.django_db
def test_many_in_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    suppress()
    suppression.suppress_host("example.net", reason="manual", actor="desk", at=NOW)
    norms = [f"reader{number}@example.com" for number in range(2_500)] + [ALICE.norm, "x@example.net"]
    with django_assert_max_num_queries(6):
        assert suppression.suppressed(norms) == {ALICE.norm, "x@example.net"}
