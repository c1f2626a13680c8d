"""``newsletter segment``: parts of the readers, by what is known of them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell
from newsletter.cli.list_find import find_list

if TYPE_CHECKING:
    from subscribers.segments import Conditions

app = typer.Typer(no_args_is_help=True, help="Segments: parts of the readers, by what is known of them.")

SAMPLE = 5
"""Readers that are named as a sample."""
Where = Annotated[
    list[str],
    typer.Option(
        "--where",
        metavar="CONDITION",
        help="Such as 'country = CH and language != es', 'age >= 18', 'city in (Bern, Geneva)', 'topic = housing', "
        "'consent < 2024-01-01', 'not received = october-2020', 'role is empty'. Given twice, both must hold.",
    ),
]
ListOption = Annotated[str | None, typer.Option("--list", metavar="SLUG", help="Count on this list only.")]
Slug = Annotated[str, typer.Argument(metavar="SEGMENT", help="The segment's name in commands.")]


@app.command("add")
def add_segment(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Its name in commands and issues, such as swiss-press.")],
    where: Where,
    name: Annotated[str, typer.Option("--name", help="Its name for people; made from SLUG when left out.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Give a segment that is there new conditions.")] = False,
) -> None:
    """Keep a segment, and count who is in it now."""
    shell.open_site()
    from newsletter.items.text import check_slug
    from subscribers.models import Segment

    try:
        check_slug(slug)
    except ValueError as error:
        raise shell.Stop(str(error), code=shell.USAGE) from None
    if len(slug) > 64 or len(name) > 200:
        raise shell.Stop("SLUG may have 64 characters, and the name 200", code=shell.USAGE)
    conditions = conditions_of(where)
    _matching(conditions, None)  # before it is kept: it may name a list that is none
    wanted = {"name": name or slug.replace("-", " ").capitalize(), "conditions": conditions.as_json()}
    row, new = Segment.objects.get_or_create(slug=slug, defaults=wanted)
    if not new:
        if not replace:
            raise shell.Stop(f"there is a segment '{slug}' already", mend="--replace gives it new conditions")
        row.conditions, row.name = wanted["conditions"], name or row.name
        row.save(update_fields=["conditions", "name"])
    shell.done(f"segment {slug}: {shell.plain(_words(conditions))}")
    _show_count(_counted(conditions, None))
    show_remarks(conditions)
    shell.next_step(f"newsletter issue send ISSUE --list SLUG --segment {slug} --dry-run")


@app.command("try")
def try_conditions(
    where: Where,
    list_slug: ListOption = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """Count who meets conditions, and name a few of them, without keeping anything."""
    shell.open_site()
    _report(conditions_of(where), list_slug, json=json)


@app.command("show")
def show_segments(
    slug: Annotated[str | None, typer.Argument(metavar="[SEGMENT]", help="One segment; all when left out.")] = None,
    list_slug: ListOption = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """Show the segments, or count who is in one now, with a few of them."""
    shell.open_site()
    from subscribers import segments
    from subscribers.models import Segment

    if slug is not None:
        try:
            conditions = segments.saved(slug)
        except segments.SegmentError as error:
            raise shell.Stop(str(error), mend="newsletter segment show names them all", code=shell.USAGE) from None
        _report(conditions, list_slug, json=json)
        return
    rows = [(one.slug, one.name, _words_of(one.conditions)) for one in Segment.objects.order_by("slug")]
    if json:
        shell.print_json([{"slug": slug, "name": name, "where": where} for slug, name, where in rows])
    elif rows:
        shell.table(("segment", "name", "where"), rows)
    else:
        shell.err.print("There is no segment yet.")
        shell.next_step("newsletter segment add SLUG --where 'country = CH'")


@app.command("remove")
def remove_segment(slug: Slug) -> None:
    """Remove a segment. Mailings that went to it stay as they are."""
    shell.open_site()
    from subscribers.models import Segment

    if not Segment.objects.filter(slug=slug).delete()[0]:
        raise shell.Stop(f"there is no segment '{slug}'", mend="newsletter segment show names them all")
    shell.done(f"segment {slug} is removed")


def conditions_of(where: list[str]) -> "Conditions":
    """What ``--where`` says. Raises ``Stop``."""
    from subscribers import segments

    try:
        return segments.both(where)
    except segments.SegmentError as error:
        raise shell.Stop(str(error), code=shell.USAGE) from None


def _report(conditions: "Conditions", list_slug: str | None, *, json: bool) -> None:
    if list_slug:
        find_list(list_slug)
    found = _counted(conditions, list_slug)
    if json:
        from subscribers import segments

        remarks = segments.remarks(conditions)
        shell.print_json({"where": _words(conditions), "list": list_slug, **found, "remarks": remarks})
        return
    shell.out.print(shell.plain(_words(conditions)))
    _show_count(found, list_slug)
    for one in found["sample"]:
        shell.out.print(f"  {shell.plain(one)}")
    if found["readers"] > len(found["sample"]):
        shell.out.print(f"  … and {found['readers'] - len(found['sample']):,} more")
    show_remarks(conditions)


def show_remarks(conditions: "Conditions") -> None:
    """Say which values nobody has, and which are meant perhaps."""
    from subscribers import segments

    for one in segments.remarks(conditions):
        shell.err.print(f"[yellow]note:[/] {shell.plain(one)}")


def _counted(conditions: "Conditions", list_slug: str | None) -> dict[str, Any]:
    rows = _matching(conditions, list_slug)
    return {
        "readers": rows.count(),
        "of": _everybody(list_slug).count(),
        "sample": list(rows.order_by("pk").values_list("email", flat=True)[:SAMPLE]),
    }


def _matching(conditions: "Conditions", list_slug: str | None) -> Any:
    from subscribers import segments

    try:
        return _everybody(list_slug).filter(segments.compiled(conditions))
    except segments.SegmentError as error:
        raise shell.Stop(str(error), code=shell.USAGE) from None


def _everybody(list_slug: str | None) -> Any:
    from subscribers.models import Subscriber

    rows = Subscriber.objects.all()
    return rows.filter(subscriptions__list__slug=list_slug, subscriptions__state="active") if list_slug else rows


def _show_count(found: dict[str, Any], list_slug: str | None = None) -> None:
    where = f"on {list_slug}" if list_slug else "of all lists"
    shell.out.print(f"[bold]{found['readers']:,}[/] of {found['of']:,} readers {where}")


def _words(conditions: "Conditions") -> str:
    from subscribers import segments

    return segments.words(conditions)


def _words_of(data: Any) -> str:
    from subscribers import segments

    try:
        return segments.words(segments.of_json(data))
    except segments.SegmentError as error:
        return f"cannot be used: {error}"
