"""What every provider must do, each against its own other end (``places.py``)."""

import html
import inspect
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.delivery.messages import Composer, Recipient
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Fence,
    Hold,
    NoHold,
    Outcome,
    Provider,
    Refused,
    Resubmit,
    Submission,
    Unreachable,
)
from newsletter.delivery.providers.registry import provider_for, providers
from newsletter.settings import DeliverySection, Settings
from newsletter.site import Site
from tests.delivery.providers.places import PLACES, Place
from tests.delivery.worlds import ENVELOPE, RENDERING, make_site, recipient

NAMES = sorted(providers())


def submission(*recipients: Recipient, hold: Hold | None = None) -> Submission:
    return Submission("77", RENDERING, ENVELOPE, Composer(RENDERING, ENVELOPE), recipients, hold)


def kinds(answer: Answer) -> list[type]:
    return [type(answer.outcomes[key]) for key in sorted(answer.outcomes)]


@pytest.fixture(params=NAMES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with PLACES[request.param](tmp_path) as made:
        yield made


def test_each_provider_has_a_place_and_a_name_in_the_settings() -> None:
    chosen = DeliverySection.model_fields["provider"].annotation
    assert set(NAMES) == set(PLACES) == set(chosen.__args__)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_named_and_says_what_it_can(name: str, tmp_path: Path) -> None:
    provider = provider_for(Site(tmp_path, Settings()), name)
    can = provider.capabilities
    assert isinstance(provider, Provider) and provider.name == name and 1 <= can.group <= 1_000
    assert not inspect.isabstract(type(provider)) and type(provider).__doc__
    if can.fence:
        assert can.fence.lead > can.fence.margin > timedelta() and can.fence.slots > 0
        assert {"hold", "revoke"} <= set(vars(type(provider)))
    provider.close()
    provider.close()


@pytest.mark.parametrize("name", NAMES)
def test_its_check_tells_sentences_and_contacts_nobody(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dial(*_: object) -> None:
        raise AssertionError("check contacted somebody")

    monkeypatch.setattr(socket.socket, "connect", dial)
    monkeypatch.setattr(socket, "getaddrinfo", dial)
    problems = provider_for(Site(tmp_path, Settings()), name).check()
    assert all(isinstance(problem, str) and len(problem) > 20 for problem in problems)
    assert bool(problems) == (name != "outbox"), "a real way out needs an account"


def test_each_reader_gets_one_mail_of_their_own(place: Place) -> None:
    second = recipient(2, values={"first_name": "Zoë & <Co>"}, name='Zoë "Z" Müller, Co')
    answer = place.provider.submit(submission(recipient(1), second))
    assert kinds(answer) == [Accepted, Accepted] and set(answer.outcomes) == {
        one.delivery for one in (recipient(1), second)
    }
    first, other = sorted(place.arrived(), key=lambda mail: mail.to)
    assert (first.to, other.to) == ("reader1@example.org", "reader2@example.org")
    assert first.subject == "News for Name1" and "Dear Name1," in first.text and "Dear Name1," in first.html
    assert "Dear Zoë & <Co>," in other.text and f"Dear {html.escape('Zoë & <Co>')}," in other.html
    assert "Genève" in other.text and "Genève" in other.html
    for mail, number in ((first, 1), (other, 2)):
        url = f"https://news.example.org/u/token{number:017d}"
        assert mail.headers["List-Unsubscribe"] == f"<{url}>" and url in mail.html and url in mail.text
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "Fa000000" not in mail.subject + mail.text + mail.html, "a token is left over"


def test_a_full_call_is_taken_whole(place: Place) -> None:
    people = [recipient(number) for number in range(place.provider.capabilities.group)]
    assert set(kinds(place.provider.submit(submission(*people)))) == {Accepted}
    assert len({mail.to for mail in place.arrived()}) == len(place.arrived()) == len(people)


def test_who_is_refused_costs_nobody_else_the_mail(place: Place) -> None:
    if place.refuse is None:
        pytest.skip("it refuses nobody")
    place.refuse("reader2@example.org")
    answer = place.provider.submit(submission(*map(recipient, (1, 2, 3))))
    bad = answer.outcomes["delivery00000000000002"]
    assert isinstance(bad, Refused) and bad.reason and "reader2@" not in bad.reason
    for outcome in (answer.outcomes["delivery00000000000001"], answer.outcomes["delivery00000000000003"]):
        assert isinstance(outcome, Accepted | Resubmit)
    accepted = {key for key, outcome in answer.outcomes.items() if isinstance(outcome, Accepted)}
    assert len(place.arrived()) == len(accepted)


def test_what_was_taken_without_an_answer_is_ambiguous_and_not_tried_again(place: Place) -> None:
    if place.lose is None:
        pytest.skip("nothing is between it and its other end")
    place.lose()
    answer = place.provider.submit(submission(recipient(1)))
    assert kinds(answer) == [Ambiguous] and len(place.arrived()) == 1
    assert kinds(place.provider.submit(submission(recipient(2)))) == [Accepted], "the next call works again"


def test_exactly_once_means_that_a_second_time_changes_nothing(place: Place) -> None:
    if not place.provider.capabilities.exactly_once:
        pytest.skip("it does not say so")
    for _ in range(2):
        assert kinds(place.provider.submit(submission(recipient(1), recipient(2)))) == [Accepted, Accepted]
    assert len(place.arrived()) == 2


def test_a_held_call_can_be_taken_back_and_no_other(place: Place) -> None:
    fence = place.provider.capabilities.fence
    leaves_at = datetime.now(UTC) + (fence.lead if fence else timedelta())
    if fence is None:
        with pytest.raises(NoHold):
            place.provider.hold(leaves_at)
        assert place.provider.revoke(Hold("x", leaves_at)) is False
        return
    assert isinstance(fence, Fence)
    holds = [place.provider.hold(leaves_at) for _ in range(3)]
    assert len({hold.ref for hold in holds}) == 3 and all(hold.leaves_at == leaves_at for hold in holds)
    for number, hold in enumerate(holds[:2]):
        assert kinds(place.provider.submit(submission(recipient(number), hold=hold))) == [Accepted]
    assert place.provider.revoke(holds[0]) and place.provider.revoke(holds[0]), "saying it twice does no harm"
    assert [mail.to for mail in place.arrived()] == ["reader1@example.org"]
    assert place.provider.revoke(Hold("nobody's", leaves_at)) is False


@pytest.mark.parametrize("name", NAMES)
def test_without_a_way_out_everybody_gets_a_sure_no(name: str, tmp_path: Path) -> None:
    nowhere = {
        "smtp": {"host": "127.0.0.1", "port": 1, "tls": "none"},
        "sendgrid": {"host": "http://127.0.0.1:1"},
        "anymail": {"esp": "postmark", "api_key": "x", "api_url": "http://127.0.0.1:1"},
    }
    site = make_site(tmp_path, providers=nowhere)
    site.outbox.write_text("a file is in the way")
    provider = provider_for(site, name)
    answer = provider.submit(submission(*map(recipient, range(3))))
    assert len(answer.outcomes) == 3
    assert all(isinstance(outcome, Unreachable | Barred) and outcome.reason for outcome in answer.outcomes.values())
    if provider.capabilities.fence:
        with pytest.raises(NoHold) as none:
            provider.hold(datetime.now(UTC))
        assert isinstance(none.value.outcome, Unreachable)
        assert provider.revoke(Hold("x", datetime.now(UTC))) is False
    provider.close()


def test_no_key_and_no_address_is_in_a_log(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    for lose in (False, True):
        if lose and place.lose:
            place.lose()
        with caplog.at_level(logging.DEBUG):
            place.provider.submit(submission(recipient(1)))
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name != "mail.log")  # the server's own
    assert not any(secret in ours for secret in ("reader1@", "SG.stub-key", "Server-Token", "Name1"))


def test_an_outcome_is_a_value() -> None:
    assert replace(Accepted("x"), reason="y") == Accepted("y") != Refused("y")
    assert all(isinstance(one(), Outcome) for one in (Accepted, Refused, Ambiguous))
