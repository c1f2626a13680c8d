"""Test mails of an issue: to any addresses and saved reviewers, as any reader would get it."""

import re
from datetime import UTC, datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from newsletter.delivery.preview import readers_like
from newsletter.delivery.providers.base import Accepted, Ambiguous
from newsletter.delivery.reviewers import ReviewerError, add_reviewer, last_tests, reviewers
from newsletter.delivery.trial import MOST, Tested, send_test
from newsletter.models import Reviewer, Revision, Role
from newsletter.web.access import account_of, desk, is_part, to
from newsletter.web.desk import done, draw, note
from newsletter.web.pages import this_site
from newsletter.web.sending.shared import Trouble, revision_of, sentence, told
from subscribers.address import AddressError, normalise
from subscribers.models import Subscriber

_TESTERS = (Role.EDITOR, Role.APPROVER, Role.SENDER)
_KEYS = Signer(salt="newsletter.test.reader")
_LONGEST = 10_000
"""Characters that may be typed as addresses."""


@desk(*_TESTERS)
@require_safe
def tests(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, the saved reviewers, and the last tests."""
    return _page(request, revision_of(slug))


@desk(*_TESTERS)
@require_POST
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """Sends a test and says what became of each mail."""
    revision, now = revision_of(slug), datetime.now(UTC)
    typed = _typed(request)
    try:
        addresses = _addresses(typed)
        reader = _reader(request, typed["reader"])
        with told():
            sent = send_test(this_site(), revision, addresses, actor=account_of(request).name, now=now, reader=reader)
    except ValueError as error:  # among them AddressError
        return _page(request, revision, typed=typed, wrong=sentence(str(error)), status=400)
    except Trouble as error:
        return _page(request, revision, typed=typed, problems=error.lines, status=400)
    accepted = [one for one in sent if isinstance(one.outcome, Accepted)]
    note(request, "test", f"issue {slug}", revision=revision.number, sent=len(accepted), of=len(sent))
    if len(accepted) < len(sent):
        return _page(request, revision, typed=typed, outcomes=[_told(one) for one in sent], status=400)
    many = f"{len(sent)} test mails" if len(sent) > 1 else "The test mail"
    done(request, f"{many} of revision {revision.number} went to {', '.join(one.address for one in sent)}.{_where()}")
    return to(request, reverse("tests", kwargs={"slug": slug}))


@desk(Role.EDITOR, Role.SENDER)
@require_POST
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """Readers to show the issue as, by the beginning of their address or name: a POST, so that it stands in no URL."""
    written = request.POST.get("q", "")
    found = [(_KEYS.sign_object(one.pk), one) for one in readers_like(written)]
    if is_part(request):
        return draw(request, "tests-readers", found=found, written=written, chosen="")
    return _page(request, revision_of(slug), typed=_typed(request), found=found, written=written)


@desk(*_TESTERS)
@require_POST
def reviewer(request: HttpRequest, slug: str) -> HttpResponse:
    """Keeps a reviewer, or no longer."""
    revision = revision_of(slug)
    if request.POST.get("do") == "remove":
        found = Reviewer.objects.filter(pk=_number(request.POST.get("reviewer", ""))).first()
        if found:
            found.delete()
            note(request, "remove reviewer", f"reviewer {found.name or 'without a name'}")
            done(request, f"{found.name or found.address} gets no tests any more.")
        return to(request, reverse("tests", kwargs={"slug": slug}))
    address, name = request.POST.get("address", "").strip(), request.POST.get("name", "").strip()
    try:
        kept = add_reviewer(address, name)
    except ReviewerError as error:
        new = {"address": address, "name": name, "wrong": sentence(str(error))}
        return _page(request, revision, new=new, status=400)
    note(request, "add reviewer", f"reviewer {kept.name or 'without a name'}")
    done(request, f"{kept.name or kept.address} is a reviewer now.")
    return to(request, reverse("tests", kwargs={"slug": slug}))


def _page(request: HttpRequest, revision: Revision, *, status: int = 200, **values: Any) -> HttpResponse:
    empty = {"to": "", "reviewers": set(), "reader": "", "label": ""}
    shown: dict[str, Any] = {
        "typed": empty,
        "wrong": "",
        "problems": [],
        "outcomes": [],
        "found": None,
        "written": "",
        "new": {"address": "", "name": "", "wrong": ""},
    }
    return draw(
        request,
        "tests",
        status=status,
        slug=revision.issue.slug,
        issue=revision.issue,
        revision=revision,
        reviewers=reviewers(),
        last=last_tests(revision.issue),
        most=MOST,
        own=account_of(request).email,
        **(shown | values),
    )


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form."""
    chosen = {_number(one) for one in request.POST.getlist("reviewer")[:100]}
    return {"to": request.POST.get("to", "")[:_LONGEST], "reviewers": chosen, "reader": request.POST.get("as", "")}


def _addresses(typed: dict[str, Any]) -> list[str]:
    """Those of reviewers and those that were typed, each once. Raises ``ValueError``, which names the one that is
    wrong."""
    kept = Reviewer.objects.filter(pk__in=typed["reviewers"]).order_by("name", "address")
    written = [*kept.values_list("address", flat=True), *filter(None, re.split(r"[\s,;]+", typed["to"]))]
    found: dict[str, str] = {}
    for one in written:
        try:
            found.setdefault(normalise(one).norm, one)
        except AddressError as error:
            raise ValueError(f"'{one[:100]}': {error}") from None
    if not found:
        raise ValueError("write an address, or choose a reviewer")
    if len(found) > MOST:
        raise ValueError(f"a test goes to {MOST} addresses at most; these are {len(found)}")
    return list(found.values())


def _reader(request: HttpRequest, key: str) -> Subscriber | None:
    """The reader whose key that is. Raises ``ValueError``."""
    if not key:
        return None
    try:
        if not account_of(request).sees_addresses:
            raise BadSignature
        return Subscriber.objects.get(pk=int(_KEYS.unsign_object(key)))
    except (BadSignature, Subscriber.DoesNotExist):
        raise ValueError("that reader is not there any more; choose another one") from None


def _told(one: Tested) -> tuple[str, str, str]:
    if isinstance(one.outcome, Accepted):
        return one.address, "sent", ""
    word = "unknown" if isinstance(one.outcome, Ambiguous) else "not sent"
    return one.address, word, one.outcome.reason


def _where() -> str:
    site = this_site()
    return f" They are in the folder {site.testmail.name}." if site.settings.delivery.provider == "outbox" else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
