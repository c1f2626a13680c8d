"""Warnings that were accepted: which they are, and when they no longer hold."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from newsletter.checks import Finding, accepted, check_all, run_checks
from newsletter.checks import overrides as module
from newsletter.issue.model import Override
from newsletter.issue.parse import parse
from newsletter.issue.problems import IssueError, Place
from newsletter.issue.write import write
from newsletter.items.kinds.text import Text
from tests.checks.build import Case, context
from tests.issue.strategies import issues, overrides

SHOUTED = {"subject": "WATCH THE REVIEW NOW!!!"}


def _with(case: Case, *overrides: Override) -> Case:
    return replace(case, issue={**case.issue, "overrides": overrides})


def _accept(finding: Finding, reason: str = "Our readers like it loud.") -> Override:
    return Override(check=finding.check, item=finding.place.item, finding=finding.key, reason=reason)


def test_an_accepted_warning_is_found_still_and_has_its_reason():
    case = Case(issue=SHOUTED)
    [finding] = run_checks(context(case))
    accepting = context(_with(case, _accept(finding)))
    assert run_checks(accepting) == (finding,)
    assert accepted(finding, context(case).issue) is None
    assert accepted(finding, accepting.issue) == "Our readers like it loud."


def test_a_key_is_of_check_item_field_and_message_and_of_no_line():
    one = Finding("a", "warning", "m", "mend.", Place(item="i", field="body", line=3))
    assert one.key == replace(one, mend="Other.", place=replace(one.place, line=9, file="x.md")).key
    others = [
        replace(one, check="b"),
        replace(one, message="n"),
        replace(one, place=Place(item="j", field="body")),
        replace(one, place=Place(item="i", field="title")),
        replace(one, place=Place()),
    ]
    assert len({other.key for other in [one, *others]}) == 6


@pytest.mark.parametrize("level", ["error", "note"])
def test_only_a_warning_can_be_accepted(level):
    finding = Finding("subject", level, "m", "mend.")
    issue = context(_with(Case(), _accept(finding))).issue
    assert accepted(finding, issue) is None
    [note] = module.out_of_date(issue, [finding], {"subject"})
    assert note.level == "note"
    assert ("an error" if level == "error" else "only a note") in note.message


def test_an_override_that_fits_nothing_any_more_is_told_at_its_place():
    stale = Override(check="subject", finding="00000000", reason="It was loud.")
    [note] = run_checks(context(_with(Case(), stale)))
    assert (note.check, note.level, note.place) == ("override", "note", Place(field="overrides[1]"))
    assert "It was loud." in note.message
    assert "[[overrides]]" in note.mend


def test_nothing_is_said_of_an_override_whose_check_could_not_look():
    asked_for = Override(check="live-links", finding="00000000", reason="The server is slow.")
    of_people = Override(check="audience", finding="00000000", reason="We know.")
    assert run_checks(context(_with(Case(), asked_for, of_people))) == ()


def test_what_was_accepted_is_no_text_of_the_mail():
    reason = Override(check="live-links", finding="00000000", reason="On Monday, November 10, we look again. TK")
    assert run_checks(context(_with(Case(), reason))) == ()


def test_an_override_is_in_use_where_one_variant_has_the_finding():
    loud = Case(issue={"items": (Text(id="a", title="A", body="See [here](https://www.example.org)."),)})
    [finding] = run_checks(context(loud))
    without, full = (context(_with(case, _accept(finding))) for case in (Case(), loud))
    assert check_all([without, full]) == (("en", finding),)
    assert check_all([full, without]) == (("en", finding),)
    assert [one.check for _, one in check_all([without])] == ["override"]


def test_each_language_has_its_own_findings_and_each_finding_stands_once():
    english, spanish = context(Case(issue=SHOUTED)), context(Case(issue={**SHOUTED, "language": "es"}))
    found = check_all([english, spanish, english])
    assert [(language, finding.check) for language, finding in found] == [("en", "subject"), ("es", "subject")]


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(issues, overrides, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\n", "# a note\n"]))
def test_an_override_is_added_to_a_file_and_nothing_else_changes(issue, override, ending, last):
    try:
        source = write(issue)
    except IssueError:
        assume(False)
    front, _, rest = source.partition("\n+++\n")
    head, tail = (part.replace("\n", ending) for part in (f"{front}\n{last}", f"+++\n{rest}"))
    made = module.with_override(head + tail, override)
    parsed = parse(made, file="x.md", slug=issue.slug)
    assert parsed.issue == issue.model_copy(update={"overrides": (*issue.overrides, override)})
    assert made.startswith(head)
    assert made.endswith(tail)
