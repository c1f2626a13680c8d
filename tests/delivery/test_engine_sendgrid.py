"""The sender and SendGrid together: a call that fails in any way mails nobody twice and loses nobody silently."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.delivery.engine import send_mailing
from newsletter.delivery.providers.sendgrid import SendGrid
from newsletter.models import Attempt, Delivery
from tests.delivery.worlds import Clock, make_mailing, make_site, states
from tests.stubs.sendgrid_stub import KEY, Account, Fault, refusing, running_stub

pytestmark = pytest.mark.django_db

LATER = {"X-RateLimit-Reset": "1"}


def bad_row(stub: Account) -> None:
    stub.bad_rows = {"reader3@example.org", "reader7@example.org"}


def bad_row_without_a_name(stub: Account) -> None:
    bad_row(stub)
    stub.unnamed = True


def faults(*these: Fault) -> Callable[[Account], None]:
    return lambda stub: stub.faults.extend(these)


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (faults(), {"accepted": 12}),
        (bad_row, {"accepted": 10, "refused": 2}),
        (bad_row_without_a_name, {"accepted": 10, "refused": 2}),
        (faults(refusing(413), refusing(413)), {"accepted": 12}),
        (faults(refusing(429, headers=LATER)), {"accepted": 12}),
        (faults(refusing(500)), {"unknown": 12}),
        (faults("drop"), {"unknown": 12}),
        (faults("accept_then_drop"), {"unknown": 12}),
        (faults(refusing(413), "accept_then_drop", refusing(429, headers=LATER)), {"accepted": 6, "unknown": 6}),
        (faults(refusing(401)), {"pending": 12}),
    ],
)
def test_every_row_has_one_honest_end(tmp_path: Path, fault: Callable[[Account], None], end: dict[str, int]) -> None:
    clock = Clock()
    with running_stub() as stub:
        site = make_site(tmp_path, providers={"sendgrid": {"host": stub.host, "api_key": KEY, "mode": "immediate"}})
        mailing = make_mailing(12, provider="sendgrid")
        fault(stub)
        send_mailing(site, mailing, provider=SendGrid(site), now=clock.now, sleep=clock.sleep)
    assert states(mailing) == end
    taken = Counter(mail["nl_d"] for mail in stub.taken)
    assert max(taken.values(), default=0) <= 1, "somebody was mailed twice"
    accepted = set(Delivery.objects.filter(state="accepted").values_list("public_id", flat=True))
    unknown = set(Delivery.objects.filter(state="unknown").values_list("public_id", flat=True))
    assert accepted <= set(taken) <= accepted | unknown
    attempts = {str(number) for number in Attempt.objects.values_list("pk", flat=True)}
    assert {mail["nl_a"] for mail in stub.taken} <= attempts and len(stub.requests) == len(attempts)
