from __future__ import annotations

from pathlib import Path

import pytest

from tests.devtools.support import stand_in


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A small checkout, with a space in its path, and nothing of the real one in reach."""
    root = tmp_path / "a desk"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "base.lock").write_text("one==1\n")
    (root / "requirements" / "dev.lock").write_text("one==1\ntwo==2\n")
    (root / "dev.py").touch()
    stand_in(monkeypatch, root)
    return root
