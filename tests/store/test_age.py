"""Files that are locked with a passphrase."""

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.store import age
from newsletter.store.age import LockError, Reader, Writer

VECTOR = (
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCA4NDdQcXprNDdYMTBaOGNMVkRFMGx3IDE3ClZwcF"
    "hXRjg4dU9wMGk5czg3M3FNU2diQzNKZWU1bVQvZzZqUzJHeTVmdlkKLS0tIGU5ZkRmVkhVdldVdHJFTFJj"
    "bWVnd0NtUmQ1ZVFlWGM5RE0vUU9rMnNRK2MKaowcwbuyV++DnMRQWJBE9UofXj22F6HU/sANMFF6hRCq"
)
"""One byte, 0, under "correct horse"; age in Rust (pyrage 1.4.0) opens it, too."""


@pytest.fixture(autouse=True)
def _little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age, "_WORK", 4)


def lock(data: bytes, passphrase: str = "correct horse", piece: int = 7_000) -> bytes:
    file = io.BytesIO()
    with Writer(file, passphrase) as writer:
        for start in range(0, len(data), piece):
            writer.write(data[start : start + piece])
    return file.getvalue()


def unlock(locked: bytes, passphrase: str = "correct horse") -> bytes:
    return Reader(io.BytesIO(locked), passphrase).readall()


def test_reads_what_other_programs_read() -> None:
    assert unlock(base64.b64decode(VECTOR)) == b"\0"


@pytest.mark.parametrize("size", [0, 1, age.CHUNK - 1, age.CHUNK, age.CHUNK + 1, 3 * age.CHUNK])
def test_reads_what_it_wrote(size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    assert unlock(lock(data)) == data
    assert data[:50] not in lock(data) or size < 50


def test_nothing_is_locked_alike_twice() -> None:
    assert lock(b"x") != lock(b"x")


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(LockError, match="the passphrase is another one"):
        unlock(lock(b"x"), "correct horsf")


@settings(max_examples=200)
@given(st.data())
def test_whatever_is_changed_is_found_out(data: st.DataObject) -> None:
    locked = lock(bytes(age.CHUNK + 10))
    at = data.draw(st.integers(0, len(locked) - 1) | st.integers(0, 250))
    changed = bytearray(locked)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(LockError):
        unlock(bytes(changed))


@settings(max_examples=100)
@given(st.data())
def test_whatever_is_cut_off_is_found_out(data: st.DataObject) -> None:
    locked = lock(bytes(age.CHUNK + 10))
    cut = st.integers(0, len(locked) - 1) | st.sampled_from([len(locked) - 26, len(locked) - 27, age.CHUNK])
    with pytest.raises(LockError):
        unlock(locked[: data.draw(cut)])


def test_chunks_cannot_change_places() -> None:
    locked = lock(bytes(3 * age.CHUNK))
    start, size = len(locked) - 3 * (age.CHUNK + 16), age.CHUNK + 16
    first, second, rest = (
        locked[start : start + size],
        locked[start + size : start + 2 * size],
        locked[start + 2 * size :],
    )
    with pytest.raises(LockError):
        unlock(locked[:start] + second + first + rest)
    with pytest.raises(LockError):
        unlock(locked[: start + 2 * size])


@pytest.mark.parametrize("text", [b"", b"PK\3\4", b"age-encryption.org/v1\n-> X25519 abc\n", b"x" * 100_000])
def test_other_files_are_no_such_files(text: bytes) -> None:
    with pytest.raises(LockError, match="no file that was locked with a passphrase"):
        unlock(text)


def test_nobody_makes_this_machine_work_for_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = lock(b"x").replace(b" 4\n", b" 63\n", 1)
    with pytest.raises(LockError, match="more work"):
        unlock(locked)
