"""Changes that a command makes to an issue: in its file, or as a new revision and in its working copy.
Holds ``newsletter issue override``."""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.issue_argument import IssueArgument, OpenedIssue, look_at
from newsletter.cli.issue_findings import Found

if TYPE_CHECKING:
    from newsletter.issue.model import Override

Edit = Callable[[str, str], str]
"""Language and text of an issue file -> its text afterwards."""


def override_finding(
    issue: IssueArgument,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The eight characters that issue check shows with it.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it may stay.")],
) -> None:
    """Accept a warning of the checks, with a reason that is kept in the issue."""
    from newsletter.checks.overrides import with_override
    from newsletter.cli.issue_check import findings_of, now_in

    seen = look_at(issue)
    found = findings_of(seen, now_in(seen, None))
    one = _warning(found, key, issue)
    override = _override(one, reason)
    languages = {language for other in found if other.finding.key == one.finding.key for language in other.languages}
    done = change(seen, lambda language, text: with_override(text, override) if language in languages else text)
    shell.done(f"accepted: {one.finding.message} ({done})")
    shell.next_step(f"newsletter issue check {shell.typed(issue)}", "lists it among those that were accepted")


def mend(seen: OpenedIssue, found: Sequence[Found]) -> None:
    """Apply every fix of ``found`` that is not accepted as it is, and show on stderr what changed."""
    from newsletter.checks.fixes import mend_all

    def edit(language: str, text: str) -> str:
        mine = [one.finding for one in found if language in one.languages and one.accepted is None]
        made, applied = mend_all(text, [finding for finding in mine if finding.fix])
        counts.append(len(applied))
        return made

    counts: list[int] = []
    done = change(seen, edit, shown=True)
    number = max(counts, default=0) if seen.revision else sum(counts)
    shell.done(f"mended {number} finding{'' if number == 1 else 's'} ({done})" if done else "nothing was changed")


def change(seen: OpenedIssue, edit: Edit, *, shown: bool = False) -> str:
    """Change the text of an issue in each of its languages; says where. ``shown``: the difference goes to stderr.

    A file is changed in place. Of a saved issue there is a new revision, and its working copy in ``issues/`` is changed
    alike where it said the same. Raises ``Stop``, ``IssueError``.
    """
    done = []
    if seen.revision:
        from newsletter.store.revising import Overtaken, revise, texts_of

        texts = texts_of(seen.revision)
        after = {language: edit(language, text) for language, text in texts.items()}
        if shown:
            for language, text in texts.items():
                _show_difference(f"{seen.revision.issue.slug} ({language})", text, after[language])
        try:
            saved = revise(seen.revision, after, author=shell.actor(), at=datetime.now(UTC))
        except Overtaken as error:
            raise shell.Stop(str(error)) from None
        done += [f"revision {saved.revision.number} of {saved.revision.issue.slug}"] if saved.changed else []
    for language, path in seen.files.items():
        text = path.read_bytes().decode("utf-8")  # as it is: with its line ends
        made = edit(language, text)
        if made != text:
            if shown and not seen.revision:
                _show_difference(str(path), text, made)
            _replace(path, made.encode())
            done.append(str(path))
    return ", ".join(done)


def _warning(found: Sequence[Found], key: str, issue: str) -> Found:
    """The warning of that key. Raises ``Stop``."""
    again = f"newsletter issue check {shell.typed(issue)} shows the keys"
    one = next((one for one in found if one.finding.key == key.strip().casefold()), None)
    if one is None:
        from newsletter.issue.nearest import nearest

        near = nearest(key, [other.finding.key for other in found if other.finding.level == "warning"])
        raise shell.Stop(
            f"no finding has the key '{key}' now", mend=f"did you mean {near}?" if near else again, code=shell.USAGE
        )
    if one.finding.level == "error":
        raise shell.Stop(f"this is an error, which cannot be accepted: {one.finding.message}", mend=one.finding.mend)
    if one.finding.level == "note":
        raise shell.Stop("this is a note: it needs nobody's acceptance", code=shell.USAGE)
    if one.accepted is not None:
        raise shell.Stop(f"it is accepted already: {one.accepted}", mend="change the reason under [[overrides]]")
    return one


def _override(one: Found, reason: str) -> "Override":
    from pydantic import ValidationError

    from newsletter.issue.model import Override
    from newsletter.issue.wording import mistakes

    finding = one.finding
    try:
        return Override(check=finding.check, item=finding.place.item, finding=finding.key, reason=reason)
    except ValidationError as error:
        mistake = next(mistakes(error, Override))
        raise shell.Stop(f"--{mistake.message}", mend='say why it may stay: --reason "…"', code=shell.USAGE) from None


def _show_difference(name: str, before: str, after: str) -> None:
    colours = {"+": "green", "-": "red", "@": "dim"}
    lines = unified_diff(before.splitlines(), after.splitlines(), name, name, n=1, lineterm="")
    for line in list(lines)[2:]:
        colour = colours.get(line[:1], "")
        shell.err.print(f"[{colour}]{shell.plain(line)}[/]" if colour else shell.plain(line))


def _replace(path: Path, content: bytes) -> None:
    """All of the file or nothing; who may read it stays as it was."""
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise shell.Stop(f"{path} cannot be written: {error.strerror}") from None
