"""Issue files on disk: limits before reading, translations beside the issue."""

import os
from pathlib import Path

import pytest

from newsletter.issue.files import load, read_text
from newsletter.issue.problems import IssueError, Place, Problem
from newsletter.issue.scaffold import new_issue

HEAD = '+++\ntitle = "October"\nsubject = "Watch"\ntimezone = "Europe/Zurich"\nseries = "UPR Updates"\n+++\n'
SPANISH = '+++\ntitle = "Octubre"\nsubject = "Mira"\n+++\n'
EVENT = "## Tune in\n```event\nstarts = 2020-11-09T14:30:00\n```\n\nLive.\n\n"


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    path = tmp_path / "october-2020.md"
    path.write_text(f"{HEAD}\nHello.\n\n{EVENT}## More\n\nText.\n")
    return path


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(IssueError) as caught:
        load(path)
    assert all(problem.place.file for problem in caught.value.problems)
    return caught.value.problems


def test_the_name_of_the_file_names_the_issue(issue: Path) -> None:
    assert load(issue).issue.slug == "october-2020"
    odd = issue.rename(issue.with_name("October 2020 (final).md"))
    assert load(odd).issue.slug == "october-2020-final"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(100_000_000)  # sparse: reading it would take memory, not looking at it does not
    (problem,) = problems(path)
    assert problem.message == "the file has 100,000,000 bytes, and an issue has at most 1,000,000"


def test_a_missing_file_is_answered_with_the_nearest_name(issue: Path) -> None:
    (problem,) = problems(issue.with_name("octobre-2020.md"))
    assert problem.message == "there is no such file"
    assert problem.mend == f"did you mean {issue}?"
    assert "newsletter issue new" in problems(issue.with_name("zzz.md"))[0].mend
    assert "there is no folder" in problems(issue.parent / "nowhere" / "a.md")[0].mend
    assert problems(issue / "a.md")[0].message == "there is no such file"


def test_a_folder_a_pipe_and_an_impossible_name_are_no_issue_files(issue: Path) -> None:
    (problem,) = problems(issue.parent)
    assert (problem.message, problem.mend) == ("this is a folder, not an issue file", "name one of: october-2020.md")
    pipe = issue.with_name("pipe.md")
    os.mkfifo(pipe)
    assert problems(pipe)[0].message == "this is no file"
    assert "cannot be read" in problems(Path("a\0b.md"))[0].message


def test_text_that_is_read_for_others_has_the_same_limits(issue: Path) -> None:
    assert read_text(issue).startswith("+++")
    issue.write_bytes(b"a\nb\0")
    with pytest.raises(IssueError) as caught:
        read_text(issue)
    assert caught.value.problems[0].place == Place(issue.name, 2, 2)


def test_a_translation_takes_over_what_is_the_same_in_every_language(issue: Path) -> None:
    spanish = issue.with_name("october-2020.es.md")
    event = EVENT.replace("Tune in", "Sintoniza").replace("```event", '```event\nid = "tune-in"')
    spanish.write_text(f"{SPANISH}\nHola.\n\n{event}")
    loaded = load(issue)
    translated = loaded.translations["es"]
    assert (translated.title, translated.language, translated.introduction) == ("Octubre", "es", "Hola.")
    assert (translated.slug, translated.timezone, translated.series) == ("october-2020", "Europe/Zurich", "UPR Updates")
    assert [item.title for item in translated.items] == ["Sintoniza", "More"]
    assert loaded.fallbacks == {"es": ("more",)}
    assert loaded.place("es", Place(item="tune-in", field="starts")).file == str(spanish)
    assert loaded.place("es", Place(item="tune-in", field="starts")).line == 11
    assert loaded.place("es", Place(item="more")).file == str(issue)
    assert loaded.find("en", Problem("x", place=Place(item="tune-in", field="starts"))).source == (
        "starts = 2020-11-09T14:30:00"
    )


def test_an_issue_that_is_wholly_translated_falls_back_nowhere(issue: Path) -> None:
    issue.with_name("october-2020.pt-BR.md").write_text(f"{SPANISH}{EVENT}## More\n\nTexto.\n")
    assert load(issue).fallbacks == {}
    assert set(load(issue).translations) == {"pt-BR"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("october-2020.es.md", f"{SPANISH}## Sintoniza\n", "no item of october-2020.md has the id 'sintoniza'"),
        ("october-2020.es.md", f"{SPANISH}## Tune in\n", "'tune-in' is of kind text here, but of kind event"),
        ("october-2020.es.md", SPANISH.replace("title", 'language = "fr"\ntitle'), "the file's name says 'es'"),
        ("october-2020.en.md", SPANISH, "'en' is the language of october-2020.md itself"),
        ("october-2020.es.md", SPANISH.replace("title", 'slug = "x"\ntitle'), "slug is that of october-2020.md"),
        ("october-2020.es.md", "hola", "the file does not begin with front matter"),
    ],
)
def test_a_translation_that_does_not_fit_is_told(issue: Path, name: str, text: str, message: str) -> None:
    issue.with_name(name).write_text(text)
    (problem,) = problems(issue)
    assert problem.message.startswith(message)
    assert problem.place.file == str(issue.with_name(name))
    assert problem.place.line


def test_mistakes_of_all_files_are_told_together(issue: Path) -> None:
    issue.write_text(f"{HEAD}[x](foo)\n")
    issue.with_name("october-2020.es.md").write_text(f"{SPANISH}[x](bar)\n")
    assert [Path(problem.place.file or "").name for problem in problems(issue)] == [
        "october-2020.md",
        "october-2020.es.md",
    ]


def test_other_files_beside_the_issue_are_left_alone(issue: Path) -> None:
    for name in ("october-2020.draft.md", "october-2020.es.txt", "october-2020-b.es.md", "notes.md"):
        issue.with_name(name).write_text("no issue")
    assert load(issue).translations == {}


def test_a_translation_alone_is_not_the_issue(issue: Path) -> None:
    spanish = issue.with_name("october-2020.es.md")
    spanish.write_text(SPANISH)
    (problem,) = problems(spanish)
    assert problem.message == "this is a translation of october-2020.md"


def test_a_dot_in_the_name_alone_makes_no_translation(issue: Path) -> None:
    alone = issue.rename(issue.with_name("october.es.md"))
    assert load(alone).issue.slug == "october-es"


def test_comments_are_told_as_what_is_dropped(issue: Path) -> None:
    issue.write_text(HEAD.replace("title", "# only a note\ntitle"))
    (dropped,) = load(issue).dropped
    assert dropped.message == "the comment '# only a note' is no content and is not kept"
    assert dropped.place == Place(str(issue), 2)


def test_notes_of_a_new_issue_are_not_missed(issue: Path) -> None:
    issue.write_text(new_issue("November", ["event"], previous=load(issue).issue))
    assert "# " in issue.read_text()
    assert load(issue).dropped == ()
