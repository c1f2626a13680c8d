"""A command that was typed wrongly: what is wrong, the nearest right word, how to see more."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import typer

from newsletter.cli.shell import USAGE, Stop, err, plain

# Typer exports one usage error; its base is the type of all of them, whichever library typer parses with.
UsageError = typer.BadParameter.__mro__[1]


def as_stop(error: Any) -> Stop:
    """``error``, a usage error, in our own words."""
    context = error.ctx
    path = context.command_path if context else "newsletter"
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        err.print(plain(message))
        return Stop("", code=USAGE)
    if command := re.match(r"No such command '(.*?)'\.", message):
        message = f"there is no command '{command[1]}'{_near(command[1], context)}"
    elif hasattr(error, "possibilities"):
        near = get_close_matches(error.option_name, _options(context), n=1, cutoff=0.5)
        message = f"there is no option '{error.option_name}'" + (f"; did you mean '{near[0]}'?" if near else "")
    elif number := re.match(
        r"Invalid value for '(.*?)': Input should be (a valid integer|(less|greater) than.* (\d+)$)", message
    ):
        limit = f" of {'at most' if number[3] == 'less' else 'at least'} {number[4]}" if number[3] else ""
        message = f"{number[1]} is a whole number{limit}"
    elif missing := re.match(r"Missing \w+ '(.*?)'\.", message):
        message = f"{missing[1]} is missing"
    return Stop(message, mend=f"{path} --help shows how it is used", code=USAGE)


def _near(word: str, context: Any) -> str:
    """The nearest command below ``context``, or anywhere with that verb: ``send`` is ``issue send``."""
    if context is None:
        return ""
    root = context.find_root().command
    verbs = [path for path, command in commands(root) if path.endswith(f" {word}")]
    near = get_close_matches(word, context.command.commands, n=1, cutoff=0.5)
    if near and not (verbs and context.command is root):  # a verb that is right is nearer than a noun that is alike
        return f"; did you mean '{near[0]}'?"
    return f"; did you mean '{' or '.join(f'newsletter {path}' for path in verbs)}'?" if verbs else ""


def _options(context: Any) -> list[str]:
    return [name for parameter in context.command.get_params(context) for name in parameter.opts] if context else []


def commands(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command below ``group`` that does something, by its path such as ``issue send``."""
    for name, command in group.commands.items():
        here = f"{path} {name}".strip()
        if hasattr(command, "commands"):
            yield from commands(command, here)
        else:
            yield here, command
