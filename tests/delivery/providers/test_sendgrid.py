"""SendGrid, against a stand-in that holds us to the published rules."""

import html
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.delivery.messages import Composer, Recipient
from newsletter.delivery.providers import sendgrid, sendgrid_api, sendgrid_content
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    RateLimited,
    Refused,
    Resubmit,
    Submission,
    Unreachable,
)
from newsletter.delivery.providers.sendgrid import SendGrid
from tests.delivery.worlds import ENVELOPE, RENDERING, make_site, recipient
from tests.stubs.sendgrid_stub import KEY, Account, refusing, running_stub

COMPOSER = Composer(RENDERING, ENVELOPE)


@pytest.fixture
def stub() -> Iterator[Account]:
    with running_stub() as made:
        yield made


@pytest.fixture
def provider(stub: Account, tmp_path: Path) -> SendGrid:
    return SendGrid(make_site(tmp_path, providers={"sendgrid": {"host": stub.host, "api_key": KEY}}))


def submit(provider: SendGrid, *recipients: Recipient, envelope: object = ENVELOPE) -> Answer:
    return provider.submit(Submission("77", RENDERING, envelope, COMPOSER, recipients))


def types(answer: Answer) -> list[type]:
    return [type(outcome) for _, outcome in sorted(answer.outcomes.items())]


def test_each_reader_gets_their_own_values(stub: Account, provider: SendGrid) -> None:
    zoe = recipient(2, values={"first_name": "Zoë & <Co>"}, name="Zoë, Müller; Co")
    answer = submit(provider, recipient(1), zoe)
    assert types(answer) == [Accepted, Accepted] and answer.ref == "stub-1"
    first, second = stub.taken
    assert first["subject"] == "News for Name1" and "Dear Name1," in first["text"]
    assert "Zoë & <Co>" in second["text"] and html.escape("Zoë & <Co>") in second["html"]
    assert second["List-Unsubscribe"] == "<https://news.example.org/u/token00000000000000002>"
    assert second["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert second["List-ID"] == "<upr.news.example.org>" and second["Feedback-ID"].startswith("october-2020:upr:")
    assert (second["nl_d"], second["nl_a"]) == ("delivery00000000000002", "77")
    assert "https://news.example.org/u/token00000000000000002" in second["html"]


def test_no_name_becomes_a_header(stub: Account, provider: SendGrid) -> None:
    submit(provider, recipient(1, values={"first_name": "=?utf-8?q?Hi=0D=0ABcc:_evil@x.org?="}))
    assert "=?" not in stub.taken[0]["subject"] and "Bcc" in stub.taken[0]["subject"]


def test_nothing_is_tracked_and_no_second_unsubscribe_is_added(stub: Account, provider: SendGrid) -> None:
    submit(provider, recipient(1))
    tracking = stub.requests[0]["tracking_settings"]
    assert set(tracking) == {"click_tracking", "open_tracking", "subscription_tracking", "ganalytics"}
    assert not any(value for section in tracking.values() for value in section.values())


def test_a_sender_is_plain_ascii(stub: Account, provider: SendGrid) -> None:
    answer = submit(provider, recipient(1), envelope=replace(ENVELOPE, sender_name="Réseau; droits, ONU"))
    assert types(answer) == [Accepted]
    assert stub.requests[0]["from"] == {"email": "news@example.org", "name": "Reseau droits ONU"}


def test_only_the_row_that_is_named_is_refused(stub: Account, provider: SendGrid) -> None:
    stub.bad_rows = {"reader2@example.org"}
    answer = submit(provider, *map(recipient, (1, 2, 3)))
    assert types(answer) == [Resubmit, Refused, Resubmit]
    assert not answer.outcomes["delivery00000000000001"].halves
    assert "valid address" in answer.outcomes["delivery00000000000002"].reason


def test_a_fault_that_names_no_row_is_looked_for_by_halves(stub: Account, provider: SendGrid) -> None:
    stub.bad_rows, stub.unnamed = {"reader2@example.org"}, True
    answer = submit(provider, *map(recipient, (1, 2)))
    assert types(answer) == [Resubmit, Resubmit] and answer.outcomes["delivery00000000000001"].halves


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (refusing(400, field="from.email"), Barred),
        (refusing(401), Barred),
        (refusing(403), Barred),
        (refusing(404), Barred),
        (refusing(413), Resubmit),
        (refusing(500), Ambiguous),
        (refusing(503), Ambiguous),
        ("drop", Ambiguous),
        (lambda handler, _: handler.answer(200, {}) is None, Ambiguous),
        (lambda handler, _: handler.answer(201, {}) is None, Ambiguous),
    ],
)
def test_only_202_is_yes_and_only_what_is_sure_is_no(
    stub: Account, provider: SendGrid, fault: object, outcome: type
) -> None:
    stub.faults = [fault]
    assert types(submit(provider, recipient(1), recipient(2))) == [outcome, outcome]
    assert len(stub.requests) == 1 and stub.taken == []


