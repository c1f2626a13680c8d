"""What parsing says of mistakes: all at once, each with its line and its mend."""

import pytest

from newsletter.issue.parse import parse
from tests.issue.test_parse import HEAD, HEAD_LINES, one, read, said


def test_all_mistakes_are_told_at_once() -> None:
    text = """\
+++
titel = "x"
subject = 2020
timezone = "Geneva"
zones = "America/New_York"
date = 2020-02-30
series = “UPR”
list: upr
+++
# Foo

See [l](javascript:alert(1)) {{frist_name}} {{7*7}}

## Tune in
```evnt
starts = 2020-11-09T14:30
```

## Watch
```event
starts = 2020-03-29T02:30:00
ends = 2020-03-01T02:30:00
wach_url = "https://www.example.org"
zone = "Europe/Zurich"
zone = "UTC"
```
![x](y.png)

## Act
```engage
[[actions]]
do = "shair"
[[actions]]
do = "share"
label = "x"
networks = ["twitter"]
text = "x"
url = "javascript:x"
```
"""
    found = said(text)
    lines = [2, 3, 4, 5, 6, 7, 8, 10, 12, 12, 12, 15, 21, 22, 23, 25, 27, 32, 36, 38]
    assert [line for line, _ in found] == lines
    assert read(text).issue is None
    assert "title is missing" not in str(found)  # titel is told already


