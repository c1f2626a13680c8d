"""Mistakes as they are shown."""

import pytest

from newsletter.cli.mistakes import show_problems
from newsletter.issue.problems import Place, Problem


def shown(capsys: pytest.CaptureFixture[str], *problems: Problem) -> str:
    show_problems(problems)
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_place_line_mark_and_mend(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem("'tilte' is no field", "did you mean 'title'?", Place("october.md", 12, 3), "a [red]tilte[/] = 1")
    assert shown(capsys, problem) == (
        "october.md:12:3: error: 'tilte' is no field\n"
        "   12 | a [red]tilte[/] = 1\n"
        "      |   ^\n"
        "   mend: did you mean 'title'?\n"
        "\n"
        "1 mistake; nothing was changed\n"
    )


def test_all_are_shown_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, *(Problem(f"number {number}") for number in range(30)))
    assert text.count("error:") == 30
    assert text.endswith("30 mistakes; nothing was changed\n")


def test_the_mark_counts_wide_letters_twice(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, Problem("x", place=Place("f", 1, 3), source="日本x"))
    assert text.splitlines()[2] == "      | " + " " * 4 + "^"


def test_a_long_line_is_cut_around_the_mark(capsys: pytest.CaptureFixture[str]) -> None:
    line, mark = shown(capsys, Problem("x", place=Place("f", 1, 501), source="a" * 500 + "!" + "b" * 500)).splitlines()[
        1:3
    ]
    assert len(line) < 120
    assert line[mark.index("^")] == "!"


def test_a_terminal_gets_no_instructions_from_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, Problem("\x1b[2J\u202eevil", "\x07", Place("f\x1b", 1, 9), "\x1b]0;title\x07 x"))
    assert not set("\x1b\x07\u202e") & set(text)


def test_an_item_is_named_where_there_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, Problem("x", place=Place(item="tune-in", field="starts"))).startswith(
        "item tune-in, starts: error: x\n"
    )
