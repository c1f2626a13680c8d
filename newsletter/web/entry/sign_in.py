"""Signing in and out."""

from datetime import UTC, datetime

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as give_factor
from django_otp.plugins.otp_static.models import StaticDevice

from newsletter.models import Account
from newsletter.store import people, second_factor
from newsletter.web.access import account_of, desk, entrance, local_path, to
from newsletter.web.desk import done, draw

_MODEL = "django.contrib.auth.backends.ModelBackend"


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form for address and password. What is wrong is not told: neither an address nor a role can be found out."""
    if not Account.objects.exists():
        return to(request, reverse("setup"))
    following = local_path(request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated and request.method != "POST":
        return to(request, following)
    email, problem = request.POST.get("email", "").strip()[:254], ""
    if request.method == "POST":
        password = request.POST.get("password", "")[: people.LONGEST_PASSWORD + 1]
        account = authenticate(request, username=email.lower(), password=password)  # wrong ones count by small letters
        if isinstance(account, Account):
            return enter(request, account, following)
        problem = "The address or the password is not right."
    return draw(request, "sign-in", status=400 if problem else 200, email=email, following=following, problem=problem)


def enter(request: HttpRequest, account: Account, following: str = "/") -> HttpResponse:
    """Begins a session of ``account``, under a new key, and leads on; where there is a second factor, to its code."""
    login(request, account, backend=_MODEL)
    request.session.cycle_key()
    if second_factor.has_one(account):
        request.session["following"] = following
        return to(request, reverse("sign-in-code"))
    return to(request, following)


@desk()
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return to(request, reverse("sign-in"))


@desk()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code of the second factor, or a recovery code."""
    account = account_of(request)
    following = local_path(request.GET.get("next") or request.session.get("following", ""))
    if request.user.is_verified() or not second_factor.has_one(account):  # type: ignore[union-attr]
        return to(request, following)
    problem = ""
    if request.method == "POST":
        if device := second_factor.verify(account, request.POST.get("code", "")[:100]):
            give_factor(request, device)
            request.session.pop("following", None)
            request.session.cycle_key()
            if isinstance(device, StaticDevice):
                left = second_factor.codes_left(account)
                done(request, f"That recovery code is used up; {left} are left. New ones are at your account.")
            return to(request, following)
        problem = "This code is not right, or was used already. After wrong codes, wait a moment before the next one."
    return draw(request, "sign-in-code", status=400 if problem else 200, problem=problem)


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """Where the link of an invitation leads: a password is chosen, and its owner is signed in."""
    account = people.owner_of(number, token)
    if account is None:
        return draw(request, "link-over", status=410)
    problem = wrong = ""
    if request.method == "POST":
        password = request.POST.get("password", "")
        try:
            if password != request.POST.get("again", ""):
                raise people.PeopleError("The two are not the same.", "again")
            people.choose_password(account, password, at=datetime.now(UTC))
            return enter(request, account)
        except people.PeopleError as error:
            problem, wrong = str(error), error.field
    return draw(
        request, "choose-password", status=400 if problem else 200, person=account, problem=problem, wrong=wrong
    )
