"""MJML to HTML: everything is checked before the renderer sees it, and nothing of MJML is left after.

The renderer (mrml) is fast and says little: unknown words pass in silence and very deep input ends the process
without an exception. So a pass of expat, which does not recurse, comes first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from html.entities import html5
from typing import Final, NoReturn
from xml.parsers import expat

from newsletter.render import allowlist

MAX_CHARACTERS: Final = 2_000_000
"""Twenty times the size at which Gmail clips a mail, and still quick to read."""

MAX_HTML_DEPTH: Final = 50
"""Elements within each other in one component. The renderer recurses: some 260 levels exhaust a small thread's
stack, and that ends the process."""

_PANIC: Final = "PanicException"
"""What the renderer raises where it meets a mistake of its own; it is no Exception, and cannot be imported."""

MAX_PROBLEMS: Final = 10
_SHOWN: Final = 100


@dataclass(frozen=True)
class MjmlProblem:
    """One mistake: what is wrong and where (line and column count from 1), with the line itself."""

    message: str
    line: int
    column: int
    source: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}\n    {self.source}"


class MjmlError(ValueError):
    """The MJML cannot be rendered as it stands. `problems` holds each mistake found, ten at most."""

    def __init__(self, problems: Sequence[MjmlProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def to_html(mjml: str) -> str:
    """The HTML of an MJML document. Loads nothing: no fonts, no includes, no icons.

    Raises MjmlError where the document is too large or too deep, is not well-formed XML (HTML's named entities
    are welcome), or uses components, attributes or values that `allowlist` does not hold.
    """
    if len(mjml) > MAX_CHARACTERS:
        message = f"{len(mjml):,} characters of MJML; at most {MAX_CHARACTERS:,} are rendered"
        raise MjmlError([_problem(mjml, message, 0)])
    _Check(mjml).run()
    from mjml import mjml2html  # noqa: PLC0415 - checking alone does not need it

    try:
        html = mjml2html(mjml, fonts={})
    except ValueError as error:
        position = re.search(r"position (\d+):", str(error))
        # The renderer counts bytes.
        before = mjml.encode()[: int(position[1])].decode(errors="ignore") if position else ""
        raise MjmlError([_problem(mjml, f"not understood ({error})", len(before))]) from None
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        # A > after another one without a < between them ends no tag.
        bare = re.search(r">[^<>]*(>)", mjml)
        message = f"the renderer gives up ({error}); write &gt; for a > that ends no tag"
        raise MjmlError([_problem(mjml, message, bare.start(1) if bare else 0)]) from None
    # mrml hands on what it does not know, comments among it; a plain search is the fastest that looks.
    if "<mj" in html and (left_over := re.search(r"<mj(?:-[\w-]*|ml\b)", html)):
        message = f"{left_over[0]} is left in the HTML, where no reader should meet it (is it in a comment?)"
        raise MjmlError([_problem(mjml, message, max(mjml.find(left_over[0]), 0))])
    return html


def _problem(mjml: str, message: str, offset: int) -> MjmlProblem:
    return _problem_at(mjml, message, mjml.count("\n", 0, offset) + 1, offset - mjml.rfind("\n", 0, offset) - 1)


def _problem_at(mjml: str, message: str, line: int, column: int) -> MjmlProblem:
    """`line` counts from 1 and `column` from 0, as expat has them."""
    text = next((text for number, text in enumerate(mjml.split("\n"), 1) if number == line), "")
    start = max(0, column - _SHOWN // 2)
    shown = text[start : start + _SHOWN].strip().encode(errors="replace").decode()
    return MjmlProblem(message, line, column + 1, shown)


def _nearest(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"; did you mean {near[0]}?" if near else ""


class _Check:
    """One pass over the document: well-formed, shallow enough, and every MJML word a known one."""

    def __init__(self, mjml: str) -> None:
        self._mjml = mjml
        self._problems: list[MjmlProblem] = []
        self._open: list[tuple[str, int]] = []
        self._html_depth = 0
        self._inside_html = ""
        self._has_body = False
        self._classes: set[str] = set()
        self._class_uses: list[tuple[str, int, int]] = []
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = lambda *_: self._stop("a DOCTYPE does not belong in MJML; leave it out")
        parser.StartCdataSectionHandler = lambda: self._say("CDATA is not understood; escape the text instead")
        parser.ProcessingInstructionHandler = lambda *_: self._say("<?...?> is not understood; leave it out")
        parser.XmlDeclHandler = lambda *_: self._say("leave the XML declaration out")
        # HTML's entities are not declared in XML: as if a DTD nobody reads had declared them.
        parser.UseForeignDTD(True)
        parser.SkippedEntityHandler = self._entity

    def run(self) -> None:
        """Raises MjmlError when anything is wrong."""
        try:
            self._parser.Parse(self._mjml.encode(), True)
        except UnicodeEncodeError as error:
            raise MjmlError([_problem(self._mjml, "half a character (a lone surrogate)", error.start)]) from None
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]:
                what = "a character that cannot stand here (write &lt; for < and &amp; for &)"
            message = f"not well-formed XML: {what}"
            if self._open:
                message += f"; the last tag left open is <{self._open[-1][0]}> of line {self._open[-1][1]}"
            self._problems.append(_problem_at(self._mjml, message, error.lineno, error.offset))
        else:
            if not self._has_body and not self._problems:
                self._problems.append(_problem(self._mjml, "there is no <mj-body>", 0))
            for name, line, column in self._class_uses:
                if name not in self._classes:
                    message = f'mj-class="{name}" is not defined in mj-attributes'
                    message += _nearest(name, sorted(self._classes))
                    self._problems.append(_problem_at(self._mjml, message, line, column))
        if self._problems:
            raise MjmlError(self._problems[:MAX_PROBLEMS])

    def _say(self, message: str, line: int | None = None) -> None:
        # A long list helps nobody, and each entry costs a look for its line.
        if len(self._problems) < MAX_PROBLEMS:
            column = self._parser.CurrentColumnNumber if line is None else 0
            line = line or self._parser.CurrentLineNumber
            self._problems.append(_problem_at(self._mjml, message, line, column))

    def _stop(self, message: str) -> NoReturn:
        self._problems = self._problems[: MAX_PROBLEMS - 1]
        self._say(message)
        raise MjmlError(self._problems)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._inside_html:
            self._html_depth += 1
            if self._html_depth > MAX_HTML_DEPTH:
                self._stop(f"more than {MAX_HTML_DEPTH} elements within each other; make the text flatter")
            if name.startswith("mj"):
                self._say(f"<{name}> cannot stand in the HTML of <{self._inside_html}>")
        else:
            parent = self._open[-1][0] if self._open else ""
            if parent == "mj-attributes":
                self._default(name, attributes)
            elif parent in ("mj-class", "mj-all"):
                self._say(f"<{parent}> holds no components; give it the attributes themselves")
            else:
                self._component(parent, name, attributes)
            if name in allowlist.HOLDS_HTML:
                self._inside_html = name
        self._open.append((name, self._parser.CurrentLineNumber))

    def _end(self, name: str) -> None:
        self._open.pop()
        if self._html_depth:
            self._html_depth -= 1
        elif name == self._inside_html:
            self._inside_html = ""

    def _component(self, parent: str, name: str, attributes: dict[str, str]) -> None:
        if reason := allowlist.BANNED.get(name):
            self._say(f"<{name}> is not used here: {reason}")
            return
        known = allowlist.ATTRIBUTES.get(name)
        if known is None:
            what = "is no MJML component" if name.startswith("mj") else "is HTML, which mj-text or mj-raw can hold"
            self._say(f"<{name}> {what}{_nearest(name, list(allowlist.ATTRIBUTES))}")
            return
        if not parent:
            if name != "mjml":
                self._say(f"the outermost element is <mjml>, not <{name}>")
        elif parent in allowlist.ATTRIBUTES and name not in (inside := allowlist.CHILDREN.get(parent, ())):
            parents = [p for p, children in allowlist.CHILDREN.items() if name in children]
            holds = ", ".join(sorted(inside)) or "no component"
            self._say(f"<{name}> belongs in {' or '.join(parents) or 'nothing'}; <{parent}> holds {holds}")
        self._has_body |= name == "mj-body"
        self._attributes(name, known, attributes)
        for required in allowlist.REQUIRED.get(name, ()):
            if required not in attributes:
                self._say(f'<{name}> needs {required}="..."' + (' (alt="" for decoration)' * (required == "alt")))

    def _attributes(self, name: str, known: dict[str, str], attributes: dict[str, str]) -> None:
        for attribute, value in attributes.items():
            kind = known.get(attribute)
            if kind is None:
                reason = allowlist.IGNORED.get((name, attribute))
                why = f": {reason}" if reason else _nearest(attribute, list(known))
                self._say(f'<{name}> has no attribute "{attribute}"{why}')
            elif attribute == "mj-class":
                line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
                self._class_uses += [(word, line, column) for word in value.split()]
            elif problem := allowlist.value_problem(name, attribute, value):
                self._say(f"<{name}> {problem}")

    def _default(self, name: str, attributes: dict[str, str]) -> None:
        """A child of mj-attributes: what every component, or those of a class, or of one name, begin with."""
        if name not in ("mj-all", "mj-class"):
            if name in allowlist.STYLED:
                self._attributes(name, allowlist.ATTRIBUTES[name], attributes)
            else:
                known = ["mj-all", "mj-class", *allowlist.STYLED]
                self._say(f"<{name}> takes no default attributes{_nearest(name, known)}")
            return
        if name == "mj-class":
            if "name" not in attributes:
                self._say('<mj-class> needs name="..."')
            self._classes.add(attributes.get("name", ""))
        for attribute, value in attributes.items():
            if name == "mj-class" and attribute == "name":
                continue
            takers = [c for c, known in allowlist.ATTRIBUTES.items() if attribute in known]
            if not takers:
                everything = sorted({a for known in allowlist.ATTRIBUTES.values() for a in known})
                self._say(f'no component has an attribute "{attribute}"{_nearest(attribute, everything)}')
            elif all(problem := allowlist.value_problem(c, attribute, value) for c in takers):
                self._say(f"<{name}> {problem}")

    def _text(self, text: str) -> None:
        parent = self._open[-1][0]
        if self._inside_html or not text.strip() or parent in allowlist.HOLDS_TEXT:
            return
        if parent in allowlist.ATTRIBUTES:  # what is wrong with other parents has been said
            message = f"text directly in <{parent}> is lost: {text.strip()[:40]!r}; put it in mj-text"
            # expat tells where the text ends.
            self._say(message, self._parser.CurrentLineNumber - text.lstrip().count("\n"))

    def _entity(self, name: str, is_parameter: bool) -> None:
        if name + ";" not in html5:
            self._say(f"&{name}; is no entity that HTML knows; write the character itself")
