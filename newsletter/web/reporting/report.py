"""What became of a mailing: figures, charts beside their tables, a comparison, files."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from newsletter.models import Role
from newsletter.reports import charts
from newsletter.reports.counts import report_of
from newsletter.reports.exports import figure_lines, recipient_lines
from newsletter.reports.fates import LABELS, MEANINGS, REACHED, Compared, earlier, fates_of
from newsletter.reports.leaving import left_since
from newsletter.web.access import account_of, desk
from newsletter.web.desk import draw, note
from newsletter.web.sending.shared import WATCHERS, mailing_of

_SHARES = {"Delivered": REACHED, "Bounced": ("bounced",), "Complained": ("complained",)}
"""What is compared between mailings, in per cent of the recipients."""


@desk(*WATCHERS)
@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """Each recipient counted once; why; over time; beside earlier issues."""
    mailing = mailing_of(number)
    beside = earlier(mailing)
    fates = beside[-1].fates
    told = report_of(mailing)
    values: dict[str, Any] = {
        "mailing": mailing,
        "fates": fates,
        "report": told,
        "labels": LABELS,
        "meanings": MEANINGS,
        "share": _per_cent,
        "reached": sum(fates.counts.get(fate, 0) for fate in REACHED),
        "left_list": left_since(mailing),
        "whole": charts.stacked(fates.counts),
        "handed_over": charts.handed_over(mailing),
        "heard": charts.heard(mailing),
        "compared": _compared(beside),
        "width": charts.WIDTH,
        "may_export": account_of(request).may(Role.EDITOR, Role.SENDER),
    }
    return draw(request, "report", **values)


@desk(*WATCHERS)
@require_safe
def figures(request: HttpRequest, number: int) -> HttpResponseBase:
    """The figures as a file, without addresses."""
    mailing = mailing_of(number)
    return _file(f"mailing-{number}-figures.csv", figure_lines(mailing, fates_of([mailing])[mailing.pk]))


@desk(Role.EDITOR, Role.SENDER)
@require_POST
def recipients(request: HttpRequest, number: int) -> HttpResponseBase:
    """Every recipient as a file. It is a POST, as it is put on record who took the addresses away."""
    mailing = mailing_of(number)
    note(request, "export recipients", f"mailing {number}", recipients=mailing.count)
    return _file(f"mailing-{number}-recipients.csv", recipient_lines(mailing))


def _file(name: str, lines: Iterator[str]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _compared(rows: list[Compared]) -> dict[str, Any] | None:
    """The last of ``rows`` beside the earlier ones; ``None`` where it is the first."""
    if len(rows) < 2:
        return None
    heard = any(one.fates.told for one in rows)
    shares = _SHARES if heard else {"Accepted": ("quiet",), "Refused or failed": ("refused", "failed")}
    bars = {
        name: charts.columns(
            [(f"{one.mailing.pk}", one.fates.share(*which) or 0) for one in rows], width=200, height=60
        )
        for name, which in shares.items()
    }
    cells = [[one.fates.share(*which) for which in shares.values()] for one in rows]
    return {"rows": list(zip(rows, cells, strict=True)), "names": list(shares), "bars": bars}


def _per_cent(value: float | None) -> str:
    """``0.04`` is told from nothing."""
    if value is None:
        return "–"
    return f"{value:.1f} %" if value == 0 or value >= 0.1 else f"{value:.2f} %"
