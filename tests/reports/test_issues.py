"""The stage of an issue follows from its rows, and from nothing else."""

from datetime import timedelta

import pytest

from newsletter.models import Approval, Batch, Mailing, Revision
from newsletter.reports.issues import Stage, standings
from tests.delivery.worlds import NOW, make_mailing

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]


def stage(now=NOW) -> Stage:
    (one,) = standings(now=now)
    return one.stage


def drafted() -> Revision:
    """An issue that was never mailed."""
    make_mailing(1)
    Mailing.objects.update(state=Mailing.State.CANCELLED)
    return Revision.objects.get()


def approval(revision: Revision, state: str) -> Approval:
    return Approval.objects.create(
        revision=revision, content_hash="c", audience_hash="a", count=1, state=state, submitted_at=NOW, at=NOW
    )


def test_what_was_never_mailed_or_was_cancelled_is_a_draft() -> None:
    drafted()
    assert stage() is Stage.DRAFT


@pytest.mark.parametrize(
    ("state", "told", "returned"),
    [
        ("waiting", Stage.REVIEW, False),
        ("approved", Stage.APPROVED, False),
        ("returned", Stage.DRAFT, True),
        ("withdrawn", Stage.DRAFT, False),
        ("void", Stage.DRAFT, False),
    ],
)
def test_what_was_decided_last_counts(state: str, told: Stage, returned: bool) -> None:
    revision = drafted()
    approval(revision, "waiting" if state != "waiting" else "approved")
    approval(revision, state)
    (one,) = standings(now=NOW)
    assert (one.stage, one.returned) == (told, returned)


def test_a_decision_on_an_earlier_revision_does_not() -> None:
    revision = drafted()
    approval(revision, "approved")
    Revision.objects.create(
        issue=revision.issue, number=revision.number + 1, source="x", sha256="x", author="b", at=NOW
    )
    (one,) = standings(now=NOW)
    assert (one.stage, one.number, one.by) == (Stage.DRAFT, revision.number + 1, "b")


def test_a_mailing_tells_the_stage() -> None:
    mailing = make_mailing(2)
    later = NOW + timedelta(hours=1)
    assert stage(later) is Stage.SENDING
    Mailing.objects.update(state=Mailing.State.PAUSED)
    assert stage(later) is Stage.PAUSED
    Mailing.objects.update(state=Mailing.State.RUNNING)
    Batch.objects.update(state=Batch.State.DONE)
    assert stage(later) is Stage.SENT
    Mailing.objects.filter(pk=mailing.pk).update(send_at=later + timedelta(hours=1))
    assert stage(later) is Stage.SENDING  # handed over, and not yet gone


def test_a_mailing_with_a_set_time_is_scheduled_until_then() -> None:
    make_mailing(1)
    at = NOW + timedelta(days=1)
    Mailing.objects.update(not_before=at, latest_start=at + timedelta(hours=2))
    assert stage() is Stage.SCHEDULED
    assert stage(at + timedelta(minutes=1)) is Stage.SENDING


def test_a_dry_run_is_none() -> None:
    make_mailing(1)
    Mailing.objects.update(dry_run=True)
    assert stage() is Stage.DRAFT


def test_one_issue_alone() -> None:
    slug = make_mailing(1).revision.issue.slug
    assert [one.issue.slug for one in standings(now=NOW, slug=slug)] == [slug]
    assert standings(now=NOW, slug="other") == []
