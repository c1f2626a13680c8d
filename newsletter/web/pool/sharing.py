"""Private links for working groups: made, shown once, revoked."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from newsletter.models import ContributorLink, Role
from newsletter.store.handing_in import make_link, revoke
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note
from newsletter.web.pages import this_site


@desk(Role.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest) -> HttpResponse:
    """Every link with its group; POST makes one, or with ``revoke`` ends one."""
    now = datetime.now(UTC)
    name, until, problem, made = request.POST.get("name", "").strip(), request.POST.get("until", ""), "", ""
    if number := request.POST.get("revoke", ""):
        for link in ContributorLink.objects.filter(pk=number if number.isdecimal() else 0):
            revoke(link, at=now)
            note(request, "revoked", f"link {link.pk}", group=link.name)
            done(request, f"The link of {link.name} is revoked; what was handed in by it stays.")
        return to(request, reverse("item-links"))
    if request.method == "POST":
        try:
            ends = _end_of(until)
            if not name or len(name) > 200 or not name.isprintable():
                raise ValueError("name the group in a line of 200 characters at most")
            if ends and ends <= now:
                raise ValueError("the day until which it holds is over; choose a later one")
        except ValueError as error:
            problem = str(error)
        else:
            link, key = make_link(name, by=account_of(request), at=now, until=ends)
            note(request, "made", f"link {link.pk}", group=name)
            made = this_site().settings.site.base_url + reverse("hand-in", kwargs={"key": key})
    return draw(
        request,
        "item-links",
        status=400 if problem else 200,
        links=ContributorLink.objects.select_related("by").annotate(number=Count("items")).order_by("-pk"),
        made=made,
        made_for=name,
        name="" if made else name,
        until="" if made else until,
        problem=problem,
        now=now,
    )


def _end_of(day: str) -> datetime | None:
    """The end of ``day`` on the site's clock. Raises ``ValueError``."""
    if not day:
        return None
    try:
        last = date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"'{day[:20]}' is not a day; write it as 2026-12-31") from None
    return datetime.combine(last, time(23, 59, 59), ZoneInfo(this_site().settings.site.timezone))
