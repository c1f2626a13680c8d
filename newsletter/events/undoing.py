"""A person takes back what an event did to a reader: a mail server that was broken called good addresses bad, say."""

from datetime import datetime

from django.db import transaction

from newsletter.models import Audit, Event
from subscribers import feedback
from subscribers.feedback import UndoError
from subscribers.models import Feedback

__all__ = ["UndoError", "undo"]


def undo(event: Event, *, actor: str, at: datetime) -> bool:
    """Take back what ``event`` did; true where that lifts a suppression. The event itself stays on record.

    Raises ``UndoError``: it did nothing, was undone before, or is the reader's own word.
    """
    told = Feedback.objects.filter(source=event.provider, external_id=event.external_id).first()
    if told is None:
        raise UndoError("it did nothing to any reader")
    with transaction.atomic():
        lifted = feedback.undo(told, actor=actor, at=at)
        Audit.objects.create(
            actor=actor, action="undo", object=f"event {event.pk}", at=at, detail={"kind": event.kind, "lifted": lifted}
        )
    return lifted
