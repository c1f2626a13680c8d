"""A message (RFC 5322) as the servers on its way read it: its header fields as they stand, its parts decoded."""

import binascii
import quopri
import re
from base64 import b64decode
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from email.policy import compat32
from functools import cached_property

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_ADDRESS = re.compile(r"<([^<>]*)>\s*$")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")


@dataclass(frozen=True)
class Field:
    """One header field."""

    name: str
    """In small letters."""
    raw: bytes
    """What stands after the colon, with its folds, without the last line end."""

    @property
    def value(self) -> str:
        """On one line, as it stands: encoded words are not decoded."""
        return re.sub(r"\r?\n(?=[ \t])", "", self.raw.decode("utf-8", "replace")).strip()


@dataclass(frozen=True)
class Part:
    """One part that is no container."""

    mime: str
    charset: str
    encoding: str
    """Content-Transfer-Encoding in small letters; ``7bit`` where there is none."""
    text: str
    """Decoded, as far as that is possible."""
    fault: str = ""
    """Why it cannot be decoded."""


@dataclass(frozen=True)
class Letter:
    """A message."""

    raw: bytes

    @cached_property
    def head(self) -> bytes:
        """The bytes of the header, without the empty line after it."""
        return re.split(rb"\r\n\r\n|\n\n|\r\r", self.raw, maxsplit=1)[0]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The header fields in order; a line that is none is left out (see ``strays``)."""
        return tuple(field for line in self._lines if (field := _field(line)))

    @cached_property
    def strays(self) -> tuple[bytes, ...]:
        """Lines of the header that are no field."""
        return tuple(line for line in self._lines if line and not _field(line))

    def all(self, name: str) -> tuple[str, ...]:
        """The values of each field ``name``."""
        return tuple(field.value for field in self.fields if field.name == name.lower())

    def first(self, name: str) -> str:
        """The value of the first field ``name``, empty where there is none."""
        return next(iter(self.all(name)), "")

    @cached_property
    def mime(self) -> str:
        """The type of the message as a whole."""
        return self._message.get_content_type()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What a reader's program chooses from."""
        return tuple(_part(one) for one in self._message.walk() if not one.is_multipart())

    @cached_property
    def _message(self) -> Message:
        return Parser(policy=compat32).parsestr(self.raw.decode("latin-1"))  # a letter for each byte

    @cached_property
    def _lines(self) -> list[bytes]:
        """The lines of the header, folded ones together."""
        return re.split(rb"\r?\n(?![ \t])", self.head)


def address_of(value: str) -> str:
    """The address of a From, To or Reply-To with one of them, as it stands."""
    plain = without_quotes(value)
    found = _ADDRESS.search(plain)
    return (found[1] if found else plain).strip()


def without_quotes(value: str) -> str:
    """``value`` without what stands in quotation marks and in brackets, where anything may stand."""
    return _COMMENT.sub("", _QUOTED.sub('""', value))


def _field(line: bytes) -> Field | None:
    found = _NAME.match(line)
    return Field(found[1].decode().lower(), line[found.end() :]) if found else None


def _part(part: Message) -> Part:
    encoding = str(part.get("Content-Transfer-Encoding", "7bit")).strip().lower()
    charset = str(part.get_content_charset() or "us-ascii")
    raw, fault = str(part.get_payload()).encode("latin-1"), ""
    try:
        data = _decoded(raw, encoding)
    except (binascii.Error, ValueError):
        data, fault = raw, f"it is not {encoding}, as it says"
    if not fault and encoding == "7bit" and not raw.isascii():
        fault = "it says 7bit, and holds other bytes"
    try:
        text = data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        text, fault = data.decode("utf-8", "replace"), fault or f"it is not {charset}, as it says"
    return Part(part.get_content_type(), charset, encoding, text, fault)


def _decoded(raw: bytes, encoding: str) -> bytes:
    match encoding:
        case "quoted-printable":
            if re.search(rb"=(?!\r?\n|[0-9A-F]{2})", raw) or not raw.isascii():
                raise ValueError(encoding)
            return quopri.decodestring(raw)
        case "base64":
            return b64decode(b"".join(raw.split()), validate=True)
        case "7bit" | "8bit" | "binary":
            return raw
    raise ValueError(encoding)
