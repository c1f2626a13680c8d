"""Mends that are certain: the field reads otherwise, and every other byte is as it was."""

from dataclasses import replace
from itertools import takewhile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.checks import Finding, Fix
from newsletter.checks.fixes import FixError, mend_all, mended
from newsletter.issue.parse import parse
from newsletter.issue.problems import IssueError, Place
from newsletter.issue.write import write
from tests.issue.strategies import issues

SOURCE = """\
+++
title = "October  updates"   # two spaces
subject = 'Re: Watch it'
preheader = "He said \\"go\\" and left: a.example.org/?utm_source=x"
series = \"\"\"Old \\
   news\"\"\"
zones = ["Europe/Zurich", "UTC"]

[[overrides]]
check = "subject"
finding = "1f0c9a3e"
reason = "Re: is ours"
+++

See a.example.org/?utm_source=x and
again a.example.org/?utm_source=x in the introduction.

## Tune in in
See a.example.org/?utm_source=x here.
It is *the the* **end**.

Then a.example.org/?utm_source=x once more.

## Act
```engage
thanks_to_nobody = 1
```

## Take part part ##
```engage
deadline = 2020-11-01   # Re: soon
[[actions]]
do = "share"
label = "Share it it"
networks = ["x"]
text = "Share it it\\nand again"

[[actions]]
do = "link"
label = "Re: Share it it"
button = "Open"
url = "https://a.example.org/?a=1&utm_source=x"
```
The the end.
""".replace("## Act\n```engage\nthanks_to_nobody = 1\n```\n\n", "")


def _finding(item: str | None, field: str, old: str, new: str, line: int | None = None, file: str | None = None):
    fix = Fix("Mend it", old, new)
    return Finding("a-check", "warning", "m", "mend.", Place(item=item, field=field, line=line, file=file), fix)


