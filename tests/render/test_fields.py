"""Reader fields: what editors write becomes tokens, what readers are called stays inert."""

import re
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue.problems import IssueError
from newsletter.render.fields import MAX_VALUE, SYSTEM_FIELDS, Tokens, clean, fill, value_for
from newsletter.render.rendering import FieldUse, Rendering
from newsletter.render.words import words_for
from tests.render.issues import issue_with, rendered, tree

PLACES = """\
Dear {{first_name|friend}}, | and {{ first_name | friend }} again.

| Group | Name |
|---|---|
| yours | {{name|you}} |

## Join
```button
label = "Come along, {{first_name|friend}}"
url = "https://www.example.org/"
```

*Now*, {{first_name|dear reader}}.
"""
LOCAL = """\
## Tune in
```event
starts = 2020-11-09T14:30:00
city = "Geneva"
```

It starts at {{local_time}}; or {{local_time|in the afternoon}}.
"""


def _issue() -> Rendering:
    return rendered(
        issue_with(PLACES, 'preheader = "For {{first_name|you}}"\n').model_copy(
            update={"subject": "{{first_name|Friends}}: news"}
        )
    )


def test_tokens_stand_in_every_place_and_are_filled() -> None:
    filled = fill(_issue(), {"first_name": "Ana", "name": "Ana María"})
    assert filled.subject == "Ana: news"
    page = tree(filled.html).text_content()
    for part in ("Dear Ana,", "and Ana again", "Ana María", "Come along, Ana", "Now, Ana", "For Ana"):
        assert part in page
    for part in ("Dear Ana,", "Ana María", "Come along, Ana <https://www.example.org/>", "Now, Ana."):
        assert part in filled.text


def test_defaults_stand_where_nothing_is_known() -> None:
    filled = fill(_issue(), {"first_name": "  "})
    assert filled.subject == "Friends: news"
    for part in ("Dear friend,", "Come along, friend", "Now, dear reader", "For you"):
        assert part in tree(filled.html).text_content()


def test_tokens_are_prefix_free_and_distinct_for_each_default_and_part() -> None:
    rendering = _issue()
    tokens = [use.token for use in rendering.fields]
    assert len({(use.name, use.default, use.where) for use in rendering.fields}) == len(tokens) == len(set(tokens))
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", token) for token in tokens)
    assert len(set(map(len, tokens))) == 1
    for use in rendering.fields:
        parts = {"html": rendering.html, "text": rendering.text, "subject": rendering.subject}
        parts["url"] = rendering.html + rendering.text
        assert use.token in parts[use.where]
        others = [part for where, part in parts.items() if where not in {use.where, "url"}]
        assert use.where == "url" or not any(use.token in other for other in others)


def test_the_preheader_of_a_rendering_shows_defaults() -> None:
    assert _issue().preheader == "For you"


def test_the_unsubscribe_address_is_a_field_of_both_parts() -> None:
    rendering = _issue()
    (use,) = [use for use in rendering.fields if use.name == "unsubscribe_url"]
    assert f'href="{use.token}"' in rendering.html and f"<{use.token}>" in rendering.text


@given(st.text(max_size=300), st.integers(0, 3))
def test_text_that_looks_like_a_token_is_left_alone(content: str, extra: int) -> None:
    first = Tokens(content)
    # Content that holds the token which it would lead to: the nonce moves on.
    trap = content + first.token("name", "", "html") * extra
    tokens = Tokens(trap)
    token = tokens.token("name", "", "html")
    assert tokens.nonce not in trap
    assert [m.start() for m in re.finditer(f"(?={re.escape(token)})", trap + token)] == [len(trap)]


@given(st.text(alphabet="F0123456789abcdef", max_size=40))
def test_no_token_begins_in_the_text_before_it(before: str) -> None:
    tokens = Tokens(before)
    token = tokens.token("name", "", "text")
    assert (before + token + "0000").find(token) == len(before)


@given(st.text(), st.sampled_from(["html", "text", "subject"]))
def test_any_value_is_inert(value: str, where: str) -> None:
    said = value_for(FieldUse("F1", "first_name", "friend", where, None), {"first_name": value})  # type: ignore[arg-type]
    assert said
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]", said)
    if where == "html":
        assert not re.search(r"[<>\"']", said)
        said = unescape(said)
    assert len(said) <= MAX_VALUE
    assert said == (clean(value) or "friend")
    said.encode()


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("{{7*7}}", "{{7*7}}"),
        ("{{first_name|x}}", "{{first_name|x}}"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("Ana\r\nBcc: evil@example.com", "Ana Bcc: evil@example.com"),
        ("Ana\u2028Bcc: x", "Ana Bcc: x"),
        ("\u202eanA", "anA"),
        ("A\ud800na", "Ana"),
        ("Jos\u0065\u0301", "Jos\u0065\u0301"),
        ("x" * 500, "x" * 200),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("A & B", "A &amp; B"),
    ],
)
def test_hostile_names(value: str, html: str) -> None:
    filled = fill(_issue(), {"first_name": value})
    assert f"Dear {html}," in filled.html
    assert "\n" not in filled.subject and "\r" not in filled.subject


