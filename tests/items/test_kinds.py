"""The contract of every item kind, discovered as the program discovers them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.issue.model import Issue
from newsletter.issue.parse import parse
from newsletter.issue.write import write, write_item
from newsletter.items.base import Item, Part
from newsletter.items.describe import FieldDescription, describe_fields, describe_kinds, parts_of
from newsletter.items.kinds.text import Text
from newsletter.items.registry import kinds

HEAD = '+++\ntitle = "A"\nsubject = "B"\n+++\n\n'
DESIGNED = {"text", "image", "quote", "button", "recap", "engage", "event", "debrief", "resources", "contact"}

every_kind = pytest.mark.parametrize("word", kinds())


def parts_within(part: type[Part]) -> Iterator[type[Part]]:
    yield part
    for info in part.model_fields.values():
        for inner in parts_of(info).values():
            yield from parts_within(inner)


def test_the_kinds_of_the_design_are_there() -> None:
    assert set(kinds()) >= DESIGNED


@every_kind
def test_a_kind_is_named_as_its_file(word: str) -> None:
    kind = kinds()[word]
    assert kind.kind == word == kind.__module__.rpartition(".")[2]
    assert kind.summary.endswith(".")
    assert "\n" not in kind.summary


@every_kind
def test_the_example_is_complete_and_valid(word: str) -> None:
    parsed = parse(HEAD + kinds()[word].example, file="example.md", slug="example")
    assert parsed.problems == ()
    assert parsed.issue is not None
    (item,) = parsed.issue.items
    assert type(item) is kinds()[word]


@every_kind
def test_the_example_is_written_as_it_stands(word: str) -> None:
    issue = parse(HEAD + kinds()[word].example, file="example.md", slug="example").issue
    assert issue is not None
    again = parse(write(issue), file="example.md", slug="example").issue
    assert again == issue
    assert write_item(issue.items[0]) == write_item((again or issue).items[0])


@every_kind
def test_every_field_says_what_it_is(word: str) -> None:
    for part in parts_within(kinds()[word]):
        for name, info in part.model_fields.items():
            if name == "do":
                continue
            assert info.title, f"{word}: {name} has no label"
            assert info.description, f"{word}: {name} has no help"
            assert info.description.endswith(".")
            assert info.examples, f"{word}: {name} has no example"


@every_kind
def test_every_example_of_a_field_is_valid(word: str) -> None:
    """Each is tried where it stands: in the fields of the kind's own example, so that rules between fields hold."""
    from pydantic import TypeAdapter

    from newsletter.issue.wording import tuples

    for part in parts_within(kinds()[word]):
        for name, info in part.model_fields.items():
            for example in info.examples or []:
                adapter: TypeAdapter[object] = TypeAdapter(
                    __import__("typing").Annotated[(info.annotation, *info.metadata)]
                    if info.metadata
                    else info.annotation
                )
                assert adapter.validate_python(tuples(example), strict=False) is not None, f"{word}.{name}"


@every_kind
def test_an_item_is_frozen_and_knows_its_fields_only(word: str) -> None:
    from pydantic import ValidationError

    item = Text(id="a", title="A")
    with pytest.raises(ValidationError):
        item.title = "B"
    with pytest.raises(ValidationError, match="extra_forbidden"):
        kinds()[word].model_validate({"id": "a", "title": "A", "no_such_field": 1})


def test_descriptions_are_complete() -> None:
    described = {kind.kind: kind for kind in describe_kinds()}
    assert list(described) == sorted(kinds())
    for kind in described.values():
        for field in kind.fields:
            check(field)
    engage = {field.name: field for field in described["engage"].fields}
    assert list(engage) == ["deadline", "actions", "id", "title", "body", "audience"]
    assert set(engage["actions"].parts) == {"share", "write", "copy", "link"}
    networks = {field.name: field for field in engage["actions"].parts["share"]}["networks"]
    assert (networks.type, networks.required, networks.choices[0]) == ("list of choice", True, "x")
    event = {field.name: field for field in described["event"].fields}
    assert (event["starts"].type, event["starts"].required) == ("date and time", True)
    assert (event["zone"].type, event["zone"].required) == ("time zone", False)
    assert (event["title"].in_fence, event["body"].in_fence, event["id"].required) == (False, False, False)


def check(field: FieldDescription) -> None:
    assert field.label
    assert field.type
    assert field.constraint or field.type in {"true or false", "entries"}
    for inner in field.parts.values():
        for part in inner:
            if part.name != "do":
                check(part)


def test_what_a_telephone_number_may_be_is_said_in_words() -> None:
    (contact,) = [kind for kind in describe_kinds() if kind.kind == "contact"]
    (phone,) = [field for field in contact.fields if field.name == "phone"]
    assert phone.type == "telephone number" and "6 to 25 digits" in phone.constraint
    assert "one line" not in phone.constraint


@pytest.mark.parametrize(
    ("phone", "good"),
    [("+41 22 555 01 00", True), ("(212) 555", False), ("555.123", True), ("12345", False), ("1" * 25, True)],
)
def test_telephone_numbers(phone: str, good: bool) -> None:
    parsed = parse(f'{HEAD}## A\n```contact\nname = "x"\nphone = "{phone}"\n```\n', file="a.md", slug="a")
    assert bool(parsed.problems) is not good


def test_the_fields_of_the_issue_are_described() -> None:
    names = [field.name for field in describe_fields(Issue)]
    assert names == [name for name in Issue.model_fields if name != "items"]


def test_a_new_file_is_a_new_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsletter.items import kinds as package
    from newsletter.items import registry

    (tmp_path / "poll.py").write_text(
        "from typing import ClassVar\n"
        "from newsletter.items.base import Item\n\n\n"
        "class Poll(Item):\n"
        "    kind: ClassVar[str] = 'poll'\n"
    )
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    registry.kinds.cache_clear()
    try:
        assert registry.kinds()["poll"].__name__ == "Poll"
        assert issubclass(registry.kinds()["poll"], Item)
    finally:
        monkeypatch.undo()
        registry.kinds.cache_clear()
