"""Header fields, written so that no value can end its line, and every mail program reads the value that was meant.

Text that is not plain ASCII becomes encoded words (RFC 2047): never over 75 characters, never a character in two of
them. So does text that looks like an encoded word, for a reader's program would decode it; thus nothing that an editor
or a reader typed can smuggle in a line break.
"""

import re
import unicodedata
from base64 import b64encode

from subscribers import address as addresses

WIDTH = 76
"""Characters of a line that holds encoded words (RFC 2047, section 2)."""
WORD = 75
"""Characters of one encoded word."""
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PRINTABLE = re.compile(r"[!-~]+( [!-~]+)*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LOCAL_UTF8 = re.compile(r"[^\x00-\x20\x7f\"(),.:;<>@\[\\\]]+(\.[^\x00-\x20\x7f\"(),.:;<>@\[\\\]]+)*")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_PLAIN = re.compile(f"{_LOCAL.pattern}@{_HOST.pattern}")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_Q_SAFE = re.compile(rb"[A-Za-z0-9!*+/-]")
_Q = [chr(byte) if _Q_SAFE.match(b"%c" % byte) else f"={byte:02X}" for byte in range(256)]
_Q[32] = "_"


class AddressError(ValueError):
    """An address cannot be written in a mail; the message says why."""


def clean(value: str) -> str:
    """``value`` on one line: controls, line breaks, direction overrides and lone surrogates become a space."""
    return value.strip() if value.isprintable() else _BREAKS.sub(" ", value).strip()


def text_header(name: str, value: str) -> bytes:
    """An unstructured field such as Subject, folded, with its CRLF."""
    value = clean(value)
    room = WIDTH - len(name) - 2
    if "=?" not in value and (not value or _PRINTABLE.fullmatch(value)):
        if len(value) <= room:
            return f"{name}: {value}\r\n".encode()
        if folded := _fold(value, room):
            return f"{name}: {folded}\r\n".encode()
    return f"{name}: {encoded_words(value, room)}\r\n".encode()


def address_header(name: str, display: str, address: str) -> bytes:
    """From, To or Reply-To with one address (as ``wire_address`` gives it), folded, with its CRLF."""
    display = clean(display)
    if not display:
        return f"{name}: {address}\r\n".encode()
    phrase = phrase_of(display, WIDTH - len(name) - 2)
    last_line = len(phrase) - phrase.rfind("\n") + (0 if "\n" in phrase else len(name) + 2)
    gap = " " if last_line + len(address) + 3 <= WIDTH else "\r\n "
    return f"{name}: {phrase}{gap}<{address}>\r\n".encode()


def phrase_of(display: str, room: int) -> str:
    """A display name as a phrase (RFC 5322, section 3.2.5) whose first line has ``room`` characters."""
    if "=?" not in display and len(display) <= room:
        if _ATOMS.fullmatch(display):
            return display
        if _PRINTABLE.fullmatch(display):
            quoted = '"' + display.replace("\\", "\\\\").replace('"', '\\"') + '"'
            if len(quoted) <= room:
                return quoted
    return encoded_words(display, room)


def encoded_words(value: str, room: int) -> str:
    """``value`` as encoded words on lines of at most 76 characters, the first of at most ``room``."""
    data = value.encode("utf-8", "replace")
    whole = _quoted(data)
    quoted = len(whole) <= (len(data) + 2) // 3 * 4
    limit = min(room, WORD) - 12  # =?utf-8?q? and ?=
    if quoted and len(whole) <= limit:
        return f"=?utf-8?q?{whole}?="
    words = []
    word: list[bytes] = []
    length = 0
    for cluster in _clusters(value):
        piece = cluster.encode("utf-8", "replace")
        size = sum(len(_Q[byte]) for byte in piece) if quoted else len(piece)
        if word and length + size > (limit if quoted else limit // 4 * 3):
            words.append(b"".join(word))
            word, length, limit = [], 0, WORD - 12
        word.append(piece)
        length += size
    words.append(b"".join(word))
    return "\r\n ".join(
        f"=?utf-8?q?{_quoted(word)}?=" if quoted else f"=?utf-8?b?{b64encode(word).decode()}?=" for word in words
    )


def _quoted(word: bytes) -> str:
    return "".join([_Q[byte] for byte in word])


def _clusters(value: str) -> list[str]:
    """Characters with the marks that combine with them, as long as a word can hold them."""
    if value.isascii():
        return list(value)
    clusters: list[str] = []
    for char in value:
        if clusters and unicodedata.combining(char) and len(clusters[-1]) < 4:
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _fold(value: str, room: int) -> str | None:
    """Plain words on several lines; ``None`` where a word is longer than a line."""
    lines = [""]
    for word in value.split(" "):
        if not lines[-1]:
            lines[-1] = word
        elif len(lines[-1]) + 1 + len(word) <= (room if len(lines) == 1 else WIDTH - 1):
            lines[-1] += " " + word
        else:
            lines.append(word)
    fits = len(lines[0]) <= room and all(len(line) < WIDTH for line in lines)
    return "\r\n ".join(lines) if fits else None


def wire_address(address: str, *, smtputf8: bool = False) -> str:
    """``address`` as it goes on the wire: an international host in A-labels (RFC 5890).

    Raises ``AddressError`` for what is no plain address, and for a local part that is not ASCII where the provider
    cannot do SMTPUTF8 (RFC 6531).
    """
    if _PLAIN.fullmatch(address) and len(address) <= 254:  # nearly all
        return address
    local, at, host = address.rpartition("@")
    if not at or len(address) > 254:
        raise AddressError("this is not an address that mail can be sent to")
    if not host.isascii():
        try:
            host = addresses.normalise_host(host)
        except addresses.AddressError:
            raise AddressError("the part after the @ is not a host name") from None
    if not _HOST.fullmatch(host):
        raise AddressError("the part after the @ is not a host name")
    if not local.isascii():
        if not smtputf8:
            raise AddressError("the part before the @ is not ASCII, and the provider cannot send to it (SMTPUTF8)")
        if not _LOCAL_UTF8.fullmatch(local) or _BREAKS.search(local):
            raise AddressError("the part before the @ holds a character that no address can hold")
    elif not _LOCAL.fullmatch(local):
        raise AddressError("the part before the @ holds a character that no plain address can hold")
    return f"{local}@{host}"
