"""Makes newsletter/checks/data/caniemail.json anew from the npm package caniemail.

    npm pack caniemail
    .venv/bin/python -m devtools.caniemail caniemail-2.0.2.tgz

Only the newest verdict of each feature for the mail programs in programs.toml is kept. Afterwards run
``.venv/bin/python -m pytest tests/checks`` and ``.venv/bin/python -m tests.documentation``, and put the version and the
date into THIRD_PARTY.md.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

import tomllib

DATA = Path(__file__).resolve().parent.parent / "newsletter" / "checks" / "data"
VERDICTS = "ynau"
"""Yes, no, partly (almost), unknown."""


def reduced(data: dict[str, Any], version: str, programs: list[str]) -> dict[str, Any]:
    """What is kept of caniemail's ``data``: for each feature its title and a letter for each program, in their order.

    Raises ValueError where a verdict is none of ``VERDICTS``.
    """
    features = {}
    for feature in sorted(data["data"], key=lambda feature: str(feature["slug"])):
        letters = "".join(_verdict(feature, program) for program in programs)
        features[feature["slug"]] = {"title": feature["title"].strip(), "support": letters}
    return {
        "source": f"https://www.caniemail.com, npm package caniemail {version}",
        "date": data["last_update_date"].split()[0],
        "licence": "MIT, see THIRD_PARTY.md",
        "programs": programs,
        "features": features,
    }


def _verdict(feature: dict[str, Any], program: str) -> str:
    family, platform = program.split(".")
    tested: dict[str, str] = feature["stats"].get(family, {}).get(platform, {})
    if not tested:
        return "u"
    verdict = tested[_newest(tested)].split()[0]
    if len(verdict) != 1 or verdict not in VERDICTS:
        raise ValueError(f"{feature['slug']} has the verdict '{verdict}' for {program}, which is not known here")
    return verdict


def _newest(tested: dict[str, str]) -> str:
    """The newest version: the last one of the file, where JSON has not moved it (whole numbers come first in it)."""
    whole = [version for version in tested if version.isdigit()]
    last = next((version for version in reversed(tested) if not version.isdigit()), None)
    highest = max(whole, key=int, default=None)
    if last is None or highest is None:
        return str(last or highest)
    # Outlook for the Mac went from years (2016) to versions (16.80).
    return last if int(highest) > 1900 or int(re.findall(r"\d+", last)[0]) >= int(highest) else highest


def _package(path: Path) -> tuple[dict[str, Any], str]:
    with tarfile.open(path) as archive:
        data, package = (archive.extractfile(f"package/{name}") for name in ("data/caniemail.json", "package.json"))
        if data is None or package is None:
            raise ValueError(f"{path} holds no data/caniemail.json")
        return json.load(data), json.load(package)["version"]


def write(result: dict[str, Any]) -> str:
    """``result`` as JSON with a line for each feature, so that a refresh shows what changed."""
    head = {key: value for key, value in result.items() if key != "features"}
    lines = [f"    {json.dumps(slug)}: {json.dumps(one)}" for slug, one in result["features"].items()]
    opening = json.dumps(head, indent=2).removesuffix("\n}")
    return f'{opening},\n  "features": {{\n' + ",\n".join(lines) + "\n  }\n}\n"


def main() -> int:
    """Writes the file; says what is wrong with the call."""
    if len(sys.argv) != 2:
        print("usage: python -m devtools.caniemail caniemail-VERSION.tgz (from npm pack caniemail)", file=sys.stderr)
        return 2
    try:
        data, version = _package(Path(sys.argv[1]))
    except (OSError, KeyError, ValueError, tarfile.TarError) as error:
        print(f"{sys.argv[1]} is not the npm package caniemail: {error}", file=sys.stderr)
        return 1
    groups = tomllib.loads((DATA / "programs.toml").read_text(encoding="utf-8"))["group"]
    result = reduced(data, version, [program["id"] for group in groups for program in group["programs"]])
    (DATA / "caniemail.json").write_text(write(result), encoding="utf-8")
    print(f"{len(result['features'])} features of {result['date']} for {len(result['programs'])} programs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
