"""One call to a provider, as it is made on a lane: nothing here is stored."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newsletter.delivery import fencing, journal
from newsletter.delivery.claims import Intent
from newsletter.delivery.frozen import recipient_of
from newsletter.delivery.headers import AddressError, wire_address
from newsletter.delivery.messages import Composer, Envelope
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Fenced,
    Outcome,
    Postponed,
    Provider,
    Refused,
    Submission,
)
from newsletter.render.rendering import Rendering


@dataclass(frozen=True)
class Call:
    """What is to be submitted: rows that are ``submitting``, and their content."""

    intent: Intent
    rendering: Rendering
    envelope: Envelope
    composer: Composer


def make(provider: Provider, call: Call, now: Callable[[], datetime]) -> Answer:
    """Submit ``call``: an outcome for each row. Where nobody knows what became of them, it is taken back if that can be
    done; then nothing of it leaves."""
    answer = _submit(provider, call)
    intent = call.intent
    silent = Ambiguous("the provider did not say")
    outcomes = {row.public_id: answer.outcomes.get(row.public_id, silent) for row in intent.rows}
    lost = any(issubclass(kind, Ambiguous) for kind in set(map(type, outcomes.values())))
    if lost and intent.hold and fencing.in_time(provider.capabilities.fence, intent.hold, now=now()):
        after = _fenced if provider.revoke(intent.hold) else _in_doubt
        outcomes = {delivery: after(outcome) for delivery, outcome in outcomes.items()}
    return Answer(outcomes, answer.ref)


def _fenced(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Accepted | Ambiguous):
        return Fenced(f"called back, as nobody knew the answer: {outcome.reason}")
    return outcome


def _in_doubt(outcome: Outcome) -> Outcome:
    """Who was accepted may have been called back with the others: nobody said."""
    return Ambiguous(f"it may have been called back: {outcome.reason}") if isinstance(outcome, Accepted) else outcome


def _submit(provider: Provider, call: Call) -> Answer:
    intent = call.intent
    outcomes: dict[str, Outcome] = {}
    recipients = []
    for row in intent.rows:
        try:
            wire_address(row.address, smtputf8=provider.capabilities.smtputf8)
        except AddressError as error:
            outcomes[row.public_id] = Refused(str(error))
        else:
            recipients.append(recipient_of(row))
    if not recipients:
        return Answer(outcomes)
    content = (call.rendering, call.envelope, call.composer)
    submission = Submission(str(intent.attempt), *content, tuple(recipients), intent.hold)
    try:
        answer = provider.submit(submission)
    except Exception as error:  # a mistake in a provider: what it did before is not known
        place = traceback.extract_tb(error.__traceback__)[-1]  # its words may hold an address, its place does not
        what = f"{type(error).__name__} in {place.filename}, line {place.lineno}"
        journal.fault("provider failed", provider=provider.name, attempt=intent.attempt, error=what)
        sure = provider.capabilities.exactly_once
        outcome = (Postponed if sure else Ambiguous)(f"the provider failed: {type(error).__name__}")
        answer = Answer({recipient.delivery: outcome for recipient in recipients})
    return Answer({**answer.outcomes, **outcomes}, answer.ref)
