"""A site's own templates: they win, and their mistakes are named with file and line."""

import re
from pathlib import Path

import pytest

from newsletter.render import TemplateError, pipeline
from tests.render.issues import html_for, issue_with, rendered


def _write(folder: Path, name: str, text: str) -> tuple[Path, ...]:
    file = folder / "email" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return (folder,)


def test_a_sites_template_wins(tmp_path: Path) -> None:
    folders = _write(
        tmp_path,
        "items/text.mjml.j2",
        "<mj-section><mj-column><mj-text>OURS {{ item.title }}</mj-text></mj-column></mj-section>",
    )
    issue = issue_with("## One & two\n\nText\n")
    assert "OURS One &amp; two" in html_for(issue, templates=folders) and "OURS" not in html_for(issue)


def test_an_undefined_name_in_a_template_fails_with_file_and_line(tmp_path: Path) -> None:
    folders = _write(
        tmp_path,
        "items/text.mjml.j2",
        "<mj-section>\n<mj-column>\n<mj-text>{{ item.titel }}</mj-text></mj-column></mj-section>",
    )
    with pytest.raises(TemplateError, match="titel") as caught:
        rendered(issue_with("## One\n\nText\n"), templates=folders)
    (problem,) = caught.value.problems
    assert problem.place.file == str(tmp_path / "email/items/text.mjml.j2") and problem.place.line == 3


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("\n{% if %}", "not understood", 2),
        ("\n\n{{ 1 / 0 }}", "division by zero", 3),
        ("{% include 'email/nowhere.j2' %}", "no template email/nowhere.j2", None),
        ("{{ issue.title.nothing.more }}", "nothing", 1),
    ],
)
def test_other_mistakes_in_a_template(tmp_path: Path, source: str, message: str, line: int | None) -> None:
    folders = _write(tmp_path, "items/text.mjml.j2", source)
    with pytest.raises(TemplateError, match=message) as caught:
        rendered(issue_with("## One\n\nText\n"), templates=folders)
    assert caught.value.problems[0].place.line == line


def test_bad_mjml_of_a_template_is_named(tmp_path: Path) -> None:
    folders = _write(tmp_path, "items/text.mjml.j2", "<mj-section><mj-colum></mj-colum></mj-section>")
    with pytest.raises(TemplateError, match="mj-column"):
        rendered(issue_with("## One\n\nText\n"), templates=folders)


def test_an_include_of_mjml_is_refused(tmp_path: Path) -> None:
    folders = _write(tmp_path, "items/text.mjml.j2", '<mj-include path="/etc/passwd" />')
    with pytest.raises(TemplateError, match="mj-include"):
        rendered(issue_with("## One\n\nText\n"), templates=folders)


@pytest.mark.parametrize(("name", "part"), [("button.mjml.j2", "HTML"), ("button.txt.j2", "text")])
def test_a_field_that_a_template_forgets_is_found(tmp_path: Path, name: str, part: str) -> None:
    source = "{{ item.label }}"
    if part == "HTML":
        source = f"<mj-section><mj-column><mj-text>{source}</mj-text></mj-column></mj-section>"
    issue = issue_with('## Go\n```button\nlabel = "Come, {{first_name|friend}}"\nurl = "https://a.example.org/"\n```\n')
    with pytest.raises(TemplateError, match=f"first_name.*left in the {part}"):
        rendered(issue, templates=_write(tmp_path, f"items/{name}", source))


def test_a_field_that_is_lost_on_the_way_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    convert = pipeline.to_html
    monkeypatch.setattr(pipeline, "to_html", lambda mjml: re.sub(r">Dear F\w+", ">Dear", convert(mjml)))
    with pytest.raises(TemplateError, match="lost on the way"):
        rendered(issue_with("Dear {{first_name|friend}}\n"))
