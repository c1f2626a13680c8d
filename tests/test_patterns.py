"""Regular expressions that mean the same in every Python that is supported."""

import importlib
import pkgutil
import re
from types import ModuleType

import pytest

import newsletter
import subscribers

_QUOTED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^]\\])*\]", re.DOTALL)  # escapes and classes: what is in them is no syntax
_POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")


def _modules(package: ModuleType) -> list[str]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [module.name for module in found if not module.name.endswith("__main__")]


def _patterns() -> dict[str, str]:
    return {
        f"{module}.{name}": thing.pattern
        for module in [*_modules(newsletter), *_modules(subscribers)]
        for name, thing in vars(importlib.import_module(module)).items()
        if isinstance(thing, re.Pattern) and isinstance(thing.pattern, str)
    }


def test_no_group_is_possessive() -> None:
    """Python before 3.11.5, such as Debian 12's, finds nothing with one that is a choice (cpython issue 106052)."""
    patterns = _patterns()
    assert {"newsletter.issue.toml._TOKEN", "newsletter.render.inline._TOKEN"} <= set(patterns)
    assert [name for name, text in patterns.items() if _POSSESSIVE_GROUP.search(_QUOTED.sub("x", text))] == []


@pytest.mark.parametrize("text", ["(?:ab|c)*+", "(a?){2}+", "(?>a|b)"])
def test_such_groups_are_seen(text: str) -> None:
    assert _POSSESSIVE_GROUP.search(_QUOTED.sub("x", text))


@pytest.mark.parametrize("text", [r"[^)]*+x", r"\)*+", "a*+(b)+"])
def test_single_letters_may_be_possessive(text: str) -> None:
    assert not _POSSESSIVE_GROUP.search(_QUOTED.sub("x", text))
