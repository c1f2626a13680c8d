"""The first run: the one-time code of the terminal, then the administrator, then one step after another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from newsletter.models import Account, Role
from newsletter.site import Site, SiteError
from newsletter.store import people, samples
from newsletter.web.access import desk, entrance, to
from newsletter.web.administration.fields import Field, field_of, save, zones
from newsletter.web.desk import done, draw
from newsletter.web.entry import code, look_step, provider_step, sample_step, steps
from newsletter.web.entry.sign_in import enter
from newsletter.web.middleware import takes
from newsletter.web.pages import this_site

_ALLOWED = "set up by"
"""Of the session: the hash of the code that was typed."""
_ASKED = ("site.name", "site.timezone")
LARGEST = 11_000_000
"""Bytes of a form: a logo of 10 MB."""


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Asks for the code of the terminal, then for the administrator; once there is one, leads to the first step that is
    not done."""
    site = this_site()
    if Account.objects.exists():
        return to(request, reverse("setup-step", kwargs={"name": steps.first_open(site)}))
    allowed = request.session.get(_ALLOWED, "")
    if allowed and allowed == code.mark(site):
        return _administrator(request, site)
    problem = ""
    if request.method == "POST":
        if not code.may_try(at=datetime.now(UTC)):
            problem = "Too many wrong codes. Wait an hour; the code stays the same while the command runs."
        elif mark := code.matches(site, request.POST.get("code", "")[:40]):
            request.session.cycle_key()
            request.session[_ALLOWED] = mark
            return to(request, reverse("setup"))
        else:
            problem = "This is not the code that the terminal shows."
    return draw(request, "setup-code", status=400 if problem else 200, problem=problem)


def _administrator(request: HttpRequest, site: Site) -> HttpResponse:
    name, email, problem, wrong = request.POST.get("name", ""), request.POST.get("email", ""), "", ""
    if request.method == "POST" and "name" in request.POST:
        password = request.POST.get("password", "")
        try:
            if password != request.POST.get("again", ""):
                raise people.PeopleError("The two are not the same.", "again")
            account = people.first_administrator(email, name=name, password=password, at=datetime.now(UTC))
        except people.PeopleError as error:
            problem, wrong = str(error), error.field
        else:
            code.withdraw(site, request.session.get(_ALLOWED, ""))
            return enter(request, account, reverse("setup"))
    return draw(
        request,
        "setup-administrator",
        status=400 if problem else 200,
        name=name,
        email=email,
        problem=problem,
        wrong=wrong,
    )


Special = Callable[[HttpRequest, Site], HttpResponse | dict[str, Any]]
_SPECIAL: dict[str, Special] = {
    "look": look_step.look,
    "provider": provider_step.provider,
    "samples": sample_step.sample_data,
}
"""Steps that are more than settings: each answers, or gives what its page needs."""


@desk(Role.ADMINISTRATOR)
@takes(LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, name: str) -> HttpResponse:
    """One step; what it asks for is saved when it is sent."""
    found = steps.step_of(name)
    if found is None:
        raise Http404
    site = this_site()
    values: dict[str, Any] = {}
    fields: tuple[Field, ...] = ()
    if special := _SPECIAL.get(name):
        answer = special(request, site)
        if isinstance(answer, HttpResponse):
            return answer
        values = answer
    else:
        fields = tuple(_empty(field_of(site, key)) for key in found.keys)
        if request.method == "POST":
            fields, problem = _saved(request, site, found)
            values["problem"] = problem
            if not problem and not any(field.wrong for field in fields):
                return to(request, reverse("setup-step", kwargs={"name": steps.after(name)}))
    wrong = bool(values.get("problem")) or any(field.wrong for field in fields)
    return draw(
        request,
        f"setup-{name if special else 'step'}",
        status=400 if wrong and request.method == "POST" else 200,
        **{"problem": "", "fields": fields, "zones": zones() if name == "site" else []}
        | values
        | progress(this_site(), found),
    )


def _empty(field: Field) -> Field:
    """A name that nobody chose is asked for; so is the zone, which a browser can tell."""
    return field if field.source or field.key not in _ASKED else replace(field, value="")


def _saved(request: HttpRequest, site: Site, found: steps.Step) -> tuple[tuple[Field, ...], str]:
    try:
        return save(request, site, found.keys, said=found.needed)[1], ""
    except SiteError as error:
        return tuple(field_of(site, key) for key in found.keys), str(error)


def progress(site: Site, here: steps.Step) -> dict[str, Any]:
    """How far the set-up is, for its pages."""
    return {
        "step": here,
        "steps": [
            (one, steps.is_done(site, one) or (one.name == "samples" and samples.are_there()), one is here)
            for one in steps.STEPS
        ],
        "number": steps.STEPS.index(here) + 2,
        "count": len(steps.STEPS) + 1,
        "next": steps.after(here.name),
    }


@desk(Role.ADMINISTRATOR)
@require_http_methods(["POST"])
def remove_samples(request: HttpRequest) -> HttpResponse:
    """Takes the sample data away."""
    problem = sample_step.take_away(request, this_site())
    done(request, problem or "The sample data is gone.")
    return to(request, reverse("setup-step", kwargs={"name": "samples"}))
