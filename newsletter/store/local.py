"""An issue file and what lies beside it, rendered into a folder. No store, no Django."""

from pathlib import Path

from newsletter.issue.files import Loaded
from newsletter.issue.problems import IssueError, Problem
from newsletter.store.media import Media, MediaError, read, references


def read_media(loaded: Loaded, folder: Path) -> dict[str, Media]:
    """Each file that the issue and its translations refer to, by the path as written. Raises ``IssueError``."""
    media: dict[str, Media] = {}
    problems: list[Problem] = []
    for issue in (loaded.issue, *loaded.translations.values()):
        for reference in references(issue):
            if reference.path in media:
                continue
            try:
                media[reference.path] = read(folder, reference.path, picture=reference.picture)
            except MediaError as error:
                place = loaded.place(issue.language, reference.item, reference.field)
                problems.append(Problem(str(error), place=place))
    if problems:
        raise IssueError(tuple(problems))
    return media
