"""``newsletter settings``: what is in force, where it comes from, and changing it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from newsletter.site import Site

app = typer.Typer(no_args_is_help=True, help="Show and change the settings of the site.")


@app.command("show")
def show_settings(
    json: Annotated[bool, typer.Option("--json", help="As JSON on stdout; secrets are hidden there, too.")] = False,
) -> None:
    """Show every setting. Beside its value stands where it comes from."""
    rows = list(_rows(shell.require_site()))
    if json:
        shell.print_json(
            [
                {"key": key, "value": _shown(value) if isinstance(value, timedelta) else value, "source": source}
                for key, value, source in rows
            ]
        )
        return
    shell.table(("setting", "value", "from"), [(key, _shown(value), source) for key, value, source in rows])
    shell.next_step("newsletter settings set KEY VALUE", "changes one of them")


@app.command("set")
def set_setting(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The setting, such as site.name.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Its new value.")],
) -> None:
    """Change one setting. Comments and all else in newsletter.toml stay."""
    from newsletter.site import SiteError
    from newsletter.site_edit import change_setting

    try:
        site = change_setting(shell.require_site().root, key, value)
    except SiteError as error:
        mend = "newsletter settings show lists them all" if "no setting" in str(error) else ""
        raise shell.Stop(str(error), mend=mend, code=shell.USAGE) from None
    _, now, source = next(row for row in _rows(site) if row[0] == key)
    shell.done(f"{key} is written to newsletter.toml")
    if source.startswith("environment"):
        shell.err.print(f"[yellow]but[/] {shell.plain(source)} wins: {shell.plain(_shown(now))} stays in force")


def _rows(site: "Site") -> list[tuple[str, Any, str]]:
    """Each setting: its key, its value in force, the place that it comes from."""
    from newsletter.site import annotation_of, is_secret, setting_keys

    places = {value.key: value.place for value in site.values}
    keys = [key for key in setting_keys() if key != "attributes"]
    rows = []
    for key in [*keys, *(f"attributes.{name}" for name in site.settings.attributes)]:
        value: Any = site.settings
        for name in key.split("."):
            value = value[name] if isinstance(value, dict) else getattr(value, name)
        if is_secret(annotation_of(key)) and value is not None:
            value = "(hidden)"
        elif isinstance(value, timedelta):
            value = f"{value // timedelta(seconds=1)}s" if value.seconds % 60 else f"{value // timedelta(minutes=1)}m"
        rows.append((key, value, places.get(key, "default")))
    return rows


def _shown(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
