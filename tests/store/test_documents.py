"""Documents for download: what they must be, and what they must not hold."""

import pytest

from newsletter.store import documents
from newsletter.store.documents import DocumentError, check
from tests.store.documents import OLD_WORD, PDF, word


@pytest.mark.parametrize(("ending", "content"), [("pdf", PDF), ("docx", word()), ("doc", OLD_WORD)])
def test_what_they_say_they_are(ending: str, content: bytes) -> None:
    check(ending, content)


@pytest.mark.parametrize("ending", ["pdf", "docx", "doc"])
@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a", b"\x7fELF", b"MZ", b" " + PDF], ids=repr)
def test_what_is_something_else(ending: str, content: bytes) -> None:
    with pytest.raises(DocumentError, match="its content is something else"):
        check(ending, content)


def test_a_document_under_the_name_of_another() -> None:
    with pytest.raises(DocumentError, match="its content is something else"):
        check("pdf", word())
    with pytest.raises(DocumentError, match="its content is something else"):
        check("docx", PDF)


@pytest.mark.parametrize("ending", ["exe", "html", "docm", "svg", "zip", ""])
def test_other_endings(ending: str) -> None:
    with pytest.raises(DocumentError, match="use a PDF or Word file"):
        check(ending, PDF)


def test_what_breaks_off() -> None:
    with pytest.raises(DocumentError, match="breaks off"):
        check("pdf", PDF[:-8] + bytes(3_000))
    with pytest.raises(DocumentError, match="is damaged"):
        check("docx", word()[:-10])


def test_an_archive_that_is_no_word_file() -> None:
    other = word().replace(b"word/document.xml", b"java/document.xml")
    with pytest.raises(DocumentError, match="it is no Word file"):
        check("docx", other)


def test_macros() -> None:
    with pytest.raises(DocumentError, match="macros"):
        check("docx", word(vbaProject_bin=b"x"))
    with pytest.raises(DocumentError, match="macros"):
        check("doc", OLD_WORD + "_VBA_PROJECT".encode("utf-16-le"))


def test_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = word(document2_xml=bytes(3_000_000))
    assert len(bomb) < 10_000
    check("docx", bomb)
    monkeypatch.setattr(documents, "MAX_UNPACKED", 2_999_999)
    with pytest.raises(DocumentError, match="unpacks to far more"):
        check("docx", bomb)


def test_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_PARTS", 2)
    check("docx", word())
    with pytest.raises(DocumentError, match="unpacks to far more"):
        check("docx", word(a_xml=b""))
