"""The law of imports: whatever files come, in whatever order, and whatever is undone of them, nobody who opted out, is
suppressed or did not confirm is mailed because of it; and evidence is only added to."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from subscribers import audience, consent, suppression
from subscribers.address import normalise
from subscribers.importing.undoing import undo
from subscribers.models import Consent, Import, MailingList, Subscription
from tests.subscribers.importing.lists import NOW, take

pytestmark = pytest.mark.django_db

NAMES = ("ana", "bo", "cleo")
STATUSES = ("", "subscribed", "confirmed", "unsubscribed", "pending", "bounced", "complained", "left")
HEADERS = ("email,status,name", "email,UNSUB_TIME,LEID", "email,status,CLEAN_TIME,EUID", "email,OPTIN_TIME,status")

rows = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(STATUSES)), min_size=1, max_size=4)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.sampled_from(HEADERS), rows),
        st.tuples(st.just("unsubscribe"), st.sampled_from(NAMES)),
        st.tuples(st.just("suppress"), st.sampled_from(NAMES)),
        st.tuples(st.just("confirm"), st.sampled_from(NAMES)),
        st.tuples(st.just("undo"), st.integers(0, 5)),
    ),
    max_size=12,
)


def norm(name: str) -> str:
    return normalise(f"{name}@example.org").norm


class Told:
    """What readers said themselves, and what was suppressed by hand: kept beside the store."""

    def __init__(self, mailing_list: MailingList, folder: Path) -> None:
        self.list = mailing_list
        self.path = folder / "readers.csv"
        self.out: set[str] = set()
        self.never: set[str] = set()
        self.unconfirmed: set[str] = set()
        self.files = 0

    def do(self, step: tuple[object, ...], at: datetime) -> None:
        match step:
            case ("import", str(header), list(rows)):
                self.imported(header, rows, at)
            case ("unsubscribe", str(name)):
                for one in Subscription.objects.filter(subscriber__email_norm=norm(name)):
                    consent.unsubscribe(one.token, at=at, source="link")
                    self.out.add(norm(name))
            case ("suppress", str(name)):
                suppression.suppress(normalise(f"{name}@example.org"), reason="manual", actor="x", at=at)
                self.never.add(norm(name))
            case ("confirm", str(name)):
                for one in Subscription.objects.filter(subscriber__email_norm=norm(name), state="pending"):
                    consent.confirm(one.token, at=at, source="link")
            case ("undo", int(which)):
                runs = list(Import.objects.filter(undone_at=None).order_by("pk"))
                if which < len(runs):
                    undo(runs[which], actor="desk", at=at)

    def imported(self, header: str, rows: list[tuple[str, str]], at: datetime) -> None:
        self.files += 1
        width = header.count(",") + 1
        status_at = header.split(",").index("status") if "status" in header else None
        lines = [header]
        for name, status in rows:
            cells = [f"{name}@example.org"] + [""] * (width - 1)
            if status_at is not None:
                cells[status_at] = status
            lines.append(",".join(cells))
            if (status in {"unsubscribed", "complained", "left"} and status_at is not None) or "UNSUB" in header:
                self.out.add(norm(name))
            if (status in {"bounced", "complained"} and status_at is not None) or "CLEAN" in header:
                self.never.add(norm(name))
        take(self.path, self.list, "\n".join(lines) + "\n" * self.files, at=at)


@given(steps)
@settings(max_examples=40, deadline=None)
def test_no_sequence_weakens_anything(sequence: list[tuple[object, ...]]) -> None:
    with transaction.atomic(), TemporaryDirectory() as folder:
        told = Told(MailingList.objects.create(slug="law", name="Law"), Path(folder))
        evidence: list[dict[str, object]] = []
        for number, step in enumerate(sequence):
            pending = set(Subscription.objects.filter(state="pending").values_list("pk", flat=True))
            told.do(step, NOW + timedelta(hours=number))
            mailed = {one.email_norm for one in audience.members("law", at=NOW + timedelta(days=99))}
            assert not mailed & told.out, "who opted out is mailed"
            assert not mailed & told.never, "who is suppressed is mailed"
            assert suppression.suppressed(told.never) == told.never
            states = dict(Subscription.objects.values_list("subscriber__email_norm", "state"))
            assert {states[one] for one in told.out} <= {"unsubscribed"}
            if step[0] != "confirm":
                assert not Subscription.objects.filter(pk__in=pending, state="active").exists(), "nobody confirmed"
            after = list(Consent.objects.order_by("pk").values())
            assert after[: len(evidence)] == evidence, "evidence was changed or taken away"
            evidence = after
        transaction.set_rollback(True)
