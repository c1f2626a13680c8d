"""People: who may sign in, and what each may do."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsletter.delivery import staff_mail
from newsletter.models import Account, Role
from newsletter.models.account import ROLE_WORDS
from newsletter.store import people as store
from newsletter.store import second_factor
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw
from newsletter.web.pages import this_site


def _roles(chosen: list[str]) -> list[tuple[str, str, str, bool]]:
    return [(role.value, str(role.label), words, role.value in chosen) for role, words in ROLE_WORDS.items()]


@desk(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, those whose access has ended last."""
    second = set(TOTPDevice.objects.filter(confirmed=True).values_list("user", flat=True))
    rows = [
        (one, one.pk in second, one.has_usable_password()) for one in Account.objects.order_by("-is_active", "name")
    ]
    return draw(request, "people", rows=rows)


@desk(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """A new person: the link to hand over is shown once."""
    name, email = request.POST.get("name", ""), request.POST.get("email", "")
    chosen, problem, wrong = request.POST.getlist("roles"), "", ""
    if request.method == "POST":
        try:
            account = store.add(email, name=name, roles=chosen, actor=account_of(request).name, at=datetime.now(UTC))
            return _link(request, account, "invited")
        except store.PeopleError as error:
            problem, wrong = str(error), error.field
    return draw(
        request,
        "person-new",
        status=400 if problem else 200,
        name=name,
        email=email,
        roles=_roles(chosen),
        problem=_sentence(problem),
        wrong=wrong,
    )


@desk(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One person: roles, a link for a new password, the second factor, the end of their access."""
    account = get_object_or_404(Account, pk=number)
    problem = ""
    if request.method == "POST":
        try:
            return _changed(request, account)
        except store.PeopleError as error:
            problem = _sentence(str(error))
            account.refresh_from_db()
    chosen = request.POST.getlist("roles") if problem else account.roles
    return draw(
        request,
        "person",
        status=400 if problem else 200,
        person=account,
        roles=_roles(chosen),
        second=second_factor.has_one(account),
        has_password=account.has_usable_password(),
        problem=problem,
    )


def _changed(request: HttpRequest, account: Account) -> HttpResponse:
    actor, now = account_of(request).name, datetime.now(UTC)
    match request.POST.get("do"):
        case "roles":
            store.give_roles(account, request.POST.getlist("roles"), actor=actor, at=now)
            done(request, f"{account.name} is now: {', '.join(account.role_names)}.")
        case "link":
            return _link(request, account, "password")
        case "second":
            store.reset_second_factor(account, actor=actor, at=now)
            done(request, f"{account.name} signs in without a code from now on, until they set one up again.")
        case "end":
            store.end_access(account, actor=actor, at=now)
            done(request, f"The access of {account.name} has ended. What they did stays.")
        case "again":
            store.add(account.email, name=account.name, roles=account.roles, actor=actor, at=now)
            account.refresh_from_db()
            return _link(request, account, "invited")
    if account_of(request).pk == account.pk and not store.is_administrator(account):
        return to(request, reverse("issues"))
    return to(request, reverse("person", kwargs={"number": account.pk}))


def _link(request: HttpRequest, account: Account, kind: str) -> HttpResponse:
    """Shows the link once, and has it mailed where mails go out."""
    site = this_site()
    link = store.make_link(account, site.settings.site.base_url, actor=account_of(request).name, at=datetime.now(UTC))
    mailed = staff_mail.send_link(site, account, kind, at=datetime.now(UTC))
    return draw(request, "person-link", person=account, link=link, mailed=mailed)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('.') else '.'}" if words else ""
