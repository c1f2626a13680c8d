"""Segments as rows of a form: who is in one, counted at once, and kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from newsletter.items.text import check_slug
from newsletter.models import Role
from newsletter.web.access import desk
from newsletter.web.desk import draw
from subscribers import attributes, segments
from subscribers.models import Segment, Subscriber
from subscribers.segments import Condition, Conditions, SegmentError

MORE = 2
"""Empty rows below those that are filled in."""
SAMPLE = 5
OPS = {
    "equals": "is",
    "one of": "is one of (commas between)",
    "contains": "contains",
    "starts with": "starts with",
    "less": "is less than, or before",
    "at most": "is at most, or until",
    "more": "is more than, or after",
    "at least": "is at least, or from",
    "empty": "is empty",
}
"""What can be asked, in words."""


@desk(Role.EDITOR, Role.SENDER)
@require_http_methods(["GET", "HEAD", "POST"])
def segment(request: HttpRequest, slug: str = "") -> HttpResponse:
    """GET shows the segments and the form, filled with the segment ``slug``. POST counts who meets the rows of the
    form, or keeps them; a POST, so that no address or name that is asked for stands in a URL."""
    rows, match, problem = _stored(slug) if request.method != "POST" else (*_typed(request), "")
    name = request.POST.get("slug", slug).strip()
    found: dict[str, Any] = {}
    if request.method == "POST":
        try:
            conditions = _conditions(rows, match)
            found = _counted(conditions)
            if request.POST.get("do") == "keep":
                _keep(name, slug, conditions)
                return HttpResponseRedirect(f"/segments/{name}/")
        except ValueError as error:
            problem = str(error)
    kept = [(one.slug, one.name) for one in Segment.objects.order_by("slug")]
    context = {
        "segments": kept,
        "slug": name,
        "rows": [*rows, *[("", "equals", "", False)] * MORE],
        "match": match,
        "fields": sorted(segments.known_fields()),
        "ops": OPS,
        "found": found,
        "problem": problem,
    }
    return draw(request, "segments", status=400 if problem else 200, **context)


_Row = tuple[str, str, str, bool]
"""Field, question, value as it is written, whether it is turned round."""


def _typed(request: HttpRequest) -> tuple[list[_Row], str]:
    said = request.POST
    columns = [said.getlist(name)[: segments.MOST] for name in ("field", "op", "value")]
    turned = set(said.getlist("not"))
    rows = [
        (field, op, value[:1_000], str(place) in turned)
        for place, (field, op, value) in enumerate(zip(*columns, strict=False))
        if field
    ]
    return rows, said.get("match", "all")


def _stored(slug: str) -> tuple[list[_Row], str, str]:
    if not slug:
        return [], "all", ""
    try:
        found = segments.saved(slug)
    except SegmentError as error:
        return [], "all", str(error)
    return [(one.field, one.op, _written(one), one.negated) for one in found.conditions], found.match, ""


def _written(one: Condition) -> str:
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    return ", ".join(attributes.written(value) for value in values if value is not None)


def _conditions(rows: list[_Row], match: str) -> Conditions:
    if not rows:
        raise SegmentError("no condition is filled in; choose in the first row what is asked")
    asked = []
    for field, op, value, turned in rows:
        values = tuple(part.strip() for part in value.split(",") if part.strip()) if op == "one of" else value.strip()
        asked.append(Condition(field, op, values, turned))  # type: ignore[arg-type]  # what is none is refused below
    return segments.checked(Conditions(tuple(asked), match))  # type: ignore[arg-type]  # the same


def _counted(conditions: Conditions) -> dict[str, Any]:
    rows = Subscriber.objects.filter(segments.compiled(conditions))
    return {
        "count": rows.count(),
        "of": Subscriber.objects.count(),
        "sample": list(rows.order_by("pk").values_list("email", flat=True)[:SAMPLE]),
        "words": segments.words(conditions),
        "remarks": segments.remarks(conditions),
    }


def _keep(name: str, before: str, conditions: Conditions) -> None:
    check_slug(name)
    if name != before and Segment.objects.filter(slug=name).exists():
        raise SegmentError(f"there is a segment '{name}' already; open it to change it")
    known = {"conditions": conditions.as_json()}
    fresh = known | {"name": name.replace("-", " ").capitalize()}
    Segment.objects.update_or_create(slug=name, defaults=known, create_defaults=fresh)