@pytest.mark.parametrize(
    ("front", "line", "message", "mend"),
    [
        ('title = "A"\nsubject = "B"\ntitel = "C"', 4, "there is no field 'titel' here", "did you mean 'title'?"),
        ('title = "A"', 1, "subject is missing", 'subject = "Watch the review on November 9"'),
        ('title = "A"\nsubject = 5', 3, "subject is text and stands in straight quotes", 'write: subject = "5"'),
        ('title = "A"\nsubject = true', 3, "but this is true or false", "subject = "),
        ('title = "A"\nsubject = ["B"]', 3, "but this is a list", "subject = "),
        ('title = "A"\nsubject = 2020-01-01', 3, "but this is a date", "subject = "),
        ('title = "A"\nsubject = "B"\nzones = "UTC"', 4, "zones is a list, but this is a text", 'zones = ["UTC"]'),
        ('title = "A"\nsubject = "B"\nzones = [1]', 4, "zones[1] is text", ""),
        ('title = "A"\nsubject = "B"\nlanguage = "English"', 4, "language: 'English' is not written as", '"en"'),
        ('title = "A"\nsubject = "B"\ntimezone = "Geneva"', 4, "did you mean 'Europe/Zurich'?", ""),
        ('title = "A"\nsubject = "B"\ntimezone = "New York"', 4, "did you mean 'America/New_York'?", ""),
        (
            'title = "A"\nsubject = "B"\ndate = "2020-10-28"',
            4,
            "write 2020-10-28, without a time and without quotes",
            "",
        ),
        ('title = "A"\nsubject = "B"\ndate = 2020-10-28T10:00:00', 4, "without a time", ""),
        ('title = "A"\nsubject = "B"\ndate = "soon"', 4, "write 2020-11-09, without a time", ""),
        ('title = "A"\nsubject = "B"\ndate = soon', 4, "'soon' is not a date", "such as: date = 2020-11-09"),
        ('title = "A"\nsubject = "B"\ndate = 28.10.2020', 4, "not written as a date is here", "date = 2020-10-28"),
        ('title = "A"\nsubject = 28.10.2020', 3, "text without straight quotes", 'subject = "28.10.2020"'),
        ('title = "A"\nsubject = "B"\nHello. And more', 4, "is no field", "#"),
        ('title = "A"\nsubject = "B"\ndate = 2020-13-01', 4, "there is no month 13", "date"),
        ('title = "A"\nsubject = "B"\ndate = 2021-02-29', 4, "February 2021 has 28 days", "date"),
        ('title = "A"\nsubject = "B"\ndate = 2020-1-5', 4, "is not written as a date", "date = 2020-01-05"),
        ('title = "A"\nsubject = "B"\ndate = 0020-01-05', 4, "the year 20 cannot be meant", ""),
        ('title = "A"\nsubject = "B"\nslug = "My Issue"', 4, "small letters, digits and hyphens", ""),
        ('title = "A"\nsubject = "B"\nreply_to = "x"', 4, "name@example.org", ""),
        ('title = "A"\nsubject = "{{frist_name}}"', 3, "no reader field 'frist_name'", "{{first_name}}"),
        ('title = "A"\nsubject = "{{ first name }}"', 3, "'{{ first name }}' is not a reader field", ""),
        ('title = "{{name}}"\nsubject = "B"', 2, "a reader field cannot stand here", ""),
        ('title = "A"\nsubject = "{{local_time}}"', 3, "only in the text of an event", "write the time itself"),
        ('title = "A"\nsubject = B', 3, "text without straight quotes", 'write: subject = "B"'),
        ('title = "A"\nsubject = “B”', 3, "typographic quotes", 'write: subject = "B"'),
        ('title = "A"\nsubject: B', 3, "stand with = between them", 'write: subject = "B"'),
        ('title = "A"\nsubject = ', 3, "'subject' has no value", "write what it is"),
        ('title = "A"\nsubject = "B', 3, "an opening quote, but no closing one", ""),
        ('title = "A"\nsubject = "a "quoted" word"', 3, "ends before the line does", ""),
        ('title = "A"\nsubject = "C:\\Users"', 3, "write \\\\ for a backslash", ""),
        ('title = "A"\nsubject = "B"\nseries = """never', 4, "is never closed", "end it with"),
        ('title = "A"\nsubject = "B"\ntitle = "C"', 4, "'title' is set twice, here and in line 2", "delete one"),
        ('title = "A"\nsubject = "B"\n[list]', 4, "opens a single table", "[[list]]"),
        ('title = "A"\nsubject = "B"\nsender.name = "x"', 4, "has no dot", ""),
        ('title = "A"\nsubject = "B"\nhello', 4, "'hello' is no field", "#"),
        ('title = "A"\nsubject = "B"\nlanguage = "zz"', 4, "'zz' is not a language; write its two letters", ""),
        ('title = "A"\nsubject = "B"\nlanguage = "gr"', 4, "'gr' is not a language; did you mean 'el'?", ""),
        ('title = "A"\nsubject = "B"\nlanguage = "spa-MX"', 4, "'spa-MX' is not a language; did you mean 'es-MX'?", ""),
        ('title = "A"\nsubject = "B"\nsender = "Org <a@example.org>"', 4, "is more than a name", ""),
    ],
)
def test_mistakes_in_the_front_matter(front: str, line: int, message: str, mend: str) -> None:
    found_line, found_message, found_mend = one(f"+++\n{front}\n+++\n\nText.\n")
    assert found_line == line
    assert message in found_message
    assert mend in found_mend


_OVERRIDE = '[[overrides]]\ncheck = "link-words"\nfinding = "1f0c9a3e"\nreason = "It is called so."'


