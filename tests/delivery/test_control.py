"""What a person decides about a mailing takes effect at once, touches what it names, and is on record."""

from datetime import timedelta

import pytest

from newsletter.delivery import control, ledger
from newsletter.delivery.control import ControlError
from newsletter.delivery.engine import send_mailing
from newsletter.delivery.ledger import State
from newsletter.delivery.providers.base import Accepted
from newsletter.models import Audit, Batch, Delivery, Mailing
from newsletter.site import Site
from tests.delivery.worlds import NOW, Clock, Scripted, make_mailing, states

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]
LATER = NOW + timedelta(minutes=1)


def mailing_in(*wanted: str) -> Mailing:
    """A mailing whose rows are in these states, one each, and whose batch is done."""
    mailing = make_mailing(len(wanted))
    for key, state in zip(Delivery.objects.order_by("pk").values_list("pk", flat=True), wanted, strict=True):
        Delivery.objects.filter(pk=key).update(state=state)
    Batch.objects.update(state="done")
    return mailing


def send(site: Site, mailing: Mailing, provider: Scripted) -> None:
    clock = Clock(LATER)
    send_mailing(site, mailing, provider=provider, now=clock.now, sleep=clock.sleep)
    mailing.refresh_from_db()


@pytest.mark.parametrize("deed", [control.pause, control.cancel])
def test_a_pause_and_a_cancel_hold_from_the_next_call_on(site: Site, deed) -> None:
    mailing = make_mailing(6)

    def answer(*_: object) -> Accepted:
        deed(Mailing.objects.get(), actor="anna", now=NOW)  # another process does
        return Accepted()

    provider = Scripted(answer)
    send(site, mailing, provider)
    assert len(provider.calls) == 1
    assert states(mailing) == {"accepted": 2, "pending" if deed is control.pause else "cancelled": 4}
    assert [(one.action, one.actor, one.object) for one in Audit.objects.all()] == [
        (deed.__name__, "anna", f"mailing {mailing.pk}")
    ]


def test_what_was_paused_goes_on(site: Site) -> None:
    mailing = make_mailing(2)
    control.pause(mailing, actor="anna", now=NOW)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.reason) == ("paused", "paused by anna")
    control.resume(mailing, actor="ben", now=LATER)
    send(site, mailing, Scripted(lambda *_: Accepted()))
    assert states(mailing) == {"accepted": 2}
    assert list(Audit.objects.values_list("action", "actor", "detail")) == [
        ("pause", "anna", {}),
        ("resume", "ben", {"reason": "paused by anna"}),
    ]


def test_retry_touches_only_those_who_failed(site: Site) -> None:
    every = [state.value for state in State if state not in ledger.OPEN]
    mailing = mailing_in(*every)
    assert control.retry_failed(mailing, actor="anna", now=LATER) == 1
    provider = Scripted(lambda *_: Accepted())
    send(site, mailing, provider)
    assert len(provider.calls) == 1 and len(provider.calls[0]) == 1
    assert states(mailing) == {"accepted": 2} | {state: 1 for state in every if state not in {"accepted", "failed"}}
    assert control.retry_failed(mailing, actor="anna", now=LATER) == 0
    assert Audit.objects.get().detail == {"rows": 1}


def test_only_what_is_unknown_is_resolved() -> None:
    mailing = mailing_in("unknown", "unknown", "accepted", "refused")
    one = Delivery.objects.filter(state="unknown").first()
    done = control.resolve(
        mailing, State.ACCEPTED, actor="anna", reason="she answered", now=LATER, delivery=one.public_id
    )
    assert done == 1
    one.refresh_from_db()
    assert (one.state, one.reason, one.actor, one.at) == ("accepted", "resolved: she answered", "anna", LATER)
    assert control.resolve(mailing, State.FAILED, actor="ben", reason="the log of the relay", now=LATER) == 1
    assert states(mailing) == {"accepted": 2, "failed": 1, "refused": 1}
    assert [one.detail["rows"] for one in Audit.objects.all()] == [1, 1]
    assert Audit.objects.first().detail["reason"] == "she answered"


@pytest.mark.parametrize(
    ("state", "reason", "delivery"),
    [(State.CANCELLED, "why", None), (State.ACCEPTED, " ", None), (State.ACCEPTED, "why", "nobody")],
)
def test_what_cannot_be_resolved_changes_nothing(state: State, reason: str, delivery: str | None) -> None:
    mailing = mailing_in("unknown", "refused")
    with pytest.raises(ControlError):
        control.resolve(mailing, state, actor="anna", reason=reason, now=LATER, delivery=delivery)
    assert states(mailing) == {"unknown": 1, "refused": 1} and not Audit.objects.exists()


def test_what_is_over_stays_so() -> None:
    mailing = mailing_in("accepted")
    for deed in (control.pause, control.cancel):
        with pytest.raises(ControlError, match="finished"):
            deed(mailing, actor="anna", now=LATER)
    Mailing.objects.update(state="cancelled")
    mailing.refresh_from_db()
    for deed in (control.pause, control.resume, control.retry_failed):
        with pytest.raises(ControlError, match="cancelled"):
            deed(mailing, actor="anna", now=LATER)
    assert not Audit.objects.exists()


def test_the_audit_is_only_added_to() -> None:
    control.pause(make_mailing(1), actor="anna", now=NOW)
    entry = Audit.objects.get()
    entry.actor = "ben"
    with pytest.raises(TypeError):
        entry.save()
