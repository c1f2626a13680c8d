"""``newsletter topic``: what readers choose to get mail about."""

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from subscribers.models import Topic

app = typer.Typer(no_args_is_help=True, help="Topics: what readers choose to get mail about.")


@app.command("add")
def add_topic(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Its name in commands and segments, such as housing.")],
    name: Annotated[str, typer.Option("--name", help="Its name as readers see it; made from SLUG when left out.")] = "",
) -> None:
    """Add a topic. Readers find it on the sign-up form and on their page."""
    shell.open_site()
    from newsletter.items.text import check_characters, check_one_line, check_slug
    from subscribers.models import Topic

    name = name.strip() or slug.replace("-", " ").capitalize()
    try:
        check_slug(slug)
        check_one_line(check_characters(name))
    except ValueError as error:
        raise shell.Stop(str(error), code=shell.USAGE) from None
    if len(slug) > 80 or len(name) > 200:
        raise shell.Stop("SLUG may have 80 characters, and the name 200", code=shell.USAGE)
    _, new = Topic.objects.get_or_create(slug=slug, defaults={"name": name})
    if not new:
        raise shell.Stop(f"there is a topic '{slug}' already", mend="newsletter topic show")
    shell.done(f"topic {slug}: {name}")
    shell.next_step(f"newsletter segment add {slug} --where 'topic = {slug}'", "mails those who chose it")


@app.command("show")
def show_topics(json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False) -> None:
    """Show the topics, and how many readers chose each."""
    shell.open_site()
    from django.db.models import Count

    from subscribers.models import Topic

    rows = Topic.objects.annotate(readers=Count("choices")).order_by("slug")
    found = [{"slug": one.slug, "name": one.name, "readers": one.readers} for one in rows]
    if json:
        shell.print_json(found)
    elif found:
        table = [(one["slug"], one["name"], f"{one['readers']:,}") for one in found]
        shell.table(("topic", "name", "readers"), table, right=("readers",))
    else:
        shell.err.print("There is no topic yet.")
        shell.next_step("newsletter topic add SLUG --name NAME")


@app.command("remove")
def remove_topic(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The topic.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask where readers chose it.")] = False,
) -> None:
    """Remove a topic, and that readers chose it. Not while a segment asks for it."""
    shell.open_site()
    found = _find(slug)
    if asking := _segments_that_ask_for(slug):
        raise shell.Stop(
            f"'{slug}' is asked for by the segment"
            + (f" {asking[0]}" if len(asking) == 1 else f"s {', '.join(asking)}"),
            mend=f"newsletter segment remove {asking[0]}; or give it other conditions: newsletter segment add "
            f"{asking[0]} --replace --where CONDITION",
        )
    number = found.choices.count()
    if number and not yes:
        raise shell.Stop(f"{_readers(number)} chose '{slug}'", mend=f"newsletter topic remove {slug} --yes")
    found.delete()
    shell.done(f"topic {slug} is removed" + (f"; {_readers(number)} had chosen it" if number else ""))


def _segments_that_ask_for(topic: str) -> list[str]:
    from subscribers import segments
    from subscribers.models import Segment

    asking = []
    for one in Segment.objects.order_by("slug"):
        try:
            conditions = segments.of_json(one.conditions).conditions
        except segments.SegmentError:  # it cannot be used as it is
            continue
        for condition in conditions:
            values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            if condition.field == "topic" and topic in values:
                asking.append(one.slug)
                break
    return asking


def _find(slug: str) -> "Topic":
    from difflib import get_close_matches

    from subscribers.models import Topic

    if found := Topic.objects.filter(slug=slug).first():
        return found
    near = get_close_matches(slug, list(Topic.objects.values_list("slug", flat=True)), n=1, cutoff=0.5)
    message = f"there is no topic '{slug}'" + (f"; did you mean '{near[0]}'?" if near else "")
    raise shell.Stop(message, mend="newsletter topic show names them all", code=shell.USAGE)


def _readers(number: int) -> str:
    return f"{number:,} reader" + ("" if number == 1 else "s")
