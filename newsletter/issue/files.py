"""Issue files on disk: the issue, its translations beside it, and the limits before anything is read.

``october-2020.md`` is the issue; ``october-2020.es.md`` is its Spanish translation. Items are matched by id; one that a
translation does not hold stands in the language of the issue.
"""

import re
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from newsletter.issue.model import Issue
from newsletter.issue.nearest import nearest
from newsletter.issue.parse import Parsed, parse
from newsletter.issue.places import Places
from newsletter.issue.problems import IssueError, Place, Problem
from newsletter.issue.source import LIMIT, decode, too_large
from newsletter.items.reader_fields import STANDARD
from newsletter.items.text import slugify

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
SHARED = ("slug", "timezone", "zones", "series", "list", "date", "sender", "reply_to")
"""What a translation takes over where it says nothing itself."""


@dataclass(frozen=True)
class Loaded:
    """An issue with its translations, and where everything stands."""

    issue: Issue
    translations: Mapping[str, Issue] = field(default_factory=dict)
    """By language. Each holds every item of the issue, in its order."""
    places: Mapping[str, Places] = field(default_factory=dict)
    """By language, that of the issue too."""
    fallbacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language: the ids of items that are not translated and stand in the language of the issue."""
    dropped: tuple[Problem, ...] = ()
    """What the files say that is no content and is gone once the issue is stored: comments."""

    def place(self, language: str, place: Place) -> Place:
        """``place`` (item and field) of the issue in ``language``, with file and line."""
        return self.find(language, Problem("", place=place)).place

    def find(self, language: str, problem: Problem) -> Problem:
        """``problem`` of the issue in ``language``, with file, line and the line's text."""
        fell_back = problem.place.item in self.fallbacks.get(language, ())
        where = self.issue.language if fell_back or language not in self.places else language
        return self.places[where].find(problem) if where in self.places else problem


def load(path: Path, *, known_fields: Collection[str] = tuple(STANDARD)) -> Loaded:
    """The issue at ``path`` with its translations. Raises ``IssueError`` with every mistake of all files."""
    if original := _original_of(path):
        raise _error(path, f"this is a translation of {original.name}", f"name the issue: {original}")
    main = _parse(path, known_fields, {"slug": slugify(path.stem)})
    ids = [item.id for item in main.issue.items] if main.issue else []
    problems = list(main.problems)
    translations: dict[str, Parsed] = {}
    for language, beside in _translations(path):
        shared = {"slug": slugify(path.stem)} if main.issue is None else main.issue.model_dump(include=set(SHARED))
        translated = _parse(beside, known_fields, {**shared, "language": language}, ids)
        problems += [*translated.problems, *_misfits(translated, main.issue, language, path.name)]
        translations[language] = translated
    if problems or main.issue is None:
        raise IssueError(tuple(problems))
    issues, fallbacks = {}, {}
    for language, translated in translations.items():
        if translated.issue:
            issues[language], fallbacks[language] = _filled_up(translated.issue, main.issue)
    parsed = {main.issue.language: main, **translations}
    return Loaded(
        main.issue,
        issues,
        {language: one.places for language, one in parsed.items()},
        {language: ids for language, ids in fallbacks.items() if ids},
        tuple(problem for one in parsed.values() for problem in _dropped(one)),
    )


def read_text(path: Path) -> str:
    """The text of the file at ``path``. Raises ``IssueError`` where there is none, or it is no text."""
    text, problems = decode(_read(path))
    if text is None or problems:
        raise IssueError(tuple(Places(path.name).find(problem) for problem in problems))
    return text


def _parse(
    path: Path, known_fields: Collection[str], defaults: Mapping[str, object], items: Collection[str] = ()
) -> Parsed:
    slug = str(defaults["slug"])
    return parse(_read(path), file=str(path), slug=slug, known_fields=known_fields, defaults=defaults, items=items)


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            issues = sorted(file.name for file in path.glob("*.md"))[:5]
            raise _error(
                path, "this is a folder, not an issue file", f"name one of: {', '.join(issues)}" if issues else ""
            )
        if not stat.S_ISREG(found.st_mode):
            raise _error(path, "this is no file", "name an issue file, such as october-2020.md")
        if found.st_size > LIMIT:
            problem = too_large(found.st_size)
            raise IssueError((replace(problem, place=Place(file=str(path))),))
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise _error(path, "there is no such file", _near(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _error(path, f"the file cannot be read: {reason}", "") from None


def _error(path: Path, message: str, mend: str) -> IssueError:
    return IssueError((Problem(message, mend, Place(file=str(path))),))


def _near(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.iterdir() if file.suffix == ".md"]
    except OSError:
        return f"there is no folder {path.parent} either"
    close = get_close_matches(path.name, names, n=1, cutoff=0.5)
    return f"did you mean {path.parent / close[0]}?" if close else "newsletter issue new TITLE writes one"


def _original_of(path: Path) -> Path | None:
    stem, _, language = path.stem.rpartition(".")
    original = path.with_name(f"{stem}{path.suffix}") if stem and _LANGUAGE.fullmatch(language) else None
    return original if original and original.is_file() else None


def _translations(path: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(path.parent.iterdir()):
        language = file.name.removeprefix(f"{path.stem}.").removesuffix(path.suffix)
        if file.name == f"{path.stem}.{language}{path.suffix}" and _LANGUAGE.fullmatch(language):
            yield language, file


def _misfits(translated: Parsed, main: Issue | None, language: str, name: str) -> Iterator[Problem]:
    """Where a translation does not fit the issue."""
    if translated.issue is None or main is None:
        return
    find = translated.places.find
    if translated.issue.language != language:
        said = f"the file's name says '{language}', but its language is '{translated.issue.language}'"
        yield find(
            Problem(said, "make the two the same, or rename a file that is no translation", Place(field="language"))
        )
    elif language == main.language:
        yield find(Problem(f"'{language}' is the language of {name} itself", "rename this file", Place(field="title")))
    if translated.issue.slug != main.slug:
        yield find(Problem(f"slug is that of {name}: '{main.slug}'", "delete this line", Place(field="slug")))
    kinds = {item.id: item.kind for item in main.items}
    for item in translated.issue.items:
        if item.id not in kinds:
            near = nearest(item.id, kinds) or next(iter(kinds.keys() - {one.id for one in translated.issue.items}), "…")
            message = f"no item of {name} has the id '{item.id}', so it is not known what '{item.title}' translates"
            yield find(Problem(message, f'name it in the fence, such as: id = "{near}"', Place(item=item.id)))
        elif item.kind != kinds[item.id]:
            message = f"'{item.id}' is of kind {item.kind} here, but of kind {kinds[item.id]} in {name}"
            yield find(Problem(message, "make the two the same", Place(item=item.id)))


def _filled_up(translated: Issue, main: Issue) -> tuple[Issue, tuple[str, ...]]:
    own = {item.id: item for item in translated.items}
    items = tuple(own.get(item.id, item) for item in main.items)
    return translated.model_copy(update={"items": items}), tuple(item.id for item in main.items if item.id not in own)


def _dropped(parsed: Parsed) -> Iterator[Problem]:
    from newsletter.issue.scaffold import is_hint  # noqa: PLC0415 - only files with comments need it

    for line, comment in parsed.comments:
        if is_hint(comment):
            continue
        yield parsed.places.find(
            Problem(f"the comment '{comment[:60]}' is no content and is not kept", "", Place(line=line))
        )
