"""An issue file read into a value, or into every mistake that it holds."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from newsletter.issue import toml, validate
from newsletter.issue.model import Issue
from newsletter.issue.nearest import nearest
from newsletter.issue.places import Key, Places
from newsletter.issue.problems import Place, Problem
from newsletter.issue.sections import Block, Section, fences_in, split
from newsletter.issue.source import decode
from newsletter.issue.wording import Mistake, mistakes, spoken, tuples
from newsletter.items.base import Item, Part
from newsletter.items.kinds.event import Event
from newsletter.items.reader_fields import STANDARD, without_wrong_fields, wrong_fields
from newsletter.items.registry import kinds
from newsletter.items.text import slugify

_P = TypeVar("_P", bound=Part)
_TEXT_FIELD = re.compile(r"\s*(id|audience)\s*=")
_ROUNDS = 4  # a rule between two fields is looked at only once each field is right


@dataclass(frozen=True)
class Parsed:
    """What a file says. ``issue`` is there when every field could be read; with ``problems`` it is not to be used."""

    issue: Issue | None
    problems: tuple[Problem, ...]
    places: Places
    comments: tuple[tuple[int, str], ...] = ()
    """Line and text of each comment in the TOML: no content, so it is gone when the issue is written again."""

    def place(self, item: str | None, field: str | None = None) -> Place:
        """File and line of an item (``None``: the front matter) or of one of its fields."""
        return self.places.place(item, field)


def parse(
    data: bytes | str,
    *,
    file: str,
    slug: str,
    known_fields: Collection[str] = tuple(STANDARD),
    defaults: Mapping[str, Any] = MappingProxyType({}),
    items: Collection[str] = (),
) -> Parsed:
    """Read an issue file. ``file`` is its name in messages, ``slug`` the issue's name where the file gives none;
    ``defaults`` are further fields of the front matter that hold where the file says nothing; ``items`` are ids of
    items in other files that its links can lead to.

    Nothing is raised: all mistakes are in ``problems``, in the order of the file.
    """
    text, problems = decode(data)
    if text is None:
        places = Places(file)
        return Parsed(None, tuple(places.find(problem) for problem in problems), places)
    reader = _Reader(text, {**defaults, "slug": slug}, known_fields, items)
    issue = reader.read()
    lines = tuple(text.split("\n"))
    places = Places(file, lines, reader.starts)
    found = sorted(
        (places.find(problem) for problem in [*problems, *reader.problems]),
        key=lambda problem: (problem.place.line or 0, problem.place.column or 0),
    )
    return Parsed(issue, tuple(dict.fromkeys(found)), places, tuple(sorted(reader.comments)))


class _Reader:
    def __init__(
        self, text: str, defaults: Mapping[str, Any], known_fields: Collection[str], items: Collection[str]
    ) -> None:
        self.defaults = defaults
        self.sections = split(text)
        self.problems: list[Problem] = list(self.sections.problems)
        self.starts: dict[Key, int] = {}
        self.comments: list[tuple[int, str]] = []
        self.timezone = "UTC"
        self.unread = False
        """Something was written that did not reach the value."""
        self.tables = [toml.read(section.fields.text, section.fields.line) for section in self.sections.items]
        self.names = self._ids()
        self.known = validate.Known(known_fields, [*self.names, *items])

    def read(self) -> Issue | None:
        front = None
        if self.sections.front.text.strip() or not self.sections.problems:
            front = self._front(self.sections.front, self.sections.introduction)
        self._late_fields(self.sections.introduction)
        items = [
            self._item(section, table, name)
            for section, table, name in zip(self.sections.items, self.tables, self.names, strict=True)
        ]
        if front is None or self.unread or not all(items):
            return None
        return front.model_copy(update={"items": tuple(items)})

    def _table(self, table: toml.Table, item: str | None) -> None:
        self.unread |= bool(table.problems)
        self.problems += table.problems
        self.comments += table.comments
        self.starts |= {(item, spoken(path)): line for path, line in table.lines.items()}

    def _front(self, block: Block, introduction: Block) -> Issue | None:
        self.starts[(None, None)] = max(block.line - 1, 1)
        self.starts[(None, "introduction")] = introduction.line
        table = toml.read(block.text, block.line)
        self._table(table, None)
        data = {**self.defaults, **table.values, "introduction": introduction.text}
        for name in ("items", "introduction"):
            if name in table.values:
                self._mistake(
                    Mistake((name,), f"'{name}' is no field: it stands after the front matter", "move it"), None
                )
        data.pop("items", None)
        issue, usable = self._build(Issue, data, None, table.broken, introduction)
        if usable:
            self.timezone = usable.timezone
            self.problems += validate.front_problems(usable, self.known)
        else:
            self._unbuilt(data, None)
            self.problems += validate.text_problems(introduction.text, None, self.known)
        return issue

    def _ids(self) -> list[str]:
        given = [table.values.get("id") for table in self.tables]
        taken = Counter(name for name in given if isinstance(name, str))
        numbers: Counter[str] = Counter()
        first: dict[str, int] = {}
        names = []
        for section, table, name in zip(self.sections.items, self.tables, given, strict=True):
            if isinstance(name, str):
                line = table.lines[("id",)]
                if name in first:
                    message = f"two items have the id '{name}', here and in line {first[name]}"
                    self.problems.append(Problem(message, "give one of them another", Place(line=line)))
                    self.unread = True
                first.setdefault(name, line)
                names.append(name)
            else:
                made = _unique(slugify(section.title.text), taken, numbers)
                taken[made] += 1
                names.append(made)
        return names

    def _item(self, section: Section, table: toml.Table, name: str) -> Item | None:
        self.starts[(name, None)] = self.starts[(name, "title")] = section.title.line
        self.starts[(name, "body")] = section.body.line
        model = self._kind(section)
        if section.kind is None or section.kind.text != "text":  # whoever says text means code
            self._late_fields(section.body)
        if model is None:
            self.problems += self._text_problems(section.body, name, model)
            return None
        self._table(table, name)
        values: dict[str, Any] = {"id": name, **table.values}
        for word in ("title", "body"):
            if word in values:
                stands = "is the heading of the item" if word == "title" else "stands under the closing mark"
                self._mistake(Mistake((word,), f"'{word}' is no field: it {stands}", "delete this line"), name)
        values |= {"title": section.title.text, "body": section.body.text}
        if not section.title.text:
            self._mistake(Mistake(("title",), "this heading has no words", "write the title after ##"), name)
            values["title"] = "?"
        item, usable = self._build(model, values, name, table.broken, section.body)
        if usable:
            self.problems += validate.item_problems(usable, self.timezone, self.known)
        else:
            self._unbuilt(values, name)
            self.problems += self._text_problems(section.body, name, model)
        return item

    def _unbuilt(self, values: Mapping[str, Any], item: str | None) -> None:
        """The reader fields in what was given for a value that could not be made."""
        told = {problem.place.field for problem in self.problems if problem.place.item == item}
        rest = {name: given for name, given in values.items() if name not in {*told, "introduction", "body"}}
        self.problems += validate.field_problems(rest, item, self.known)

    def _late_fields(self, block: Block) -> None:
        """Fields that do not stand right under the heading of an item would be mailed as code."""
        for fence, content in fences_in(block.text):
            # Code is mostly marked as text, too, and has none of its fields.
            if fence.text in kinds() and (fence.text != "text" or _TEXT_FIELD.match(content)):
                message = (
                    f"these fields of kind {fence.text} do not stand right under a ## heading, so they are read as code"
                )
                mend = "move them up to the ## heading, or open an item of their own with ## and a title"
                self.problems.append(Problem(message, mend, Place(line=block.line + fence.line - 1)))

    def _text_problems(self, body: Block, name: str, model: type[Item] | None) -> Iterator[Problem]:
        if model and issubclass(model, Event):
            return validate.text_problems(body.text, name, self.known, no_time="")
        return validate.text_problems(body.text, name, self.known)

    def _kind(self, section: Section) -> type[Item] | None:
        if section.kind is None:
            return kinds()["text"]
        word = section.kind.text
        if word in kinds():
            return kinds()[word]
        near = nearest(word, kinds())
        listed = ", ".join(kinds())
        if not word:
            message, mend = "the fence under the heading names no kind", f"write one of {listed} after its marks"
        else:
            message = f"there is no kind '{word[:60]}'"
            mend = f"did you mean '{near}'?" if near else f"the kinds are: {listed}"
        mend += " (To show code there, put an empty fence of kind text before it.)" if not near else ""
        self.problems.append(Problem(message, mend, Place(line=section.kind.line)))
        return None

    def _build(
        self, model: type[_P], values: Mapping[str, Any], item: str | None, broken: Collection[str], body: Block
    ) -> tuple[_P | None, _P | None]:
        """The value, and a value that is at least good for further checks: without the fields that were wrong."""
        fields: dict[str, Any] = tuples(dict(values))
        body_field = "introduction" if model is Issue else "body"
        wrong = [
            Problem(message, "", Place(line=body.text.count("\n", 0, position) + 1, item=item, field=body_field))
            for position, message in wrong_fields(body.text)
        ]
        self.problems += wrong
        try:
            made = model.model_validate(fields)
        except ValidationError as error:
            found = [one for one in mistakes(error, model) if not (wrong and one.path == (body_field,))]
        else:
            return made, made
        guessed = {one.guess for one in found if one.guess}
        for one in found:
            if not (one.missing and (one.path[-1] in broken or one.path[-1] in guessed)):
                self._mistake(one, item)
        return None, self._without(model, {**fields, body_field: without_wrong_fields(body.text)}, found, item)

    def _without(self, model: type[_P], fields: dict[str, Any], found: list[Mistake], item: str | None) -> _P | None:
        """The value without what is wrong; mistakes that were hidden behind others come to light here."""
        told = {one.path for one in found}
        for _ in range(_ROUNDS):
            for one in found:
                fields = _removed(fields, one.path)
            try:
                return model.model_validate(fields)
            except ValidationError as error:
                found = [one for one in mistakes(error, model) if not one.missing and one.path not in told]
            for one in found:
                told.add(one.path)
                if not any(isinstance(step, int) for step in one.path):
                    self._mistake(one, item)
        return None

    def _mistake(self, mistake: Mistake, item: str | None) -> None:
        self.unread = True
        place = Place(item=item, field=spoken(mistake.path) or None)
        if mistake.position is not None and place.field in {"body", "introduction"}:
            # The text is the one that was read, so the position counts in it.
            place = replace(place, line=None)
        if place.item is None and place.field is None:
            place = replace(place, line=self.starts[(None, None)])
        self.problems.append(Problem(mistake.message, mistake.mend, place))


def _unique(slug: str, taken: Counter[str], numbers: Counter[str]) -> str:
    """``slug``, or ``slug-2`` and so on where it is taken. ``numbers`` remembers how far each slug has got."""
    name = slug
    while name in taken:
        numbers[slug] += 1
        name = f"{slug}-{numbers[slug] + 1}"
    return name


def _removed(thing: Any, path: toml.Path) -> Any:
    """A copy of ``thing`` without what ``path`` leads to."""
    if not path or not isinstance(thing, dict | tuple):
        return thing
    step, rest = path[0], path[1:]
    if isinstance(thing, tuple):
        if not isinstance(step, int) or not rest or step >= len(thing):
            return thing
        return (*thing[:step], _removed(thing[step], rest), *thing[step + 1 :])
    if step not in thing:
        return thing
    if not rest:
        return {key: part for key, part in thing.items() if key != step}
    return {**thing, step: _removed(thing[step], rest)}
