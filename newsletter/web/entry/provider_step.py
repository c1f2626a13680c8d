"""The way out: which provider mails, and whether it would."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsletter.delivery.reaching import Reached, try_provider
from newsletter.site import Site, SiteError
from newsletter.web.access import to
from newsletter.web.administration.fields import Field, field_of, save
from newsletter.web.entry import steps
from newsletter.web.pages import this_site


@dataclass(frozen=True)
class Way:
    """One provider to choose, with what it asks for."""

    name: str
    label: str
    words: str
    fields: tuple[Field, ...]


def provider(request: HttpRequest, site: Site) -> HttpResponse | dict[str, Any]:
    """Saves what was chosen, asks the provider, and says what it answered."""
    chosen: str = site.settings.delivery.provider
    problem = wrong = ""
    known: dict[str, Field] = {}
    reached: Reached | None = None
    if request.method == "POST":
        asked = request.POST.get("delivery.provider", "")
        chosen = asked if asked in steps.PROVIDERS else chosen
        keys = ("delivery.provider", *steps.PROVIDER_KEYS[chosen])
        try:
            now, fields = save(request, site, keys, said=keys[:1])
            known = {field.key: field for field in fields}
            wrong = known["delivery.provider"].wrong
            if not any(field.wrong for field in fields):
                if request.POST.get("do") == "next":
                    return to(request, reverse("setup-step", kwargs={"name": steps.after("provider")}))
                site = this_site()
                needed = field_of(now, steps.NEEDED[chosen]) if chosen in steps.NEEDED else None
                if needed and not needed.value and not needed.there:
                    known[needed.key] = replace(needed, wrong="Without this it cannot be tried.")
                else:
                    reached = try_provider(now)
        except SiteError as error:
            problem = str(error)
    ways = [
        Way(name, label, words, tuple(known.get(key) or field_of(site, key) for key in steps.PROVIDER_KEYS[name]))
        for name, (label, words) in steps.PROVIDERS.items()
    ]
    return {
        "ways": ways,
        "chosen": chosen,
        "locked": field_of(site, "delivery.provider").locked,
        "reached": reached,
        "problem": problem
        or wrong
        or ("Some of it does not fit yet." if any(one.wrong for one in known.values()) else ""),
    }
