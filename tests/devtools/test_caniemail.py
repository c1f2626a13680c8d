"""The refresh of the caniemail data."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from devtools import caniemail

SHIPPED = json.loads((caniemail.DATA / "caniemail.json").read_text(encoding="utf-8"))


def feature(slug: str = "css-x", **stats: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {"slug": slug, "title": " x ", "stats": {name.replace("_", "-"): value for name, value in stats.items()}}


def letters(program: str, tested: dict[str, str]) -> str:
    family, platform = program.split(".")
    data = {"last_update_date": "2026-05-13 14:45", "data": [feature(**{family: {platform: tested}})]}
    return str(caniemail.reduced(data, "1.0", [program])["features"]["css-x"]["support"])


@pytest.mark.parametrize(
    ("program", "tested", "letter"),
    [
        ("gmail.ios", {"2019-08": "n", "2024-01": "y"}, "y"),
        ("gmail.ios", {"2019-08": "y", "2024-01": "a #1 #2"}, "a"),
        ("apple-mail.ios", {"13": "n", "15": "y", "10.3": "n", "12.2": "n"}, "y"),  # JSON moves whole numbers first
        ("apple-mail.ios", {"11": "n", "16.4": "y"}, "y"),
        ("apple-mail.macos", {"16": "y", "14.1": "n"}, "y"),
        ("outlook.windows", {"2007": "n", "2019": "a", "2016": "n"}, "a"),
        ("outlook.macos", {"2011": "y", "2016": "y", "16.80": "n"}, "n"),
        ("outlook.macos", {"16.80": "y", "2024-10": "a #4"}, "a"),
        ("outlook.android", {"2021-09": "y", "5.2543.1": "a"}, "a"),
        ("gmail.ios", {}, "u"),
    ],
)
def test_the_newest_verdict_counts(program: str, tested: dict[str, str], letter: str) -> None:
    assert letters(program, tested) == letter


def test_a_program_that_was_never_tested_is_unknown() -> None:
    data = {"last_update_date": "2026-05-13 14:45", "data": [feature(gmail={"ios": {"2020": "y"}})]}
    result = caniemail.reduced(data, "1.0", ["gmail.ios", "hey.android"])
    assert result["features"] == {"css-x": {"title": "x", "support": "yu"}}
    assert result["date"] == "2026-05-13"
    assert "1.0" in result["source"]


def test_a_verdict_that_is_not_known_stops_the_refresh() -> None:
    with pytest.raises(ValueError, match=r"css-x has the verdict 'maybe' for gmail\.ios"):
        letters("gmail.ios", {"2020": "maybe"})


def package(folder: Path, files: dict[str, object]) -> Path:
    path = folder / "caniemail-9.9.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            raw = json.dumps(content).encode()
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return path


def run(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    monkeypatch.setattr(sys, "argv", ["caniemail", *args])
    return caniemail.main()


def test_a_package_is_read_and_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = caniemail.DATA / "programs.toml"
    (tmp_path / "programs.toml").write_text(programs.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(caniemail, "DATA", tmp_path)
    data = {"last_update_date": "2026-01-02 03:04", "data": [feature("b", gmail={"ios": {"2020": "y"}}), feature("a")]}
    path = package(tmp_path, {"data/caniemail.json": data, "package.json": {"version": "9.9"}})
    assert run(monkeypatch, str(path)) == 0
    assert "2 features of 2026-01-02 for 18 programs" in capsys.readouterr().out
    written = json.loads((tmp_path / "caniemail.json").read_text(encoding="utf-8"))
    assert list(written["features"]) == ["a", "b"]
    assert written["features"]["b"]["support"].count("y") == 1
    assert written["source"].endswith("9.9")


def test_what_is_no_package_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.tgz").write_bytes(b"no archive")
    assert run(monkeypatch) == 2
    assert run(monkeypatch, str(tmp_path / "x.tgz")) == 1
    assert run(monkeypatch, str(tmp_path / "missing.tgz")) == 1
    assert run(monkeypatch, str(package(tmp_path, {"package.json": {"version": "1"}}))) == 1
    said = capsys.readouterr().err
    assert said.count("is not the npm package caniemail") == 3
    assert "usage" in said


def test_what_is_shipped_is_what_the_script_writes() -> None:
    assert caniemail.write(SHIPPED) == (caniemail.DATA / "caniemail.json").read_text(encoding="utf-8")
    assert len(SHIPPED["features"]) == 307
