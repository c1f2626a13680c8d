"""``newsletter issue``: compose, look at, check and mail one issue."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer

app = typer.Typer(no_args_is_help=True, help="Compose, look at, check and mail an issue.")

VERBS: tuple[str, ...] = ()
"""Each is the function of that name in ``newsletter.cli.issue_<verb>``."""

for _verb in VERBS:
    _command: Callable[..., Any] = getattr(import_module(f"newsletter.cli.issue_{_verb}"), f"{_verb}_issue")
    app.command(_verb)(_command)
