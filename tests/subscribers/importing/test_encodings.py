"""In which encoding a file is, and how sure that is."""

from pathlib import Path

import pytest

from subscribers.importing.encodings import find_encoding
from subscribers.importing.errors import FileError
from subscribers.models import ImportRow, MailingList, Subscriber
from tests.subscribers.importing.lists import take, take_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readers.csv"


def file(names: str) -> str:
    rows = (f"reader{number}@example.org,{name}\r\n" for number, name in enumerate(names.split()))
    return "email,name\r\n" + "".join(rows)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("ascii", "utf-8-sig"),
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
    ],
)
def test_what_is_known_is_not_told(path: Path, encoding: str, found: str) -> None:
    path.write_bytes(file("Anna" if encoding == "ascii" else "Müller Żółć Иван").encode(encoding))
    assert find_encoding(path).name == found
    assert find_encoding(path).told == ""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(path: Path, encoding: str) -> None:
    path.write_bytes(file("Müller Żółć").encode(encoding))
    assert find_encoding(path).name == encoding
    assert "no byte order mark" in find_encoding(path).told


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", "Müller José Anaïs Straße"),
        ("cp1252", "Müller"),
        ("cp1250", "Łukasz Wójcik Žižek Škoda"),
        ("cp1251", "Иван Ольга Наталья"),
        ("cp1253", "Γιώργος Μαρία"),
        ("cp1256", "محمد فاطمة"),
        ("mac_roman", "Müller José"),
        ("cp850", "Müller José"),
        ("koi8_r", "Иван Ольга Наталья"),
        ("shift_jis", "田中 山田太郎 鈴木"),
        ("gb18030", "王伟 李娜 张敏 刘洋 陈静 赵国强"),
        ("big5", "王偉 陳怡君"),
        ("euc_kr", "김민준 이서연"),
    ],
)
def test_a_guess_is_told_with_the_words_it_rests_on(path: Path, encoding: str, names: str) -> None:
    path.write_bytes(file(names).encode(encoding))
    found = find_encoding(path)
    assert found.name == encoding
    assert "a guess, by words such as" in found.told
    assert names.split(maxsplit=1)[0] in found.told
    assert "--encoding" in found.told


def test_some_bad_bytes_make_no_other_encoding(path: Path) -> None:
    path.write_bytes(file("Müller Żółć Иван").encode() + b"x@example.org,M\xfcller\r\n")
    found = find_encoding(path)
    assert found.name == "utf-8-sig"
    assert "but for some bytes" in found.told


def test_one_odd_word_far_down_is_found(path: Path) -> None:
    path.write_bytes(
        b"email,name\n" + b"a@example.org,Anna\n" * 200_000 + "z@example.org,Zoë Müller\n".encode("cp1252")
    )
    assert find_encoding(path).name == "cp1252"


def test_a_name_of_an_encoding(path: Path) -> None:
    path.write_bytes(b"email\n")
    assert find_encoding(path, "UTF8").name == "utf-8-sig"
    assert find_encoding(path, "Windows-1252").name == "cp1252"
    assert find_encoding(path, "latin1").name == "iso8859-1"
    for wrong in ("cp1253x", "base64", "rot13", "hex", "\x00"):
        with pytest.raises(FileError, match="there is no encoding"):
            find_encoding(path, wrong)
    with pytest.raises(FileError, match=r"did you mean 'mac_roman'\?"):
        find_encoding(path, "mac-romann")


@pytest.mark.django_db
def test_a_guess_may_be_overruled(path: Path, upr: MailingList) -> None:
    path.write_bytes(file("Ayşe Oğuz").encode("cp1254"))
    assert "Ayþe" in str(take_file(path, upr, dry_run=True).remarks)
    take_file(path, upr, encoding="cp1254")
    assert set(Subscriber.objects.values_list("name", flat=True)) == {"Ayşe", "Oğuz"}


@pytest.mark.django_db
def test_names_that_were_garbled_before_are_told_of(path: Path, upr: MailingList) -> None:
    garbled = "Müller".encode().decode("cp1252")
    report = take(path, upr, f"email,name\na@example.org,{garbled}\nb@example.org,Müller\nc@example.org,Ñandú “x”\n")
    assert [(problem.line, problem.verdict) for problem in report.problems] == [(2, "noted")]
    assert "garbled" in report.problems[0].reason
    assert garbled not in ImportRow.objects.get().reason
