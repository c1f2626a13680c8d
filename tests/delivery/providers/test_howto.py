"""The how-to for providers holds: its example works, and its table names every outcome."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newsletter.delivery.providers import base
from newsletter.delivery.providers.base import Accepted, Ambiguous, Barred, Refused, Submission
from tests.delivery.providers.test_outbox import submission

TEXT = (Path(__file__).parents[3] / "docs/howto/add-a-provider.md").read_text()


@pytest.fixture
def pigeon() -> Any:
    """The provider of the how-to, with settings that have its section."""
    names: dict[str, Any] = {"__name__": "pigeon"}
    exec(re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1], names)
    key = SimpleNamespace(get_secret_value=lambda: "key")
    providers = SimpleNamespace(pigeon=SimpleNamespace(api_key=key), allow_test_addresses=True)
    settings = SimpleNamespace(providers=providers, sender=SimpleNamespace(email="news@example.org"))
    made = names["Pigeon"](SimpleNamespace(settings=settings))
    made.requests = names["requests"]
    return made


@pytest.mark.parametrize(
    ("status", "outcome"), [(202, Accepted), (401, Barred), (422, Refused), (500, Ambiguous), (200, Ambiguous)]
)
def test_the_example_answers_as_the_table_says(
    pigeon: Any, monkeypatch: pytest.MonkeyPatch, status: int, outcome: type
) -> None:
    asked = []
    answer = SimpleNamespace(status_code=status)
    monkeypatch.setattr(pigeon.requests, "post", lambda *words, **options: asked.append((words, options)) or answer)
    one: Submission = submission(1)
    assert [type(said) for said in pigeon.submit(one).outcomes.values()] == [outcome]
    ((words, options),) = asked
    assert b"\r\nName1=\r\n" in words[1] and options["timeout"] and options["allow_redirects"] is False
    assert pigeon.check() == ()


def test_a_broken_connection_is_never_a_sure_no(pigeon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise pigeon.requests.ConnectionError

    monkeypatch.setattr(pigeon.requests, "post", broken)
    assert [type(said) for said in pigeon.submit(submission(1)).outcomes.values()] == [Ambiguous]


def test_the_table_names_every_outcome() -> None:
    there = {name for name, thing in vars(base).items() if isinstance(thing, type) and issubclass(thing, base.Outcome)}
    assert set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == there - {"Outcome"}
