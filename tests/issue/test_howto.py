"""docs/howto/add-an-item-kind.md: its example is a kind that keeps the contract."""

import re
from pathlib import Path

import pytest

from newsletter.issue.parse import parse
from newsletter.items import kinds as package
from newsletter.items import registry

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "add-an-item-kind.md"


def test_the_example_of_the_howto_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"^```python\n(.*?\n)```\n\n- ", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "petition.py").write_text(found[1], encoding="utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    registry.kinds.cache_clear()
    try:
        kind = registry.kinds()["petition"]
        parsed = parse(f'+++\ntitle = "A"\nsubject = "B"\n+++\n{kind.example}', file="a.md", slug="a")
        assert parsed.problems == ()
        assert parsed.issue is not None
        assert type(parsed.issue.items[0]) is kind
    finally:
        monkeypatch.undo()
        registry.kinds.cache_clear()
