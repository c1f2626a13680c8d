"""Conditions as people write them: ``country = CH and not topic = treaties``, and back.

    FIELD = VALUE       FIELD != VALUE       FIELD < VALUE   <=   >   >=     (numbers and dates)
    FIELD in (A, B)     FIELD contains TEXT  FIELD starts with TEXT          FIELD is empty   FIELD is not empty

``not`` before a condition turns it round. Between conditions stand ``and``, or ``or``, but not both. A value with signs
stands in double quotes; a double quote in it is written twice. An apostrophe within a word is a letter of it.
"""

import re
from collections.abc import Sequence

from subscribers import attributes
from subscribers.attributes import Value
from subscribers.segments.conditions import Condition, Conditions, Match, checked
from subscribers.segments.fields import Op, SegmentError

_TOKEN = re.compile(
    r"""\s*(?:"(?P<double>(?:[^"]|"")*)"|'(?P<single>[^']*)'|(?P<sign><=|>=|!=|[=<>(),])|(?P<word>[^\s=<>!(),"'][^\s=<>!(),"]*))"""
)
_SIGNS: dict[str, tuple[Op, bool]] = {
    "=": ("equals", False),
    "!=": ("equals", True),
    "<": ("less", False),
    "<=": ("at most", False),
    ">": ("more", False),
    ">=": ("at least", False),
}
_WRITTEN: dict[Op, str] = {op: sign for sign, (op, negated) in _SIGNS.items() if not negated}
_EXAMPLE = "write it such as: country = CH and language != es"


class _Reader:
    """The tokens of a text, one after another. A quoted one is no word of the grammar."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, bool]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                if text[at:].lstrip()[:1] in {'"', "'"}:
                    raise SegmentError(f"a quotation mark is not closed: {text[at:].strip()[:40]}")
                raise SegmentError(f"'{text[at:].strip()[:20]}' is not understood; {_EXAMPLE}")
            quoted = match["single"] if match["double"] is None else match["double"].replace('""', '"')
            self._tokens.append((quoted, True) if quoted is not None else (match["sign"] or match["word"], False))
            at = match.end()
        self._at = 0

    @property
    def ended(self) -> bool:
        return self._at == len(self._tokens)

    def take(self, *words: str) -> bool:
        """Whether these words stand here; then they are taken."""
        here = [one for one, quoted in self._tokens[self._at : self._at + len(words)] if not quoted]
        if [one.casefold() for one in here] != list(words):
            return False
        self._at += len(words)
        return True

    def next(self, what: str) -> str:
        """The next token, which must be no sign."""
        if self.ended:
            raise SegmentError(f"{what} is missing at the end; {_EXAMPLE}")
        one, quoted = self._tokens[self._at]
        if not quoted and (one in _SIGNS or one in {"(", ")", ","}):
            raise SegmentError(f"'{one}' stands where {what} should; {_EXAMPLE}")
        self._at += 1
        return one

    def value(self) -> str:
        """The next value: a quoted one, or all words up to the next sign, ``and``, ``or``."""
        words = [self.next("a value")]
        while not self.ended:
            one, quoted = self._tokens[self._at]
            if quoted or one in {"(", ")", ","} or one in _SIGNS or one.casefold() in {"and", "or"}:
                break
            words.append(self.next("a value"))
        return " ".join(words)

    def sign(self) -> tuple[Op, bool] | None:
        if not self.ended and not self._tokens[self._at][1] and self._tokens[self._at][0] in _SIGNS:
            self._at += 1
            return _SIGNS[self._tokens[self._at - 1][0]]
        return None


def parse(text: str) -> Conditions:
    """What ``text`` says. Raises ``SegmentError``."""
    if len(text) > 10_000:
        raise SegmentError(f"it has {len(text):,} characters; 10,000 are the most")
    reader = _Reader(text)
    if reader.ended:
        raise SegmentError(f"no condition is written; {_EXAMPLE}")
    found = [_condition(reader)]
    joints: set[Match] = set()
    while not reader.ended:
        if reader.take("and"):
            joints.add("all")
        elif reader.take("or"):
            joints.add("any")
        else:
            raise SegmentError(f"'and' or 'or' is missing before '{reader.next('a field')}'; {_EXAMPLE}")
        found.append(_condition(reader))
    if len(joints) > 1:
        raise SegmentError(
            "'and' and 'or' stand together; use one of them, and make two segments where both are needed"
        )
    return checked(Conditions(tuple(found), joints.pop() if joints else "all"))


def both(texts: Sequence[str]) -> Conditions:
    """Several texts that must all hold, each with ``and`` or alone. Raises ``SegmentError``."""
    parsed = [parse(text) for text in texts]
    if len(parsed) == 1:
        return parsed[0]
    if any(one.match == "any" for one in parsed):
        raise SegmentError("'or' stands in one of several conditions; write them as one, or make a segment of it")
    return checked(Conditions(tuple(condition for one in parsed for condition in one.conditions)))


def words(conditions: Conditions) -> str:
    """As people write it; ``parse`` reads it back."""
    joint = " and " if conditions.match == "all" else " or "
    return joint.join(map(_words, conditions.conditions))


def _condition(reader: _Reader) -> Condition:
    negated = reader.take("not")
    field = reader.next("a field")
    if sign := reader.sign():
        op, turned = sign
        return Condition(field, op, reader.value(), negated != turned)
    if reader.take("is", "empty"):
        return Condition(field, "empty", None, negated)
    if reader.take("is", "not", "empty"):
        return Condition(field, "empty", None, not negated)
    if reader.take("contains"):
        return Condition(field, "contains", reader.value(), negated)
    if reader.take("starts", "with"):
        return Condition(field, "starts with", reader.value(), negated)
    turned = reader.take("not")
    if reader.take("in", "("):
        values = [reader.value()]
        while reader.take(","):
            values.append(reader.value())
        if not reader.take(")"):
            raise SegmentError(f"')' is missing after the values of '{field}'")
        return Condition(field, "one of", tuple(values), negated != turned)
    raise SegmentError(f"after '{field}' should stand =, !=, <, >, in, contains, starts with or is empty; {_EXAMPLE}")


def _words(one: Condition) -> str:
    before = "not " if one.negated else ""
    if one.op == "empty":
        return f"{one.field} is {before}empty"
    if isinstance(one.value, tuple):
        return f"{one.field} {before}in ({', '.join(map(_quoted, one.value))})"
    assert one.value is not None  # noqa: S101  (``checked`` has seen to it)
    if one.op == "equals" and one.negated:
        return f"{one.field} != {_quoted(one.value)}"
    return f"{before}{one.field} {_WRITTEN.get(one.op, one.op)} {_quoted(one.value)}"


def _quoted(value: Value) -> str:
    text = attributes.written(value)
    if re.fullmatch(r"[\w.+:/-]+", text) and text.casefold() not in {"and", "or", "not", "in", "is"}:
        return text
    return '"' + text.replace('"', '""') + '"'
