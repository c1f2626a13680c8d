"""Whether the site is well."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.delivery.reaching import try_provider
from newsletter.models import Role
from newsletter.reports import doctor, reachable
from newsletter.reports.health import BAD, GOOD, WARNING, Line, look
from newsletter.web.access import desk, public
from newsletter.web.desk import draw
from newsletter.web.pages import this_site


@desk(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def health(request: HttpRequest) -> HttpResponse:
    """What can be seen from here; by a button, also what the provider and the public address answer."""
    site = this_site()
    asked: Line | None = None
    match request.POST.get("do"):
        case "address":
            asked = reachable.ask(site)
        case "provider":
            found = try_provider(site)
            more = f" Before mails go out: {'; '.join(found.problems)}." if found.problems else ""
            level = BAD if found.problems and found.level == GOOD else found.level
            asked = Line("Provider", level, f"{found.answer[:1].upper()}{found.answer[1:]}.{more}", found.mend)
    now = datetime.now(UTC)
    lines = look(site, now=now)
    if request.POST.get("do") == "domain":
        lines += doctor.lines(site, now=now)
    counts = {level: sum(line.level == level for line in lines) for level in (BAD, WARNING, GOOD)}
    order = (BAD, WARNING, GOOD)
    return draw(
        request, "health", lines=sorted(lines, key=lambda line: order.index(line.level)), counts=counts, asked=asked
    )


@public
@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Says that this is the site that asks itself through its public address."""
    return HttpResponse(reachable.sign(request.GET.get("word", "")[:64]), content_type="text/plain")
