"""The one way from an issue to what is mailed: for preview, test, mailing and archive alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from newsletter.issue.model import Issue
from newsletter.issue.problems import IssueError, Problem
from newsletter.render.fields import Tokens
from newsletter.render.inline import InlineError, ThemeCssError, inline
from newsletter.render.look import look_of
from newsletter.render.mjml import MjmlError, to_html
from newsletter.render.page import Page
from newsletter.render.rendering import Assets, Organisation, Part, Rendering
from newsletter.render.templates import TemplateError, run
from newsletter.render.theme import Theme
from newsletter.render.words import direction

MAX_BYTES = 1_000_000
"""Of all text of an issue together: ten times what Gmail shows of a mail."""

# XML 1.0 has no place for these (section 2.2), however they come in.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLANK_LINES = re.compile(r"\n{3,}")


def render(
    issue: Issue,
    theme: Theme,
    *,
    organisation: Organisation,
    assets: Assets = Assets(),  # noqa: B008 - frozen
    templates: tuple[Path, ...] = (),
    parts: Collection[Part] = ("html", "text"),
) -> Rendering:
    """Everything of ``issue`` that is the same for all readers: HTML, text, subject, preheader.

    Pure: no network, no clock, no store; the same arguments give the same bytes. ``templates`` are folders whose
    files win over the shipped ones of the same path. Whoever looks at one of its ``parts`` alone gets the other one
    empty. Raises IssueError where the issue cannot be rendered (its
    subclass TemplateError where a template cannot), with every place that is known.
    """
    content = f"{issue!r}{theme!r}{organisation!r}{assets!r}"
    # The quick look first: a character takes four bytes at most.
    if len(content) * 4 > MAX_BYTES and (size := len(issue.model_dump_json().encode())) > MAX_BYTES:
        raise IssueError((Problem(f"the issue has {size:,} bytes; at most {MAX_BYTES:,} are rendered", "shorten it"),))
    tokens = Tokens(content)
    subject = tokens.replace(issue.subject, "subject")
    memo: dict[Any, Any] = {}
    html = text = ""
    if "html" in parts:
        html = _html(Page("html", issue, theme, organisation, assets, tokens, templates, memo), templates)
    if "text" in parts:
        text = _text(Page("text", issue, theme, organisation, assets, tokens, templates, memo), templates)
    used = Counter(tokens.pattern.findall(html + text + subject))
    return Rendering(
        language=issue.language,
        subject=subject,
        preheader=tokens.shown(tokens.replace(issue.preheader or "", "text")),
        html=html,
        text=text,
        fields=tuple(use for use in tokens.uses if use.token in used),
    )


def _html(page: Page, templates: tuple[Path, ...]) -> str:
    look = look_of(page.theme, direction(page.issue.language), templates)
    mjml = _NOT_XML.sub("", run(templates, "email/layout.mjml.j2", look.names | page.context()))
    try:
        html = to_html(mjml)
    except MjmlError as error:
        problems = (Problem(f"the composed mail, {p}", "mend the template that wrote it") for p in error.problems)
        raise TemplateError(tuple(problems)) from error
    try:
        html = inline(html, look.css)
    except (ThemeCssError, InlineError) as error:
        raise TemplateError((Problem(str(error), "mend email/theme.css.j2, or the template that wrote it"),)) from error
    _nothing_left(html, "HTML")
    pattern = page.tokens.pattern
    if Counter(pattern.findall(html)) != Counter(pattern.findall(mjml)):
        raise TemplateError((Problem("a reader field was lost on the way to HTML", "is it in a comment or a style?"),))
    return html


def _text(page: Page, templates: tuple[Path, ...]) -> str:
    lines = _NOT_XML.sub("", run(templates, "email/layout.txt.j2", page.context())).split("\n")
    text = _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip() + "\n"
    _nothing_left(text, "text")
    return text


def _nothing_left(output: str, part: str) -> None:
    if "{{" in output:
        near = output[output.index("{{") :].split("\n", maxsplit=1)[0][:60]
        mend = "in the template, write fields(...) around editors' text"
        raise TemplateError((Problem(f"'{near}' is left in the {part}", mend),))
