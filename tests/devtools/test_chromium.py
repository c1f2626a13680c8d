"""The browser that the tests drive."""

from __future__ import annotations

from pathlib import Path

import pytest

import devtools.chromium
from devtools import Failure


def test_a_named_chromium_must_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(Failure, match="does not start"):
        devtools.chromium.bring_chromium()
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\necho install the snap; exit 1\n")  # as Ubuntu has it
    stub.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(stub))
    with pytest.raises(Failure, match="does not start"):
        devtools.chromium.bring_chromium()
    stub.write_text("#!/bin/sh\necho Chromium 1\n")
    assert devtools.chromium.bring_chromium() == str(stub)
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devtools.chromium.bring_chromium() == str(stub)
