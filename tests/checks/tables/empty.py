"""Mails and items with and without something to say."""

from newsletter.items.kinds.button import Button
from newsletter.items.kinds.contact import Contact
from newsletter.items.kinds.quote import Quote
from newsletter.items.kinds.recap import Recap
from newsletter.items.kinds.text import Text
from tests.checks.build import Case


def _items(*items: object) -> Case:
    return Case(issue={"introduction": "", "items": items})


BAD = [
    Case(says="The mail says nothing", level="error", at=(None, None), issue={"introduction": ""}),
    Case(says="The mail says nothing", level="error", issue={"introduction": " \n"}),
    Case(
        says="under the heading 'A'", at=("a", "title"), issue={"introduction": "", "items": (Text(id="a", title="A"),)}
    ),
    Case(says="under the heading 'A'", issue={"introduction": "x", "items": (Text(id="a", title="A", body="\n"),)}),
    Case(
        says="under the heading 'B'",
        at=("b", "title"),
        issue={"items": (Text(id="a", title="A", body="x"), Text(id="b", title="B"))},
    ),
]

NEAR = [
    *(
        Case(issue={"introduction": text})
        for text in (
            "Hello.",
            ".",
            "مرحبا",
            "漢字",
            "{{first_name|friend}}",
            "---",
            "> x",
            "- x",
            "### x",
            "    x",
            "*",
        )
    ),
    *(
        _items(Text(id="a", title="A", body=text))
        for text in ("Hello.", ".", "{{name}}", "- x", "### More", "[x](https://www.example.org)", "| a |\n|---|", "1")
    ),
    _items(Button(id="a", title="A", label="Go", url="https://www.example.org")),
    _items(Text(id="a", title="A", body="x"), Text(id="b", title="B", body="y")),
    *(_items(Text(id="a", title="A", body=text)) for text in ("\\", "&nbsp;", "***", "1.", "```\ncode\n```", "🙂")),
    _items(Quote(id="a", title="A", by="The ambassador")),
    _items(Recap(id="a", title="A", met=("The mission",))),
    _items(Contact(id="a", title="A", name="The office")),
]
