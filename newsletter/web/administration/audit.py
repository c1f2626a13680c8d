"""The audit: who decided what, and when."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from newsletter.models import Role
from newsletter.reports import audit as report
from newsletter.web.access import desk
from newsletter.web.desk import draw
from newsletter.web.pages import this_site


@desk(Role.ADMINISTRATOR)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The newest first, filtered as the address says."""
    wanted, problem = _wanted(request.GET)
    number = request.GET.get("before", "")
    rows, following = report.page(wanted, int(number) if number.isdecimal() and len(number) < 19 else 0)
    kept = request.GET.copy()
    kept.pop("before", None)
    return draw(
        request,
        "audit",
        rows=[(row, _detail(row.detail)) for row in rows],
        following=following,
        later=bool(number),
        query=kept.urlencode(),
        wanted=wanted,
        filtered=any((wanted.actor, wanted.action, wanted.object, wanted.first, wanted.last)),
        actors=report.known("actor"),
        actions=report.known("action"),
        problem=problem,
    )


@desk(Role.ADMINISTRATOR)
@require_safe
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    """The same rows as a file."""
    wanted, _ = _wanted(request.GET)
    response = StreamingHttpResponse(report.as_csv(wanted), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{datetime.now(UTC):%Y-%m-%d}.csv"'
    return response


def _wanted(query: Mapping[str, str]) -> tuple[report.Wanted, str]:
    """What the address asks for, and what of it cannot be understood."""
    days: dict[str, date | None] = {}
    problem = ""
    for name in ("first", "last"):
        typed = query.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(typed) if typed else None
        except ValueError:
            days[name], problem = None, "Write a day as 2026-11-09."
    if any(day and not 1970 <= day.year <= 9000 for day in days.values()):
        days, problem = {}, "There is nothing from such a year."
    wanted = report.Wanted(
        actor=query.get("actor", "")[:200],
        action=query.get("action", "")[:40],
        object=query.get("object", "").strip()[:200],
        first=days.get("first"),
        last=days.get("last"),
        zone=this_site().settings.site.timezone,
    )
    return wanted, problem


def _detail(detail: object) -> list[tuple[str, str]]:
    """What is kept with a row, in words; a pair is from what to what."""
    found: list[tuple[str, str]] = []
    for key, value in detail.items() if isinstance(detail, dict) else ():
        if isinstance(value, dict):
            found += _detail(value)
        elif isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value) and "." in key:
            found.append((key, f"{value[0] or '–'} → {value[1] or '–'}"))
        else:
            found.append((key.replace("_", " "), ", ".join(map(str, value)) if isinstance(value, list) else str(value)))
    return found
