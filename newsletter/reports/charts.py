"""Charts as numbers: where each bar stands and how large it is. Pages draw them as SVG, each beside its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min
from django.db.models.functions import TruncHour, TruncMinute

from newsletter.models import Attempt, Delivery, Event, Mailing

WIDTH = 720
"""Of a drawing, in its own units."""
_TALL = 120
_GAP = 2
_MOST = 120
"""Bars of a chart over time."""


@dataclass(frozen=True)
class Bar:
    """One rectangle, in units of the drawing."""

    name: str
    value: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class OverTime:
    """Numbers by time; ``step`` is the width of a bar."""

    bars: tuple[Bar, ...]
    times: tuple[datetime, ...]
    step: timedelta
    most: int
    total: int


def stacked(counts: Mapping[str, float], *, width: float = WIDTH, height: float = 28) -> tuple[Bar, ...]:
    """The parts of a whole side by side; each that is not 0 can be seen."""
    shown = {name: value for name, value in counts.items() if value > 0}
    total = sum(shown.values())
    if not total:
        return ()
    least = 3.0
    room = width - _GAP * (len(shown) - 1) - least * len(shown)
    bars, x = [], 0.0
    for name, value in shown.items():
        wide = round(least + room * value / total, 2)
        bars.append(Bar(name, value, round(x, 2), 0, wide, height))
        x += wide + _GAP
    return tuple(bars)


def columns(values: Sequence[tuple[str, float]], *, width: float = WIDTH, height: float = _TALL) -> tuple[Bar, ...]:
    """Bars that stand side by side, the highest as high as the drawing."""
    most = max((value for _, value in values), default=0)
    if not most:
        return ()
    wide = width / len(values)
    gap = min(_GAP, wide / 4)
    bars = []
    for place, (name, value) in enumerate(values):
        high = round(max(height * value / most, 2 if value else 0), 2)
        bars.append(Bar(name, value, round(place * wide, 2), round(height - high, 2), round(wide - gap, 2), high))
    return tuple(bars)


def handed_over(mailing: Mailing) -> OverTime | None:
    """How many recipients got their end state in which minute, or hour where it took long; ``None``: nobody did."""
    rows = Delivery.objects.filter(mailing=mailing).exclude(state__in=("pending", "submitting", "cancelled"))
    span = Attempt.objects.filter(batch__mailing=mailing).aggregate(first=Min("started_at"), last=Max("ended_at"))
    if span["first"] is None or span["last"] is None:
        return None
    step = timedelta(minutes=1) if span["last"] - span["first"] < timedelta(minutes=_MOST) else timedelta(hours=1)
    cut = TruncMinute("at") if step == timedelta(minutes=1) else TruncHour("at")
    counted = (
        rows.filter(at__gte=span["first"] - step).annotate(cut=cut).values_list("cut").annotate(number=Count("pk"))
    )
    return _over_time(dict(counted.order_by("cut")), step)


def heard(mailing: Mailing, kind: str = Event.Kind.DELIVERED) -> OverTime | None:
    """How many events of a kind came in which hour after it; ``None``: none."""
    rows = Event.objects.filter(delivery__mailing=mailing, kind=kind).annotate(cut=TruncHour("at"))
    counted = rows.values_list("cut").annotate(number=Count("delivery", distinct=True)).order_by("cut")
    return _over_time(dict(counted), timedelta(hours=1))


def _over_time(counted: Mapping[datetime, int], step: timedelta) -> OverTime | None:
    """Every step from the first to the last, also where nothing happened; at most so many that bars can be seen."""
    if not counted:
        return None
    first, last = min(counted), max(counted)
    while (last - first) / step >= _MOST:
        step *= 2 if step < timedelta(hours=1) else 24 if step < timedelta(days=1) else 7
    number = int((last - first) / step) + 1
    sums = [0] * number
    for at, count in counted.items():
        sums[int((at - first) / step)] += count
    times = tuple(first + step * place for place in range(number))
    bars = columns([("", value) for value in sums])
    return OverTime(bars, times, step, max(sums), sum(sums))