def test_a_call_that_was_taken_without_an_answer_is_not_made_again(stub: Account, provider: SendGrid) -> None:
    stub.faults = ["accept_then_drop"]
    assert types(submit(provider, recipient(1))) == [Ambiguous]
    assert len(stub.taken) == 1 and len(stub.requests) == 1


def test_a_limit_says_how_long_to_wait(stub: Account, provider: SendGrid) -> None:
    stub.faults = [refusing(429, headers={"X-RateLimit-Reset": str(int(time.time()) + 40)}), refusing(429)]
    (told,) = submit(provider, recipient(1)).outcomes.values()
    assert isinstance(told, RateLimited) and 30 < told.seconds <= 41
    (untold,) = submit(provider, recipient(1)).outcomes.values()
    assert isinstance(untold, RateLimited) and untold.seconds == 60


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_the_key_follows_no_redirect(stub: Account, provider: SendGrid, code: int) -> None:
    stub.faults = [lambda handler, _: handler.answer(code, {}, {"Location": stub.host + "/elsewhere"}) is None]
    assert types(submit(provider, recipient(1))) == [Barred]
    assert stub.paths == [("/v3/mail/send", f"Bearer {KEY}")]


def test_there_is_a_timeout(stub: Account, provider: SendGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    stub.faults = ["hang"]
    monkeypatch.setattr(sendgrid_api, "TIMEOUT", 0.3)
    began = time.monotonic()
    assert types(submit(provider, recipient(1))) == [Ambiguous]
    assert time.monotonic() - began < 5


def test_no_connection_is_a_sure_no(tmp_path: Path) -> None:
    settings = {"sendgrid": {"host": "http://127.0.0.1:1", "api_key": KEY}}
    assert types(submit(SendGrid(make_site(tmp_path, providers=settings)), recipient(1))) == [Unreachable]


def test_a_call_over_5_mb_is_not_made(stub: Account, provider: SendGrid) -> None:
    big = replace(RENDERING, html="x" * 5_000_000)
    answer = provider.submit(Submission("1", big, ENVELOPE, COMPOSER, (recipient(1), recipient(2))))
    assert types(answer) == [Resubmit, Resubmit] and stub.requests == []


def test_a_thousand_recipients_are_one_call(stub: Account, provider: SendGrid) -> None:
    answer = submit(provider, *map(recipient, range(1000)))
    assert set(types(answer)) == {Accepted} and len(stub.taken) == 1000 and len(stub.requests) == 1
    assert len({one["nl_d"] for one in stub.taken}) == 1000


def test_values_beyond_the_limit_refuse_that_reader_only(
    stub: Account, provider: SendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sendgrid_content, "VALUES_BYTES", 300)
    answer = submit(provider, recipient(1), recipient(2, values={"first_name": "&" * 200}))
    assert types(answer) == [Accepted, Refused] and [one["to"] for one in stub.taken] == ["reader1@example.org"]


def test_the_key_is_in_no_log(stub: Account, provider: SendGrid, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        submit(provider, recipient(1))
    assert KEY not in caplog.text and "reader1@" not in caplog.text


def test_the_eu_is_the_default_and_settings_are_checked(tmp_path: Path) -> None:
    provider = SendGrid(make_site(tmp_path))
    assert provider._account.host == "https://api.eu.sendgrid.com"
    assert "API key" in provider.check()[0]
    assert SendGrid(make_site(tmp_path, providers={"sendgrid": {"region": "global"}}))._account.host == (
        "https://api.sendgrid.com"
    )


def test_an_id_that_was_ready_for_long_is_not_used(
    stub: Account, provider: SendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SendGrid forgets it after ten days, and a worker may rest for as long between two mailings."""
    leaves_at = datetime.now(UTC) + timedelta(minutes=30)
    first = provider.hold(leaves_at)
    provider.submit(Submission("77", RENDERING, ENVELOPE, COMPOSER, (recipient(1),), first))
    assert len(stub.batches) == 2, "one is ready for the next call"
    monkeypatch.setattr(sendgrid, "SPARE_SECONDS", 0.0)
    second = provider.hold(leaves_at)
    assert len(stub.batches) == 3 and second.ref == list(stub.batches)[-1]
