"""Reader fields with and without words for readers of whom nothing is known."""

from dataclasses import replace

from newsletter.items.kinds.button import Button
from newsletter.items.kinds.text import Text
from tests.checks.build import Case


def _intro(text: str, says: str = "") -> Case:
    return Case(issue={"introduction": text}, says=says, at=(None, "introduction"))


def _subject(text: str, says: str = "") -> Case:
    return Case(issue={"subject": text}, says=says, at=(None, "subject"))


def _button(label: str, says: str = "") -> Case:
    item = Button(id="join", title="Join", label=label, url="https://www.example.org/")
    return Case(issue={"items": (item,)}, says=says, at=("join", "label"))


BAD = [
    _intro("Dear {{first_name}},", "{{first_name}} leaves a gap"),
    _intro("Dear {{ first_name }},", "{{first_name}} leaves a gap"),
    _intro("Dear {{first_name|}},", "{{first_name}} leaves a gap"),
    _intro("Dear {{first_name|  }},", "{{first_name}} leaves a gap"),
    _intro("Dear {{first_name|friend}} in {{city}},", "{{city}} leaves a gap"),
    _subject("{{name}}, watch the review", "{{name}} leaves a gap"),
    replace(_subject("{{first_name}}", "The subject is empty"), level="error"),
    replace(_subject("{{first_name|}} {{ last_name }}!", "The subject is empty"), level="error"),
    Case(
        issue={"preheader": "{{first_name}}, …"},
        says="The preheader is empty",
        level="error",
        at=(None, "preheader"),
    ),
    _subject("{{first_name}} 🎉", "{{first_name}} leaves a gap"),
    _subject("{{first_name}} {{last_name|friend}}", "{{first_name}} leaves a gap"),
    _subject("{{first_name}} {{email}}", "{{first_name}} leaves a gap"),
    _intro("{{first_name}}", "{{first_name}} leaves a gap"),
    _button("Join us, {{first_name}}", "{{first_name}} leaves a gap"),
    Case(
        issue={"items": (Text(id="a", title="A", body="Dear {{last_name}}"),)},
        says="{{last_name}} leaves a gap",
        at=("a", "body"),
    ),
]

NEAR = [
    _subject("{{email}}"),
    _subject("{{first_name|friend}}!"),
    _subject("2020"),
    *(
        _intro(text)
        for text in (
            "Dear {{first_name|friend}},",
            "Dear {{ first_name | friend }},",
            "Dear {{first_name|friend}} in {{city|your city}},",
            "Dear {{name|friends}}",
            "Dear {{last_name|x}}",
            "Dear {{first_name|.}}",
            "{{first_name|ami(e)}}",
            "{{first_name|صديق}}",
            "{{first_name|朋友}}",
            "You get this at {{email}}.",
            "You get this at {{ email }}.",
            "It begins at {{local_time}}.",
            "It begins at {{local_time|14:30 in Geneva}}.",
            "Dear first_name,",
            "Dear {first_name},",
            "Dear friend,",
            "",
        )
    ),
    _subject("{{first_name|friend}}, watch the review"),
    _subject("Watch the review"),
    _button("Join us, {{first_name|friend}}"),
    _button("Join us"),
    *(
        _intro(text)
        for text in (
            "Write `first_name` between braces.",
            "{{ name | all of you }}",
            "{{email}}, {{email}}",
            "- {{first_name|friend}}\n- {{last_name|friend}}",
            "**{{first_name|friend}}**",
        )
    ),
    _subject("{{first_name|friend}} {{last_name|of ours}}"),
    _button("{{name|Friend}}, join us"),
]
