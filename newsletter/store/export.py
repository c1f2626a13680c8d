"""A revision back into files: what ``import`` reads again without loss."""

import os
from pathlib import Path

from newsletter.models import Revision
from newsletter.site import Site
from newsletter.store import assets


def export_revision(site: Site, revision: Revision, path: Path) -> list[Path]:
    """The issue file at ``path``, its translations and files beside it. Returns the issue files.

    Raises ``FileExistsError`` where one of them is there already with another content; then nothing is written.
    """
    issue_files = {path: revision.source.encode()}
    for language, text in revision.translations.items():
        issue_files[path.with_name(f"{path.stem}.{language}{path.suffix}")] = text.encode()
    media = assets.media_of(site, revision.assets)
    write_new({**issue_files, **{path.parent / name: file.content for name, file in media.items()}})
    return list(issue_files)


def write_new(contents: dict[Path, bytes]) -> None:
    """Each file with its content. Raises ``FileExistsError`` where one says something else; then none is written."""
    for path, content in contents.items():
        if path.exists() and path.read_bytes() != content:
            raise FileExistsError(17, os.strerror(17), str(path))
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
