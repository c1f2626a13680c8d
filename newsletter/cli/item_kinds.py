"""``newsletter item kinds``: what an item can be, with every field and an example."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from newsletter.items.describe import FieldDescription

_EVERY = {"id", "title", "body", "audience"}


def item_kinds(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="One kind; all of them without it.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
) -> None:
    """Show what an item can be. Each kind comes with its fields and an example. It needs no site."""
    from newsletter.items.describe import describe_kinds

    described = {one.kind: one for one in describe_kinds()}
    if kind is not None and kind not in described:
        near = get_close_matches(kind, described, n=1, cutoff=0.5)
        said = f"; did you mean '{near[0]}'?" if near else ""
        raise shell.Stop(
            f"there is no kind '{kind}'{said}", mend=f"the kinds are: {', '.join(described)}", code=shell.USAGE
        )
    chosen = [described[kind]] if kind else list(described.values())
    if json:
        from dataclasses import asdict

        shell.print_json([asdict(one) for one in chosen])
        return
    for one in chosen:
        shell.out.print(f"[bold]{one.kind}[/]  {shell.plain(one.summary)}\n")
        _fields([field for field in one.fields if field.name not in _EVERY])
        shell.out.print("\n[dim]    in an issue file[/]\n")
        shell.out.print("\n".join(f"    {shell.plain(line)}".rstrip() for line in one.example.splitlines()) + "\n")
    shell.out.print("[bold]every kind[/]  The title is the heading, the text stands below the fence.\n")
    _fields([field for field in chosen[0].fields if field.name in _EVERY])
    shell.next_step(f"newsletter issue new TITLE --kind {chosen[0].kind}", "writes an issue to fill in")


def _fields(fields: "Sequence[FieldDescription]", indent: str = "    ") -> None:
    for field in fields:
        needed = " [yellow](needed)[/]" if field.required else ""
        shell.out.print(f"{indent}[cyan]{field.name}[/]{needed}  {shell.plain(field.label)}: {shell.plain(field.help)}")
        written = ": ".join(part for part in (field.type, field.constraint) if part)
        example = "" if field.parts else f"; such as {_example(field.example)}"
        shell.out.print(f"{indent}    [dim]{shell.plain(written + example)}[/]")
        for word, parts in field.parts.items():
            which = f'an entry with do = "{word}"' if any(part.name == "do" for part in parts) else "each entry"
            shell.out.print(f"{indent}    [dim]{which}[/]")
            _fields([part for part in parts if part.name != "do"], indent + "        ")


def _example(value: Any) -> str:
    from newsletter.issue import toml

    return toml.value(value)
