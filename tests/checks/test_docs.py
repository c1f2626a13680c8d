"""docs/checks.md is what the checks say of themselves."""

from newsletter.checks import checks
from tests.documentation import DOCS, NEEDS, checks_page


def test_the_page_is_up_to_date():
    written = (DOCS / "checks.md").read_text(encoding="utf-8")
    assert written == checks_page(), "run: .venv/bin/python -m tests.documentation"


def test_every_check_is_in_it_with_both_examples():
    page = checks_page()
    for check in checks().values():
        assert f"## {check.name}\n\n{check.about}" in page
        assert not check.needs or check.needs in NEEDS
        assert f"```\n{check.bad}\n```" in page
        assert f"```\n{check.good}\n```" in page


def test_the_how_to_shows_a_check_that_works():
    """The example of the how-to, taken from the page and run."""
    from tests.checks.build import Case, context

    text = (DOCS / "howto" / "add-a-check.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    table = text.split("```python\n")[2].split("```")[0]
    made: dict = {}
    exec(code, made)
    exec(table, made)
    find = made["title_stop"].find
    assert [case.says in finding.message for case in made["BAD"] for finding in find(context(case))] == [True]
    assert not [finding for case in [*made["NEAR"], Case()] for finding in find(context(case))]
