"""What a sender decides about a mailing that runs; each is on record by ``delivery.control``."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from newsletter.delivery import control
from newsletter.delivery.calling_off import call_off
from newsletter.delivery.control import ControlError
from newsletter.delivery.ledger import State
from newsletter.delivery.providers.registry import provider_for
from newsletter.models import Delivery, Mailing, Role
from newsletter.reports import watching
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done
from newsletter.web.pages import this_site
from newsletter.web.sending.mailings import show
from newsletter.web.sending.shared import mailing_of, sentence


@desk(Role.SENDER)
@require_POST
def pause(request: HttpRequest, number: int) -> HttpResponse:
    """Stops it for now."""
    found = mailing_of(number)
    try:
        control.pause(found, actor=account_of(request).name, now=datetime.now(UTC))
    except ControlError as error:
        return show(request, found, problem=sentence(str(error)))
    return _back(request, found, "Paused. Nobody more is mailed until it is resumed.")


@desk(Role.SENDER)
@require_POST
def resume(request: HttpRequest, number: int) -> HttpResponse:
    """Goes on with it, also where it is later than it was to start."""
    found = mailing_of(number)
    try:
        _require_provider(found)
        control.resume(found, actor=account_of(request).name, now=datetime.now(UTC))
    except ControlError as error:
        return show(request, found, problem=sentence(str(error)))
    return _back(request, found, "It goes on where it stopped; nobody is mailed twice.")


@desk(Role.SENDER)
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Ends it, takes back what has not left, and says with numbers what stays."""
    found = mailing_of(number)
    try:
        taken = call_off(this_site(), found, actor=account_of(request).name, now=datetime.now(UTC))
    except ControlError as error:
        return show(request, found, problem=sentence(str(error)))
    mailed = Delivery.objects.filter(mailing=found, state=State.ACCEPTED).count()
    said = [
        f"Cancelled. {mailed:,} of {found.count:,} have the mail and keep it."
        if mailed
        else "Cancelled. Nobody was mailed."
    ]
    if taken.back:
        said.append(f"{taken.back:,} were taken back before their mail left.")
    if taken.leaving.number:
        said.append(f"{taken.leaving.number:,} of them leave later all the same: the provider takes back no more.")
    if taken.calling:
        said.append(f"{taken.calling:,} are in calls that have no answer yet; what can be taken back of them will be.")
    return _back(request, found, " ".join(said))


@desk(Role.SENDER)
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Mails those again who surely have not got it."""
    found, who, now = mailing_of(number), account_of(request).name, datetime.now(UTC)
    try:
        _require_provider(found)
        again = control.retry_failed(found, actor=who, now=now)
        if not again:
            raise ControlError("nobody failed; there is nobody to mail again")
        control.resume(found, actor=who, now=now)
    except ControlError as error:
        return show(request, found, problem=sentence(str(error)))
    return _back(
        request,
        found,
        f"{again:,} that failed are mailed again." if again > 1 else "The one that failed is mailed again.",
    )


@desk(Role.SENDER)
@require_POST
def resolve(request: HttpRequest, number: int) -> HttpResponse:
    """Says what became of those who are unknown: of one, or of all."""
    found, said = mailing_of(number), request.POST
    reason, one = said.get("reason", "")[:300], said.get("delivery", "")
    end = State.FAILED if said.get("as") == "failed" else State.ACCEPTED
    try:
        if said.get("as") not in {"accepted", "failed"}:
            raise ControlError("choose what became of them")
        if not one:
            raise ControlError("choose whom it is about")
        whom = None if one == "all" else one
        number_of = control.resolve(
            found, end, actor=account_of(request).name, reason=reason, now=datetime.now(UTC), delivery=whom
        )
    except ControlError as error:
        return show(request, found, problem=sentence(str(error)), reason=reason)
    return _back(request, found, f"{number_of:,} are {end.value} now.")


def _require_provider(found: Mailing) -> None:
    """Raises ``ControlError`` where the provider could not send."""
    provider = provider_for(this_site(), found.provider)
    try:
        problems = provider.check()
    finally:
        provider.close()
    if problems:
        raise ControlError("; ".join(problems))


def _back(request: HttpRequest, found: Mailing, words: str) -> HttpResponse:
    watching.forget(found.pk)
    done(request, words)
    return to(request, reverse("mailing", kwargs={"number": found.pk}))
