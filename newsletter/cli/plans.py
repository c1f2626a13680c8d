"""What a mailing would be, as people and programs read it before it starts."""

from typing import TYPE_CHECKING, Any

from newsletter.cli import sending, shell

if TYPE_CHECKING:
    from newsletter.delivery.plan import Plan
    from newsletter.site import Site


def show_plan(site: "Site", plan: "Plan") -> None:
    """What goes out, from whom, to whom, what was found."""
    envelope = plan.envelope
    undo = site.settings.delivery.undo
    facts = [
        (
            "issue",
            f"{plan.revision.issue.slug}, revision {plan.revision.number} of {shell.moment(site, plan.revision.at)}",
        ),
        ("subject", _plain_subject(plan)),
        ("languages", ", ".join(plan.renderings)),
        ("from", f"{envelope.sender_name} <{envelope.sender_email or 'no address yet'}>"),
        ("replies to", envelope.reply_to or "no address yet"),
        (
            "through",
            plan.provider
            + ("" if plan.provider == "outbox" else f", {sending.span(undo.total_seconds())} to call it back"),
        ),
        ("to", f"{plan.mailing_list.name} ({plan.mailing_list.slug}): {_people(plan.count)}"),
    ]
    if not plan.part.whole:
        facts.append(("only", plan.part.words()))
    if plan.told:
        names = [" and ".join(one.segments) or "everybody else" for one in plan.variants.values()]
        facts.append(("variants", f"{len(names)}: " + "; ".join(names)))
    for name, value in facts:
        shell.out.print(f"[dim]{name:10}[/] {shell.plain(value)}")
    for why, number in plan.left_out.items():
        shell.out.print(f"[dim]{'left out':10}[/] {number:,}  {shell.plain(sending.why_left_out(why))}")
    for language, finding in plan.findings:
        if reason := plan.accepted.get((language, finding.key)):
            shell.out.print(
                f"[dim]accepted:[/] {shell.plain(finding.message)} [dim](because: {shell.plain(reason)})[/]"
            )
            continue
        colour = {"error": "bold red", "warning": "yellow"}.get(finding.level, "cyan")
        where = ", ".join(filter(None, (language, finding.place.item and f"item {finding.place.item}")))
        shell.out.print(f"[{colour}]{finding.level}:[/] {shell.plain(finding.message)} [dim]({shell.plain(where)})[/]")
        shell.out.print(f"   [bold]mend:[/] {shell.plain(finding.mend)}")
    for problem in plan.problems:
        shell.err.print(f"[bold red]error:[/] {shell.plain(problem)}")
    if plan.errors:
        shell.err.print("[bold red]Errors must be mended before it can be sent.[/]")


def plan_json(plan: "Plan") -> dict[str, Any]:
    """The plan as data."""
    return {
        "issue": plan.revision.issue.slug,
        "revision": plan.revision.number,
        "list": plan.mailing_list.slug,
        "only": plan.part.words(),
        "variants": [list(one.segments) for one in plan.variants.values()],
        "provider": plan.provider,
        "sender": f"{plan.envelope.sender_name} <{plan.envelope.sender_email}>",
        "subject": _plain_subject(plan),
        "languages": list(plan.renderings),
        "recipients": plan.count,
        "left_out": plan.left_out,
        "problems": list(plan.problems),
        "findings": [
            {
                "language": language,
                "level": one.level,
                "check": one.check,
                "message": one.message,
                "mend": one.mend,
                "key": one.key,
                "accepted": plan.accepted.get((language, one.key)),
            }
            for language, one in plan.findings
        ],
    }


def _plain_subject(plan: "Plan") -> str:
    from newsletter.render.fields import fill

    return fill(plan.renderings[plan.language], {}).subject


def _people(count: int) -> str:
    return f"{count:,} recipient" + ("" if count == 1 else "s")