@pytest.mark.parametrize(
    ("written", "becomes", "line", "message", "mend"),
    [
        ("[[overrides]]", "[[overides]]", 4, "there is no field 'overides' here", "did you mean 'overrides'?"),
        ("finding", "findng", 6, "there is no field 'findng' here", "did you mean 'finding'?"),
        ("reason", "raeson", 7, "there is no field 'raeson' here", "did you mean 'reason'?"),
        ('reason = "It is called so."', "", 4, "reason is missing (Why it may stay)", "reason = "),
        ('"It is called so."', '""', 7, "reason is empty", "reason = "),
        ('"It is called so."', '"Hi {{first_name}}"', 7, "a reader field cannot stand here", ""),
        ('"1f0c9a3e"', "12345678", 6, "finding is text and stands in straight quotes", 'finding = "12345678"'),
        ('"1f0c9a3e"', '"1F0C9A3E"', 6, "'1F0C9A3E' is not written as it must be", 'finding = "1f0c9a3e"'),
        ('"link-words"', '"Link words"', 5, "such as 'link-words'", ""),
        (_OVERRIDE, 'overrides = "link-words"', 4, "overrides is a list", "[[overrides]]"),
        (_OVERRIDE, 'overrides = ["link-words"]', 4, "each entry of overrides", "open it with [[overrides]]"),
    ],
)
def test_mistakes_in_what_was_accepted(written: str, becomes: str, line: int, message: str, mend: str) -> None:
    assert written in _OVERRIDE
    front = f'title = "A"\nsubject = "B"\n{_OVERRIDE.replace(written, becomes, 1)}'
    found_line, found_message, found_mend = one(f"+++\n{front}\n+++\n\nText.\n")
    assert (found_line, message in found_message, mend in found_mend) == (line, True, True), found_message + found_mend


