"""Documents for download: that they are what their names say, and hold nothing that runs or bursts when opened."""

import zipfile
from io import BytesIO

MIMES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
}
"""By ending."""

MAX_UNPACKED = 200_000_000
"""Bytes of all parts of a .docx together: twenty times what it may have as a file, as texts pack well."""
MAX_PARTS = 5_000

_STARTS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}
_TAIL = 2_048
"""Within so many bytes of its end a PDF says that it ends; programs that write behind that add little."""
_MACROS = "_VBA_PROJECT".encode("utf-16-le")


class DocumentError(ValueError):
    """A document that cannot be offered; the message is the rest of a sentence that begins with its name."""


def check(ending: str, content: bytes) -> None:
    """Raises ``DocumentError`` where ``content`` is not what ``ending`` says, is damaged, holds macros, or unpacks to
    more than anybody wants to open."""
    if ending not in MIMES:
        raise DocumentError("cannot be offered for download; use a PDF or Word file (.pdf, .docx, .doc)")
    if not content.startswith(_STARTS[ending]):
        raise DocumentError(f"is called .{ending}, but its content is something else; save it again as .{ending}")
    if ending == "pdf" and b"%%EOF" not in content[-_TAIL:]:
        raise DocumentError("is damaged: it breaks off before its end; save it again as .pdf")
    if ending == "doc" and _MACROS in content:
        raise DocumentError("holds macros, which many mail programs block; save it as .docx or PDF")
    if ending == "docx":
        _check_word(content)


def _check_word(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise DocumentError("is damaged: it cannot be read to its end; save it again as .docx") from None
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise DocumentError("is called .docx, but it is no Word file; save it again as .docx, or as PDF")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise DocumentError("holds macros, which many mail programs block; save it as .docx without them, or as PDF")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise DocumentError("unpacks to far more than it seems to hold; save it again in Word, or as PDF")
