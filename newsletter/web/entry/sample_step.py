"""Sample data to play with, and taking it away."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsletter.delivery.unsampling import InUse, remove_samples
from newsletter.site import Site
from newsletter.store import samples
from newsletter.web.access import account_of, to
from newsletter.web.desk import done


def sample_data(request: HttpRequest, site: Site) -> HttpResponse | dict[str, Any]:
    """The last step: sample data, or an issue of one's own."""
    real = site.settings.delivery.provider != "outbox"
    if request.method == "POST" and not real:
        samples.add(site, account=account_of(request), at=datetime.now(UTC))
        done(request, "The sample issue and 1,000 made-up readers are there.")
        return to(request, reverse("setup-step", kwargs={"name": "samples"}))
    return {"there": samples.are_there(), "real": real, "slug": samples.SLUG, "list": samples.LIST}


def take_away(request: HttpRequest, site: Site) -> str:
    """Takes the sample data away; why it cannot be, in words."""
    try:
        remove_samples(site, actor=account_of(request).name, at=datetime.now(UTC))
    except InUse as error:
        return f"The sample data stays: {error}."
    return ""
