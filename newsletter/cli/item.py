import typer

app = typer.Typer(no_args_is_help=True, help="Items.")


@app.command("kinds")
def item_kinds() -> None:
    """x"""
