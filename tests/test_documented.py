"""Every command, setting and kind of item is documented, and the pages say what the code does."""

import re

import pytest

from newsletter.items.registry import kinds
from newsletter.site import setting_keys
from tests.documentation import DOCS, PAGES, all_commands


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_up_to_date(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8") if (DOCS / name).exists() else ""
    assert written == PAGES[name](), "run: python -m tests.documentation"


def test_every_command_and_option_says_what_it_is_for() -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    for path, command in all_commands().items():
        assert f"\n## newsletter {path}\n" in page
        assert command.help, path
        for parameter in command.params:
            assert parameter.help, (path, parameter.name)


def test_every_setting_is_there_with_its_meaning() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    for key in setting_keys():
        assert re.search(rf"^\| `{re.escape(key)}`( \(secret\))? \| .+ \| .{{10,}} \|$", page, re.MULTILINE), key


def test_every_kind_is_there_with_its_example_and_fields() -> None:
    page = (DOCS / "item-kinds.md").read_text(encoding="utf-8")
    for name, kind in kinds().items():
        section = page.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)
        assert kind.summary in section[0]
        assert kind.example.rstrip("\n").removeprefix("## ") in page
        for field in kind.model_fields.keys() - {"id", "title", "body", "audience"}:
            assert f"| `{field}` |" in page.split(f"\n## {name}\n", 1)[1]


def test_every_link_in_the_docs_leads_to_a_file() -> None:
    root = DOCS.parent
    pages = [*DOCS.rglob("*.md"), *root.glob("*.md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(
            r"""(?:\]\(|src=")([^)"#:\s]+)[)"#]""", _without_code(page.read_text(encoding="utf-8"))
        )
    ]
    assert len(links) > 20
    assert [f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()] == []


def _without_code(text: str) -> str:
    return re.sub(r"(`{3,})[\s\S]*?\1|`[^`\n]*`", "", text)


def test_every_command_that_is_named_in_the_docs_exists() -> None:
    """``newsletter issue chekc`` in a how-to is a mistake."""
    known = all_commands()
    nouns = {path.split()[0] for path in known}
    for file in [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md"]:
        for noun, verb in re.findall(r"`newsletter ([a-z]+)(?: ([a-z]+))?[ `]", file.read_text(encoding="utf-8")):
            if noun in known or noun not in nouns:
                assert noun in known, f"{file.name}: newsletter {noun}"
            elif verb:
                assert f"{noun} {verb}" in known, f"{file.name}: newsletter {noun} {verb}"