def test_a_value_that_is_a_token_is_not_filled_again() -> None:
    rendering = _issue()
    use = next(use for use in rendering.fields if use.where == "html" and use.name == "name")
    filled = fill(rendering, {"first_name": use.token, "name": "SECRET"})
    assert f"Dear {use.token}," in filled.html


def test_readers_and_editors_cannot_set_the_systems_fields() -> None:
    for name in SYSTEM_FIELDS:
        with pytest.raises(IssueError, match="filled in by the system"):
            Tokens("").replace(f"{{{{{name}}}}}", "html")
        use = FieldUse("F1", name, "", "html", None)
        assert value_for(use, {name: "https://evil.example.com"}) == ""


@pytest.mark.parametrize(
    "hostile", ['https://a.example.org/"onclick="x', "https://a.example.org/<b>", "https://a.example.org/\r\nX: y"]
)
def test_a_system_address_cannot_leave_its_attribute(hostile: str) -> None:
    said = value_for(FieldUse("F1", "unsubscribe_url", "", "url", None), {"unsubscribe_url": hostile})
    assert not re.search(r"[\"'<>\s]", said)
    plain = "https://news.example.org/u/abc_DEF-123?x=1&y=%20#a"
    assert value_for(FieldUse("F1", "unsubscribe_url", "", "url", None), {"unsubscribe_url": plain}) == plain


def test_local_time_is_told_on_the_readers_clock() -> None:
    rendering = rendered(issue_with(LOCAL))
    text = fill(rendering, {"timezone": "America/New_York", "language": "en"}).text
    assert "It starts at 8:30 a.m. in New York; or 8:30 a.m. in New York." in text
    text = " ".join(fill(rendering, {"timezone": "Pacific/Auckland", "language": "es"}).text.split())
    assert "It starts at martes, 10 de noviembre, 2:30 a. m. en Auckland;" in text


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 5_000, "Europe/Zurich\n"])
def test_an_unknown_zone_leaves_the_default(zone: str) -> None:
    text = " ".join(fill(rendered(issue_with(LOCAL)), {"timezone": zone}).text.split())
    assert "It starts at 14:30 in Geneva; or in the afternoon." in text


@pytest.mark.parametrize("language", ["", "xx", "../en", "e" * 5_000, "en_US.UTF-8"])
def test_an_unknown_language_is_told_in_english(language: str) -> None:
    moment = datetime(2020, 11, 9, 13, 30, tzinfo=UTC)
    use = FieldUse("F1", "local_time", "later", "text", moment.astimezone(ZoneInfo("Europe/Zurich")))
    assert value_for(use, {"timezone": "America/New_York", "language": language}) == "8:30 a.m. in New York"


def test_local_time_of_a_whole_day_is_its_default() -> None:
    issue = issue_with("## Debrief\n```debrief\nstarts = 2020-11-17\n```\n")
    item = issue.items[0].model_copy(update={"body": "See you {{local_time|then}}."})
    rendering = rendered(issue.model_copy(update={"items": (item,)}))
    assert "See you then." in rendering.text
    assert not [use for use in rendering.fields if use.name == "local_time"]


def test_a_field_in_a_link_is_refused() -> None:
    issue = issue_with("Hello").model_copy(update={"introduction": "[x](https://a.example.org/{{first_name|x}})"})
    with pytest.raises(IssueError, match="cannot stand in a link"):
        rendered(issue)


def test_the_length_of_a_token_is_that_of_its_default() -> None:
    tokens = Tokens("")
    assert tokens.length("Dear " + tokens.token("first_name", "friend", "text")) == len("Dear friend")
    assert tokens.length("日本") == 4
    assert isinstance(words_for("en"), SimpleNamespace)


def test_a_default_is_as_clean_as_a_value() -> None:
    use = FieldUse("F1", "first_name", "my\u202e\n friend <3", "html", None)
    assert value_for(use, {}) == "my friend &lt;3"
    assert value_for(use, {"first_name": "\u2066\x00"}) == "my friend &lt;3"


@pytest.mark.parametrize("value", ["x" * 300, "x" * 300 + "\x00", "\u202e" + "é " * 300])
def test_a_long_value_is_cut(value: str) -> None:
    said = value_for(FieldUse("F1", "first_name", "", "text", None), {"first_name": value})
    assert MAX_VALUE - 1 <= len(said) <= MAX_VALUE


def test_a_nonce_that_is_in_the_content_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """No content that holds its own hash can be written down, so the first hash is made up here."""

    class Sha:
        rounds = 0

        def __init__(self, content: bytes) -> None:
            self.content = content

        def update(self, more: bytes) -> None:
            self.rounds += 1

        def hexdigest(self) -> str:
            return f"{self.rounds:064x}"[::-1]

    monkeypatch.setattr("newsletter.render.fields.sha256", Sha)
    assert Tokens("nothing").nonce == "0" * 12
    assert Tokens("a" + "0" * 12 + "b").nonce == "1" + "0" * 11