@pytest.mark.parametrize(
    ("finding", "before", "after"),
    [
        (_finding(None, "title", "  ", " "), '"October  updates"   #', '"October updates"   #'),
        (_finding(None, "subject", "Re: ", ""), "'Re: Watch it'", "'Watch it'"),
        (_finding(None, "preheader", 'said "go" and', 'said "go", and'), '\\"go\\" and', '\\"go\\", and'),
        (_finding(None, "series", "Old", "New"), '"""Old', '"""New'),
        (_finding(None, "introduction", "?utm_source=x", ""), "?utm_source=x and", " and"),
        (_finding(None, "introduction", "?utm_source=x", "", 2), "?utm_source=x in", " in"),
        (_finding(None, "introduction", "?utm_source=x", "", 16, "x.md"), "?utm_source=x in", " in"),
        (_finding("tune-in-in", "body", "the the", "the", 2), "*the the*", "*the*"),
        (_finding("tune-in-in", "body", "?utm_source=x", "", 3), "?utm_source=x once", " once"),
        (_finding("tune-in-in", "body", "?utm_source=x", "", 22, "x.md"), "?utm_source=x once", " once"),
        (_finding("take-part-part", "actions[1].label", "it it", "it"), '"Share it it"\nnet', '"Share it"\nnet'),
        (_finding("take-part-part", "actions[2].label", "it it", "it"), '"Re: Share it it"', '"Re: Share it"'),
        (_finding("take-part-part", "actions[1].text", "it\nand", "it,\nand"), "it\\nand", "it,\\nand"),
        (_finding("take-part-part", "actions[2].url", "&utm_source=x", ""), "=1&utm_source=x", "=1"),
        (
            _finding("tune-in-in", "title", "in in", "in"),
            "## Tune in in\n",
            '## Tune in\n```text\nid = "tune-in-in"\n```\n',
        ),
        (
            _finding("take-part-part", "title", "part part", "part"),
            "## Take part part ##\n```engage\n",
            '## Take part ##\n```engage\nid = "take-part-part"\n',
        ),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_nothing_but_the_place_of_the_finding_changes(finding, before, after, ending, mark):
    assert SOURCE.count(before) == 1
    expected = mark + SOURCE.replace(before, after).replace("\n", ending)
    assert mended(mark + SOURCE.replace("\n", ending), finding) == expected


@pytest.mark.parametrize(
    ("finding", "says"),
    [
        (replace(_finding(None, "subject", "a", "b"), fix=None), "certain"),
        (_finding(None, "subject", "Fwd: ", ""), "not stand there"),
        (_finding(None, "subject", "", "Fwd: "), "not stand there"),
        (_finding(None, "subject", "Re: Watch it", ""), "not allowed"),
        (_finding(None, "title", "Re: ", ""), "not stand there"),
        (_finding(None, "preheaders", "a", "b"), "not in this file"),
        (_finding("gone", "body", "a", "b"), "not in this file"),
        (_finding("take-part-part", "actions[3].label", "a", "b"), "not in this file"),
        (_finding("take-part-part", "deadline", "2020", "2021"), "no text"),
        (_finding(None, "zones[2]", "UTC", "Mars"), "not allowed"),
        (_finding("tune-in-in", "body", "end", "end\n\n## More\n\nText"), "not stand there"),
        (_finding("tune-in-in", "body", "end", "end\n```"), "not stand there"),
        (Finding("a", "warning", "m", "mend.", Place(), Fix("Mend", "a", "b")), "not in this file"),
    ],
)
def test_what_cannot_be_mended_is_left_alone(finding, says):
    with pytest.raises(FixError, match=says):
        mended(SOURCE, finding)


def test_a_file_with_mistakes_is_left_alone():
    with pytest.raises(FixError, match="mistakes"):
        mended(SOURCE.replace("subject =", "subjcet ="), _finding(None, "title", "  ", " "))


def test_all_fixes_at_once_and_each_line_stays_its_own():
    findings = [
        _finding("tune-in-in", "body", "See a.example.org/?utm_source=x here.\nIt", "It", 1),
        _finding("tune-in-in", "body", "the the", "the", 2),
        _finding("tune-in-in", "body", "the the", "the", 2),
        _finding("tune-in-in", "body", "?utm_source=x", "", 4),
        _finding(None, "subject", "Re: ", ""),
    ]
    made, applied = mend_all(SOURCE, findings)
    assert [finding.place.line for finding in applied] == [None, 1, 2, 4]
    assert "## Tune in in\nIt is *the* **end**.\n\nThen a.example.org/ once more.\n" in made
    assert made.count("?utm_source=x") == SOURCE.count("?utm_source=x") - 2
    assert "subject = 'Watch it'" in made


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _writable(issue) -> bool:
    try:
        return bool(write(issue))
    except IssueError:
        return False


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(issues.filter(_writable), st.data())
def test_a_fix_changes_its_field_and_nothing_else(issue, data):
    source = write(issue)
    fields = [(None, name) for name in ("title", "subject", "series", "introduction") if getattr(issue, name)]
    fields += [(item.id, name) for item in issue.items for name in ("title", "body") if getattr(item, name)]
    item, name = data.draw(st.sampled_from(fields))
    owner = issue if item is None else next(one for one in issue.items if one.id == item)
    value = getattr(owner, name)
    begin = data.draw(st.integers(0, len(value) - 1))
    old = value[begin : begin + data.draw(st.integers(1, 4))]
    new = data.draw(st.sampled_from(["", "x", '"', "a\nb", "é\\"]))
    line = value.count("\n", 0, begin) + 1
    try:
        made = mended(source, _finding(item, name, old, new, line))
    except FixError:
        return
    after = parse(made, file="x", slug=issue.slug).issue
    assert after is not None
    changed = after if item is None else next(one for one in after.items if one.id == item)
    said = getattr(changed, name)
    assert said.strip() == value.replace(old, new).strip() or len(said) <= len(value) + len(new)
    if item is None:
        assert after == issue.model_copy(update={name: said})
    else:
        same = changed.model_copy(update={name: value})
        assert (
            after.model_copy(update={"items": tuple(same if one is changed else one for one in after.items)}) == issue
        )
    if name != "title" or item is None:
        kept = _alike(source, made) + _alike(source[::-1], made[::-1])
        assert kept >= len(source) - 2 * len(old), "more than the place of the finding was changed"


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(issues.filter(_writable))
def test_plain_words_in_a_plain_field_can_always_be_mended(issue):
    issue = issue.model_copy(update={"title": 'The "the" \\ the end', "introduction": "The the end."})
    source = write(issue)
    assert parse(mended(source, _finding(None, "title", '"the"', "«the»")), file="x", slug="x").issue == (
        issue.model_copy(update={"title": "The «the» \\ the end"})
    )
    made = mended(source, _finding(None, "introduction", "The the", "The"))
    assert made == source.replace("The the end.", "The end.", 1)
