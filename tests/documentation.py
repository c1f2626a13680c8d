"""The pages of docs/ that follow from the code: commands, settings, item kinds, checks, mail programs.

``python -m tests.documentation`` writes them; a test holds that they are up to date.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from newsletter.checks import checks
from newsletter.cli.main import app
from newsletter.cli.usage import commands
from newsletter.items.describe import describe_kinds
from newsletter.new_site import default_of
from newsletter.settings import Settings
from newsletter.site import annotation_of, is_secret, setting_keys
from tests.documentation_programs import programs_page

DOCS = Path(__file__).parent.parent / "docs"


def all_commands() -> dict[str, Any]:
    """Every command that does something, by its path such as ``issue send``."""
    return dict(commands(typer.main.get_command(app)))


def commands_page() -> str:
    """docs/commands.md."""
    lines = [
        "# Commands",
        "",
        "Data goes to stdout, messages to stderr. `--site DIR` stands before the noun; without it the site is",
        "`NEWSLETTER_SITE`, else the nearest folder above with a `newsletter.toml`.",
        "",
        "| exit code | meaning |",
        "|---|---|",
        "| 0 | it is done |",
        "| 1 | an error; nothing was changed, or the message says what was |",
        "| 2 | the command, a name or a setting is wrong |",
        "| 3 | the checks found errors; nothing was sent |",
        "| 4 | done in part; the message says which |",
        "| 5 | the number of readers is not the one that was confirmed; nothing was sent |",
        "| 75 | the store is busy; try again in a moment |",
        "| 130 | interrupted |",
        "",
        "`NO_COLOR=1` turns colours off. `NEWSLETTER_DEBUG=1` shows the trace of an error that is the program's own.",
    ]
    for path, command in all_commands().items():
        lines += ["", f"## newsletter {path}", "", inspect.cleandoc(command.help or ""), *_parameters(command)]
    return "\n".join(lines) + "\n"


def _parameters(command: Any) -> Iterator[str]:
    rows = [
        (
            " ".join([", ".join(option.opts), option.metavar or ""]).strip()
            if option.param_type_name == "option"
            else (option.metavar or option.name.upper()),
            option.help or "",
        )
        for option in command.params
        if option.name != "help"
    ]
    if rows:
        yield from ("", "| | |", "|---|---|")
        yield from (f"| `{name}` | {text} |" for name, text in rows)


def settings_page() -> str:
    """docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "They stand in `newsletter.toml` in the site's folder. What is set in more than one place follows this order:",
        "the environment (`NEWSLETTER_SECTION__KEY`, such as `NEWSLETTER_SITE__NAME`), then `secrets.toml`, then",
        "`newsletter.toml`, then the default. Secrets belong in `secrets.toml`, which only its owner may read.",
        "`newsletter settings show` says what is in force and where it comes from; `newsletter settings set KEY VALUE`",
        "changes one.",
        "",
        "| setting | default | meaning |",
        "|---|---|---|",
    ]
    for key in setting_keys():
        model: Any = Settings
        for part in key.split(".")[:-1]:
            model = model.model_fields[part].annotation
        info = model.model_fields[key.split(".")[-1]]
        secret = " (secret)" if is_secret(annotation_of(key)) else ""
        default = default_of(info.default)
        lines.append(f"| `{key}`{secret} | {f'`{default}`' if default else '–'} | {info.description} |")
    return "\n".join(lines) + "\n"


def kinds_page() -> str:
    """docs/item-kinds.md."""
    lines = [
        "# Kinds of item",
        "",
        "An issue file is Markdown with TOML. A `##` heading opens an item; a fenced block right under it names the",
        "kind and holds the fields; what follows is the text. Without a fence it is of kind `text`. Every kind has a",
        "title (the heading), a text (Markdown), an `id` and an `audience`.",
    ]
    for kind in describe_kinds():
        lines += ["", f"## {kind.kind}", "", kind.summary, "", "````markdown", kind.example.rstrip("\n"), "````"]
        own = [field for field in kind.fields if field.name not in {"id", "title", "body", "audience"}]
        if own:
            lines += ["", "| field | | what it is | allowed |", "|---|---|---|---|"]
        for field in own:
            lines.append(_field(field.name, field))
            for word, parts in field.parts.items():
                entry = f"{field.name}, {word}" if len(field.parts) > 1 else field.name
                lines += [_field(f"{entry}: {part.name}", part) for part in parts if part.name != "do"]
    return "\n".join(lines) + "\n"


def _field(name: str, field: Any) -> str:
    allowed = "; ".join(part for part in (field.type, field.constraint) if part)
    return "| " + " | ".join([f"`{name}`", "needed" if field.required else "", cell(field.help), cell(allowed)]) + " |"


NEEDS = {
    "behind": "in a translation written at the desk",
    "earlier": "in a site",
    "message": "where a list is known",
    "others": "in a site",
    "people": "where a list is known",
    "pictures": "where there are pictures",
    "spam": "where SpamAssassin runs",
    "templates": "in a site with templates of its own",
    "untranslated": "in a translation",
    "visits": "where links were followed",
}
"""What a check needs of its context, as people say it."""


def checks_page() -> str:
    """docs/checks.md."""
    lines = [
        "# Checks",
        "",
        "`newsletter issue check ISSUE` looks at an issue and at the mail that is made of it. An **error** blocks",
        "sending, a **warning** wants a second look, a **note** is good to know. `--as-of 2020-10-28` checks as on",
        "that day.",
        "",
        "`--fix` mends what can be mended with certainty, and shows it. A warning that may stay is accepted with",
        '`newsletter issue override ISSUE KEY --reason "…"`: the check shows its key. The reason stands under',
        "`[[overrides]]` in the front matter, goes along with each revision, and is shown with the findings. An error",
        "cannot be accepted. Once a warning is gone or says something else, its acceptance no longer holds, which is",
        "told as a note (`override`). A file that cannot be read is an error (`format`).",
    ]
    for check in checks().values():
        levels = " or ".join(check.levels)
        needs = f" Only {NEEDS[check.needs]}." if check.needs else ""
        lines += ["", f"## {check.name}", "", f"{check.about}{needs} ({levels.capitalize()}.)"]
        for word, example in (("Found", check.bad), ("Not found", check.good)):
            fence = "````" if "```" in example else "```"
            lines += ["", f"{word}:", "", fence, example, fence]
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """``text`` as it stands in a cell of a Markdown table."""
    return text.replace("|", "\\|")


PAGES = {
    "commands.md": commands_page,
    "settings.md": settings_page,
    "item-kinds.md": kinds_page,
    "checks.md": checks_page,
    "client-support.md": programs_page,
}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