@pytest.mark.parametrize(
    ("item", "line", "message", "mend"),
    [
        ("## A\n```evnt\n```", 2, "there is no kind 'evnt'", "did you mean 'event'?"),
        ("## A\n```python\nx = 1\n```", 2, "there is no kind 'python'", "an empty fence of kind text"),
        ("## A\n```\nx\n```", 2, "names no kind", "button, contact"),
        ("##\n\nx", 1, "this heading has no words", "write the title after ##"),
        ("## A\n```text\nx = 1\n", 2, "never closed", "write ``` on a line of its own"),
        ('## A\n```text\ntitle = "x"\n```', 3, "it is the heading of the item", "delete this line"),
        ('## A\n```text\nbody = "x"\n```', 3, "it stands under the closing mark", "delete this line"),
        ('## A\n```image\nsrc = "a.png"\n```', 1, "a picture needs words", ""),
        ('## A\n```image\nsrc = "a.png"\ndecorative = "true"\n```', 4, "true or false, without quotes", ""),
        ('## A\n```image\nsrc = "a.png"\ndecorative = yes\n```', 4, "neither true nor false", "decorative = true"),
        ("## A\n```event\n```", 1, "starts is missing", "starts = 2020-11-09T14:30:00"),
        ("## A\n```event\nstarts = 2020-11-09 14:30\n```", 3, "not written as a time", "2020-11-09T14:30:00"),
        ("## A\n```event\nstarts = 2020-11-09T24:30:00\n```", 3, "no time of a day", "00 to 23"),
        ('## A\n```event\nstarts = "2020-11-09"\n```', 3, "not a date or time; write 2020-11-09, without quotes", ""),
        ('## A\n```event\nstarts = "soon"\n```', 3, "not a date or time; write 2020-11-09T14:30:00, or", ""),
        ("## A\n```event\nstarts = 14:30\n```", 3, "'14:30' is a time of day without its day", "2020-11-09T14:30:00"),
        ("## A\n```event\nstarts = 2020-11-09T14.30\n```", 3, "not written as a date", "starts = 2020-11-09T14:30:00"),
        ("## A\n```event\nstarts = 11/09/2020\n```", 3, "not written as a date", "2020-09-11 for September 11"),
        ("## A\n```event\nstarts: 2020-11-09 2:30 pm,\n```", 3, "sets nothing", "write: starts = 2020-11-09T14:30:00"),
        ('## A\n```image\nsrc = "images\\\\a.png"\nalt = "x"\n```', 3, "write it with /: images/a.png", ""),
        ("##Tune in\n\nText", 1, "'##Tune in' is no heading: a space is missing", "write ## Tune in;"),
        ("## A\n\nText\n###More\nText", 4, "'###More' is no heading", "write ### More; or \\###"),
        (
            "### A\n\n```event\nstarts = 2020-11-09\n```",
            3,
            "fields of kind event do not stand right under",
            "## heading",
        ),
        ("## A\n```event\nstarts = 2020-11-09T14:30:00Z\n```", 3, "this time has an offset", ""),
        (
            "## A\n```event\nstarts = 2020-11-09T14:30:00\nends = 2020-11-09T14:00:00\n```",
            4,
            "it ends (2020-11-09 14:00:00) before it starts",
            "",
        ),
        ("## A\n```event\nstarts = 2020-11-09T14:30:00\nends = 2020-11-09\n```", 4, "both have a time", ""),
        ('## A\n```debrief\nstarts = 2020-11-09\ndetails = "later"\n```', 4, 'is not "to follow"', ""),
        ('## A\n```contact\nname = "x"\nphone = "call me"\n```', 4, "not written as it must be", "+41"),
        ("## A\n```resources\n```", 1, "links is missing", "[[links]]"),
        ('## A\n```resources\nlinks = ["https://www.example.org"]\n```', 3, "has lines of its own", "[[links]]"),
        ('## A\n```resources\n[[links]]\nlabel = "x"\n```', 3, "either a url or a file", ""),
        ('## A\n```resources\n[[links]]\nlabel = "x"\nurll = "https://e.org"\n```', 5, "no field 'urll'", "'url'"),
        ('## A\n```engage\n[[actions]]\nlabel = "x"\n```', 3, "does not say what it is", "share, write, copy, link"),
        ('## A\n```engage\n[[actions]]\ndo = "tweet"\n```', 4, "do: 'tweet' is not", 'did you mean "share"?'),
        (
            '## A\n```engage\n[[actions]]\ndo = "write"\nlabel = "a"\nto = "b"\nsubject = "c"\ntext = "d"\n```',
            6,
            "does not say where the letter goes",
            "",
        ),
        ('## A\n```recap\nthanks = ["a" "b"]\n```', 3, "the list in 'thanks' cannot be read", "commas between"),
        ('## A\n```recap\nthanks = ["a",\nmet = ["b"]\n```', 3, "never closed", "]"),
        ("## A\n\nx\ny &#x202e;evil&#x2066; z", 4, "an entity stands for the hidden character U+202E", "&#8238;"),
        ("## A\n\n[x](https://e.org 'a&#8294;b')", 3, "an entity stands for the hidden character U+2066", "&#x2066;"),
        ("## A\n\n[x]\n\n[x]: https://e.org 'a&#x202e;b'", 3, "the hidden character U+202E", "delete it"),
        ("## A\n\n[a&#x202d;b](https://e.org)", 3, "the hidden character U+202D", "delete it"),
        ("## A\n\n|a|\n|-|\n|b&#13;|", 5, "the hidden character U+000D", "delete it"),
        ("## A\n\nHi\n*all* \\{\\{first_name\\|x\\}\\}", 4, "'{{first_name|x}}' would be mailed", "without \\ and"),
        ("## A\n\nHi &#123;&#123;first_name&#125;&#125;\nyou", 3, "'{{first_name}}' would be", "{{first_name|friend}}"),
        ("## A\n\nHi `{`{x", 3, "'{{x' would be mailed", "put a space between them"),
        ("## A\n\n{\\% if %\\}", 3, "'{% if %}' would be mailed", ""),
        ("## A\n\nx\n\n{{local_time}}", 5, "only in the text of an event", "write the time itself"),
        ("## A\n```event\nstarts = 2020-11-17\n```\n{{local_time}}", 5, "lasts the whole day", "write the time itself"),
    ],
)
def test_mistakes_in_an_item(item: str, line: int, message: str, mend: str) -> None:
    found = [(problem.place.line, problem.message, problem.mend) for problem in read(f"{HEAD}{item}\n").problems]
    matching = [one for one in found if message in one[1] and mend in one[2]]
    assert matching, found
    assert matching[0][0] == HEAD_LINES + line
    assert not any("Input should" in message or "pydantic" in message for _, message, _ in found)


