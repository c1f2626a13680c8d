"""Fenced mode against the stand-in for SendGrid's API, whatever it does with a call."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.delivery.plan import existing, got_already
from newsletter.delivery.providers import sendgrid_api
from newsletter.delivery.providers.sendgrid import SendGrid
from newsletter.models import Delivery, Mailing
from tests.delivery.test_fencing import send
from tests.delivery.worlds import (
    Clock,
    make_mailing,
    make_site,
    states,
)
from tests.stubs.sendgrid_stub import KEY, Account, Fault, refusing, running_stub

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "faults",
    [
        ["accept_then_drop"],
        ["drop_then_accept"],
        ["drop"],
        ["5xx_but_accepted"],
        ["late_accept"],
        ["partial_accept"],
        ["hang"],
        ["status 500", "accept_then_drop"],
        ["status 429 1", "late_accept"],
        [refusing(413), "5xx_but_accepted", "partial_accept"],
    ],
)
def test_with_sendgrid_nobody_gets_it_twice_and_nobody_is_lost(
    tmp_path: Path, faults: list[Fault], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sendgrid_api, "TIMEOUT", 1.0)
    clock = Clock()
    with running_stub() as stub:
        stub.now = lambda: clock.now().timestamp()
        site = make_site(tmp_path, providers={"sendgrid": {"host": stub.host, "api_key": KEY}})
        mailing = make_mailing(12, provider="sendgrid")
        stub.faults.extend(faults)
        send(site, mailing, SendGrid(site), clock)
        for timer in stub.later:
            timer.join()
        check_nobody_twice(stub, mailing)
        assert states(mailing) == {"accepted": 12} and len(stub.leaving()) == 12
        assert len(stub.taken) >= 12 and not stub.faults


def check_nobody_twice(stub: Account, mailing: Mailing) -> None:
    leaving = Counter(mail["nl_d"] for mail in stub.leaving())
    assert max(leaving.values()) == 1, "somebody is mailed twice"
    accepted = set(Delivery.objects.filter(mailing=mailing, state="accepted").values_list("public_id", flat=True))
    assert accepted == set(leaving)


def test_where_a_late_request_escapes_the_cancel_it_leaves_twice(tmp_path: Path) -> None:
    """Not known of the live service: if it did not discard what comes in after the cancel, this would happen."""
    clock = Clock()
    with running_stub() as stub:
        stub.now = lambda: clock.now().timestamp()
        site = make_site(tmp_path, providers={"sendgrid": {"host": stub.host, "api_key": KEY}})
        mailing = make_mailing(3, provider="sendgrid")
        stub.escapes = True
        stub.faults.append("late_accept")
        send(site, mailing, SendGrid(site), clock)
        for timer in stub.later:
            timer.join()
        clock.at += timedelta(seconds=1)
        late = [mail for mail in stub.taken if mail["batch_id"] in stub.cancelled]
        assert len(late) == 3
        for mail in late:
            mail["at"] = clock.at.timestamp()
        assert set(Counter(mail["nl_d"] for mail in stub.leaving()).values()) == {2}


def test_the_sandbox_checks_each_mail_and_mails_nobody(tmp_path: Path) -> None:
    clock = Clock()
    with running_stub() as stub:
        account = {"host": stub.host, "api_key": KEY, "sandbox": True}
        site = make_site(tmp_path, providers={"sendgrid": account})
        mailing = make_mailing(3, provider="sendgrid", dry_run=True)
        assert mailing.dry_run and existing(mailing.revision, mailing.list) is None, "a real one can start"
        stub.bad_rows.add("reader2@example.org")
        send(site, mailing, SendGrid(site), clock)
        assert states(mailing) == {"cancelled": 2, "refused": 1} and stub.taken == []
        assert all(request["mail_settings"] == {"sandbox_mode": {"enable": True}} for request in stub.requests)
        assert not any("batch_id" in request or "send_at" in request for request in stub.requests)
    assert got_already(mailing.revision) == set()
    assert "nobody was mailed" in Delivery.objects.filter(state="cancelled").first().reason
