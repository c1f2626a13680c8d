"""Mails to one reader about their subscription: "please confirm" and the like. The same look as an issue, no fields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from newsletter.render import text
from newsletter.render.inline import inline
from newsletter.render.look import look_of
from newsletter.render.mjml import to_html
from newsletter.render.rendering import Organisation, Rendering
from newsletter.render.templates import run
from newsletter.render.theme import Theme
from newsletter.render.words import direction, words_for


@dataclass(frozen=True)
class Letter:
    """What a notice says, from top to bottom. Without a ``url`` it has no button."""

    title: str
    text: str
    button: str
    after: str


def letter_of(kind: str, words: SimpleNamespace, **names: str) -> Letter:
    """The words of a kind of notice (``subscribers.ports.Kind``), ``names`` filled in. Raises ``KeyError`` for what is
    none."""
    letters = {
        "confirm": Letter(words.confirm_title, words.confirm_text, words.confirm_button, words.confirm_after),
        "exists": Letter(words.exists_title, words.exists_text, words.exists_button, words.exists_after),
        "download": Letter(words.download_title, words.download_text, words.download_button, words.one_hour),
        "erase": Letter(words.erase_title, words.erase_text, words.erase_button, words.one_hour),
        "move": Letter(words.move_title, words.move_text, words.move_button, words.one_hour),
        "moved": Letter(words.moved_title, words.moved_text, "", words.moved_after),
    }
    said = letters[kind]
    return Letter(said.title.format(**names), said.text.format(**names), said.button, said.after.format(**names))


def render_notice(
    kind: str,
    *,
    language: str,
    theme: Theme,
    organisation: Organisation,
    url: str = "",
    list_name: str = "",
    templates: tuple[Path, ...] = (),
) -> Rendering:
    """The notice in ``language``, or English where there are no words for it. Raises ``IssueError`` (templates)."""
    words = words_for(language, templates)
    way = direction(words.language)
    names = {"organisation": organisation.name, "list": list_name}
    # From right to left, a name in another script keeps its order and moves nothing beside it.
    apart = {key: f"\u2068{one}\u2069" for key, one in names.items()} if way == "rtl" else names
    letter = letter_of(kind, words, **apart)
    name, lines = organisation.name, organisation.postal_address.splitlines()
    context = {
        "letter": letter,
        "url": url,
        "organisation": organisation,
        "address": lines if lines[:1] == [name] else [name, *lines],
        "why": words.notice_why,
        "language": words.language,
        "wrap": lambda said: text.wrap(said, len),
        "link": lambda label, target: text.wrap(text.link(label, target), len),
    }
    look = look_of(theme, way, templates)
    html = inline(to_html(run(templates, "email/notices/notice.mjml.j2", look.names | context)), look.css)
    plain = run(templates, "email/notices/notice.txt.j2", context).strip() + "\n"
    return Rendering(words.language, letter_of(kind, words, **names).title, "", html, plain, ())