@pytest.mark.parametrize("language", ["en", "ar", "pt-BR", "zh-Hant-TW", "ckb", "lkt", "mam"])
def test_languages_that_there_are(language: str) -> None:
    assert not read(f'+++\ntitle = "A"\nsubject = "B"\nlanguage = "{language}"\n+++\n\nText.\n').problems


def test_braces_and_entities_that_harm_nobody_are_no_mistakes() -> None:
    text = "{{{first_name|you}}} { \\{ a \\} } &amp; &copy; &#8206; 100 % `&#x202e;` {{first_name|&#x202e;}}"
    assert not read(f"{HEAD}{text}\n").problems


def test_a_mistake_in_one_fence_hides_none_in_another() -> None:
    text = f"{HEAD}## A\n```recap\nthanks = [\n```\n\n## B\n```recap\nmet = x\nby = y\n```\n"
    assert [line for line, _ in said(text)] == [HEAD_LINES + 3, HEAD_LINES + 8, HEAD_LINES + 9]


def test_code_that_is_marked_as_text_is_code() -> None:
    assert said(f"{HEAD}## A\n\nRun this:\n\n```text\nmake all\n```\n") == []
    _, message, _ = one(f'{HEAD}## A\n\nText.\n\n```text\nid = "a"\n```\n')
    assert "these fields of kind text" in message


def test_fields_that_do_not_stand_under_the_heading_are_told() -> None:
    text = f"{HEAD}## A\n\nText first.\n\n```event\nstarts = 2020-11-09\n```\n"
    line, message, mend = one(text)
    assert line == HEAD_LINES + 5
    assert "these fields of kind event do not stand right under a ## heading" in message
    assert "move them up" in mend
    assert read(text.replace("## A\n", "## A\n```text\n```\n")).problems == ()
    assert read(text.replace("```event", "```python")).problems == ()
    two = f"{HEAD}## A\n```recap\nmet = []\n```\nText.\n```recap\nmet = []\n```\n"
    assert one(two)[0] == HEAD_LINES + 6


def test_reader_fields_are_looked_at_where_other_fields_are_missing() -> None:
    text = '+++\nsubject = "{{frist_name}}"\n+++\n## A\n```button\nlabel = "{{frist_name}}"\n```\n'
    found = [line for line, message in said(text) if message == "there is no reader field 'frist_name'"]
    assert found == [2, 6]


def test_local_time_stands_in_the_text_of_an_event() -> None:
    text = f"{HEAD}## A\n```event\nstarts = 2020-11-09T14:30:00\n```\n\nFor you: {{{{local_time|see above}}}}\n"
    assert read(text).problems == ()


def test_reader_fields_of_the_site_are_known() -> None:
    text = HEAD + "\nYou live in {{city}}.\n"
    assert parse(text, file="a.md", slug="a", known_fields=["city", "first_name"]).problems == ()
    assert "no reader field 'city'" in said(text)[0][1]


def test_two_items_of_one_id_are_told_with_both_lines() -> None:
    fence = '```text\nid = "same"\n```\n'
    text = f"{HEAD}## A\n{fence}## B\n{fence}"
    line, message, mend = one(text)
    assert (line, mend) == (HEAD_LINES + 7, "give one of them another")
    assert message == f"two items have the id 'same', here and in line {HEAD_LINES + 3}"


def test_comments_are_told_with_their_lines() -> None:
    text = '+++\n# a note\ntitle = "A"  # another\nsubject = "#1"\n+++\n'
    text += '## A\n```recap\nthanks = [\n  "x", # third\n]\n```\n'
    assert read(text).comments == ((2, "# a note"), (3, "# another"), (9, "# third"))
    assert read(text).problems == ()
