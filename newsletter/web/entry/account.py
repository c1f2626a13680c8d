"""One's own account: name, password, second factor."""

from datetime import UTC, datetime

import segno
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_otp import login as give_factor
from markupsafe import Markup

from newsletter.models import Account
from newsletter.store import people, second_factor
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note
from newsletter.web.pages import this_site

_KEY = "second factor"
"""Of the session: the key that is being set up."""
_WRONG = people.PeopleError("This is not your password.", "old")


@desk()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, password, second factor."""
    person = account_of(request)
    name, problem, wrong = person.name, "", ""
    if request.method == "POST":
        name = request.POST.get("name", name)
        try:
            done(request, _renamed(person, name) if "name" in request.POST else _other_password(request, person))
            return to(request, reverse("account"))
        except people.PeopleError as error:
            problem, wrong = str(error), error.field
            person.refresh_from_db()
    return draw(
        request,
        "account",
        status=400 if problem else 200,
        name=name,
        problem=problem,
        wrong=wrong,
        second=second_factor.has_one(person),
        codes_left=second_factor.codes_left(person),
        required=_required(),
    )


def _renamed(person: Account, name: str) -> str:
    people.rename(person, name, at=datetime.now(UTC))
    return "Your name is saved."


def _other_password(request: HttpRequest, person: Account) -> str:
    _ask_password(request, person)
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        raise people.PeopleError("The two are not the same.", "again")
    people.choose_password(person, password, at=datetime.now(UTC))
    update_session_auth_hash(request, person)
    return "Your password is changed. Wherever else you were signed in, you are no more."


def _ask_password(request: HttpRequest, person: Account) -> None:
    """Raises ``PeopleError`` where the password that was typed is not theirs; wrong ones count as at the sign-in."""
    typed = request.POST.get("old", "")[: people.LONGEST_PASSWORD + 1]
    if authenticate(request, username=person.email, password=typed) != person:
        raise _WRONG


def _required() -> bool:
    return this_site().settings.desk.second_factor == "required"


@desk()
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Sets the second factor up, or takes it away. Each time the password is asked for: a desk that somebody left open
    is not enough."""
    person = account_of(request)
    problem, wrong = "", ""
    if request.method == "POST":
        try:
            return _changed(request, person)
        except people.PeopleError as error:
            problem, wrong = str(error), error.field
    key = request.session.get(_KEY, "")
    return draw(
        request,
        "second-factor",
        status=400 if problem else 200,
        problem=problem,
        wrong=wrong,
        second=second_factor.has_one(person),
        required=_required(),
        square=_square(second_factor.address_of(person, key)) if key else "",
        typed=second_factor.typed_key(key) if key else "",
    )


def _changed(request: HttpRequest, person: Account) -> HttpResponse:
    """What the pressed button asks for."""
    match request.POST.get("do"):
        case "begin":
            _ask_password(request, person)
            request.session[_KEY] = second_factor.new_key()
            return to(request, reverse("second-factor"))
        case "code":
            made = second_factor.set_up(person, request.session.get(_KEY, ""), request.POST.get("code", "")[:20])
            if made is None:
                raise people.PeopleError("This code is not right. Is the clock of the phone right?", "code")
            device, codes = made
            del request.session[_KEY]
            give_factor(request, device)
            request.session.cycle_key()
            note(request, "set up second factor", f"person {person.name}")
            return draw(request, "recovery-codes", codes=codes, first=True)
        case "codes":
            _ask_password(request, person)
            note(request, "made recovery codes", f"person {person.name}")
            return draw(request, "recovery-codes", codes=second_factor.new_codes(person), first=False)
        case "remove":
            _ask_password(request, person)
            if _required():
                raise people.PeopleError("This site wants everybody to have one.", "old")
            second_factor.forget(person)
            note(request, "removed second factor", f"person {person.name}")
            done(request, "Signing in asks for your password alone now.")
            return to(request, reverse("account"))
    request.session.pop(_KEY, None)  # "cancel"
    return to(request, reverse("account"))


def _square(address: str) -> Markup:
    """The address as a QR code, dark on white whatever the page is: cameras read nothing else."""
    made = segno.make(address, error="m", micro=False)
    return Markup(made.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704 - segno's own
