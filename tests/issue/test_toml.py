"""TOML of issue files: what is read is what tomllib reads; what is written is what was meant."""

import tomllib
from datetime import date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue import toml

_PIECES = [
    'a = "x"',
    "b = 'y'",
    'a = """',
    '"""',
    "c = '''",
    "'''",
    "d = [",
    "]",
    '  "x", # note',
    "[[e]]",
    "[[f]] # note",
    "[g]",
    "h = {i = 1, j = [1, 2]}",
    "k = 2020-01-01",
    "l = 2020-01-01T10:00:00",
    "m = true",
    "n = yes",
    '"o p" = "q"',
    "r.s = 1",
    "# note",
    "",
    'text with a # and "quotes',
    't = "\\""',
    "u = [[1], [2]]",
    'v = "#"',
]
_texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"))


@given(lines=st.lists(st.sampled_from(_PIECES), max_size=12))
def test_what_is_read_without_a_mistake_is_what_tomllib_reads(lines: list[str]) -> None:
    text = "\n".join(lines)
    table = toml.read(text)
    if not table.problems:
        assert table.values == tomllib.loads(text)
    else:
        assert all(1 <= (problem.place.line or 0) <= len(lines) for problem in table.problems)


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=80))
def test_any_text_is_answered(text: str) -> None:
    table = toml.read(text)
    try:
        assert table.problems or table.values == tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AssertionError(f"read without a mistake, but: {error}") from error


@given(
    fields=st.dictionaries(
        st.from_regex(r"\A[a-z_]{1,8}\Z"),
        _texts
        | st.booleans()
        | st.dates()
        | st.datetimes()
        | st.lists(_texts, max_size=3)
        | st.lists(
            st.dictionaries(st.from_regex(r"\A[a-z]{1,4}\Z"), _texts | st.lists(_texts), min_size=1), max_size=3
        ),
        max_size=5,
    )
)
def test_what_is_written_reads_the_same(fields: dict[str, Any]) -> None:
    assert tomllib.loads(toml.write(fields)) == fields


def test_text_of_several_lines_is_written_so_that_it_reads_well() -> None:
    assert toml.write({"text": 'one\n"two"\n\nthree\\'}) == 'text = """\none\n"two"\n\nthree\\\\"""\n'
    assert toml.value(datetime(2020, 11, 9, 14, 30)) == "2020-11-09T14:30:00"
    assert toml.value(date(2020, 11, 9)) == "2020-11-09"


def test_every_key_has_its_line() -> None:
    table = toml.read('a = 1\n# note\nb = [\n  1,\n]\n[[c]]\nd = """\nx\n"""\ne = 2\n[[c]]\nd = 3', first_line=10)
    assert table.problems == []
    assert table.lines == {
        ("a",): 10,
        ("b",): 12,
        ("c", 0): 15,
        ("c", 0, "d"): 16,
        ("c", 0, "e"): 19,
        ("c", 1): 20,
        ("c", 1, "d"): 21,
    }
