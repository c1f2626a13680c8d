"""``newsletter doctor``: whether mail of this site arrives."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from newsletter.cli import shell

_COLOURS = {"good": "green", "warning": "yellow", "bad": "bold red"}


def doctor(
    selector: Annotated[
        list[str] | None, typer.Option("--selector", metavar="NAME", help="The name of a key of DKIM; several times.")
    ] = None,
    resolver: Annotated[
        str | None,
        typer.Option("--resolver", metavar="ADDRESS", help="Ask this name server, such as 9.9.9.9 or its :port."),
    ] = None,
    time_server: Annotated[
        str | None, typer.Option("--time-server", metavar="HOST", help="Compare the clock with this one's.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """Look whether mails of this site arrive: SPF, DKIM, DMARC, MX and PTR of the sender's domain with the records to
    add, the public address and its certificate, the clock, the provider, the store and the disk. Exit code 3 if
    anything is bad. Name servers, a time server and the provider are asked; nothing is mailed."""
    site = shell.open_site()
    from newsletter.outside.names import Names
    from newsletter.outside.time_server import SERVER
    from newsletter.reports.doctor import Asking, examine

    names = Names([_place(resolver, 53)]) if resolver else Names()
    asking = Asking(names, tuple(selector or ()), _place(time_server, 123) if time_server else SERVER)
    with shell.err.status("asking"):
        found = examine(site, asking, now=datetime.now(UTC))
    if json:
        shell.print_json([_row(one) for one in found])
    else:
        _show(found)
    if any(one.level == "bad" for one in found):
        raise typer.Exit(shell.CHECKS_FAILED)


def _row(one: Any) -> dict[str, Any]:
    records = [{"name": record.name, "type": record.kind, "value": record.value} for record in one.records]
    return {"what": one.what, "level": one.level, "said": one.said, "mend": one.mend or None, "records": records}


def _show(found: list[Any]) -> None:
    for one in found:
        shell.out.print(
            f"[{_COLOURS[one.level]}]{one.level:7}[/] [bold]{shell.plain(one.what)}:[/] {shell.plain(one.said)}"
        )
        if one.mend:
            shell.out.print(f"        [bold]mend:[/] {shell.plain(one.mend)}")
        for record in one.records:
            shell.out.print(f"          {shell.plain(str(record))}")
    counts = {level: sum(one.level == level for one in found) for level in _COLOURS}
    said = f"{counts['bad']} bad, {counts['warning']} to look at, {counts['good']} good"
    if counts["bad"]:
        shell.err.print(f"[bold red]{said}[/]")
    else:
        shell.done(said)


def _place(text: str, port: int) -> tuple[str, int]:
    """``text`` as host and port. Raises ``Stop``."""
    host, colon, after = text.rpartition(":") if text.count(":") == 1 else (text, "", "")
    if colon and (not after.isdecimal() or not 0 < int(after) < 65_536 or not host):
        raise shell.Stop(f"'{text}' is no address; write it as 9.9.9.9 or 127.0.0.1:5353", code=shell.USAGE)
    return (host, int(after)) if colon else (text, port)
