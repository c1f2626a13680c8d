"""The watch over logs and URLs sees what it is there for."""

import logging

import pytest
from django.test import Client

from newsletter.delivery import journal
from tests import canary


@pytest.fixture
def seen() -> list[str]:
    return canary._found


@pytest.mark.parametrize("name", canary.LOGGERS)
def test_an_address_in_a_log_is_seen(name: str, seen: list[str]) -> None:
    logging.getLogger(f"{name}.part").warning("mailed %s", "ann@example.org")
    assert len(seen) == 1
    seen.clear()


@pytest.mark.django_db
def test_an_address_in_a_url_is_seen(seen: list[str]) -> None:
    Client().get("/nothing?reader=ann%40mail.example.org")
    assert any(one.startswith("URL") for one in seen)
    seen.clear()


def test_an_address_that_reaches_the_journal_is_seen(seen: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    journal.write('{"event": "to ann@example.org"}')
    assert len(seen) == 1
    seen.clear()


def test_an_address_in_the_log_of_a_process_is_seen(seen: list[str]) -> None:
    canary.look_at_process('✓ ann@example.org is unsubscribed\n{"event": "to ann@example.org"}\nbye')
    assert len(seen) == 1
    canary.look_at_process("Not Found: /ann@example.org", whole=True)
    assert len(seen) == 2
    seen.clear()


def test_ids_and_the_sender_are_no_readers(seen: list[str]) -> None:
    logging.getLogger("newsletter").warning("mailing 7 from news@example.org, delivery abc@def")
    assert not seen
