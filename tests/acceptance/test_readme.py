"""The commands of the README do what it says, one after the other, as they stand there."""

import re
import shlex
from pathlib import Path

from tests.acceptance.conftest import ROOT, Command, mails


def test_the_commands_to_use_it(newsletter: Command, tmp_path: Path) -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Use it\n", 1)[1].split("\n## ", 1)[0]
    commands = re.findall(r"^    newsletter (.+)$", section, re.MULTILINE)
    first, *others = commands
    assert first == "init ushrn && cd ushrn"
    assert newsletter("init", "ushrn").returncode == 0
    site = tmp_path / "ushrn"
    (site / "readers.csv").write_text("email\nana@example.org\nben@example.com\n")
    for command in others:
        typed = ["--confirm-count", "2"] if command.startswith("issue send") else []
        done = newsletter(*shlex.split(command), *typed, cwd=site)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert (site / "preview" / "index.html").is_file()
    assert len(mails(site / "outbox")) == 2
    assert len(mails(site / "testmail")) == 1
