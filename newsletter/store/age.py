"""Files locked with a passphrase, in the format of age (https://c2sp.org/age, version 1): ``age -d`` reads them, too.

Written and read as a stream; nothing is held in memory but one chunk. What was changed, cut off or swapped is found out
before it is given on.
"""

import base64
import binascii
import hashlib
import hmac
import io
import re
import secrets
import struct
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 64 * 1024
_TAG = 16
_VERSION = b"age-encryption.org/v1\n"
_LABEL = b"age-encryption.org/v1/scrypt"
_WORK = 17
"""Two to the power of it: how often scrypt goes round. A guess costs 128 MiB and a third of a second."""
_MOST_WORK = 20
_HEADER = re.compile(rb"age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n---")


class LockError(Exception):
    """It is no such file, the passphrase is another, or it was damaged; the message says which."""


class Writer(io.RawIOBase):
    """Takes plain bytes and writes them locked into ``file``. ``close`` ends it; what was not closed cannot be read."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        key, salt, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
        wrapped = ChaCha20Poly1305(_stretched(passphrase, salt, _WORK)).encrypt(bytes(12), key, None)
        header = b"%s-> scrypt %s %d\n%s\n---" % (_VERSION, _encoded(salt), _WORK, _encoded(wrapped))
        file.write(b"%s %s\n%s" % (header, _encoded(_mac(key, header)), nonce))
        self._file = file
        self._stream = _Stream(key, nonce)
        self._waiting = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Take ``data``, all of it."""
        taken = memoryview(data).cast("B")
        self._waiting += taken
        while len(self._waiting) > CHUNK:  # the last chunk is marked, so it waits for the end
            self._file.write(self._stream.lock(bytes(self._waiting[:CHUNK]), last=False))
            del self._waiting[:CHUNK]
        return len(taken)

    def close(self) -> None:
        """Write the end. ``file`` stays open."""
        if not self.closed:
            self._file.write(self._stream.lock(bytes(self._waiting), last=True))
            super().close()


class Reader(io.RawIOBase):
    """Gives the plain bytes of a locked ``file``. Raises ``LockError``, here and from ``read``."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        lines = [file.readline(100) for _ in range(4)]
        header = b"".join(lines[:3]) + lines[3][:3]
        found = _HEADER.fullmatch(header)
        if not found:
            raise LockError("it is no file that was locked with a passphrase (https://age-encryption.org)")
        work = int(found[2])
        if work > _MOST_WORK:
            raise LockError(f"it was locked with more work ({work}) than this machine is asked to do ({_MOST_WORK})")
        try:
            stretched = _stretched(passphrase, _decoded(found[1]), work)
            key = ChaCha20Poly1305(stretched).decrypt(bytes(12), _decoded(found[3]), None)
        except InvalidTag:
            raise LockError("the passphrase is another one") from None
        if not hmac.compare_digest(lines[3][3:], b" %s\n" % _encoded(_mac(key, header))):
            raise LockError("it was changed or damaged: its header does not fit")
        nonce = file.read(16)
        if len(nonce) < 16:
            raise LockError("it is cut off")
        self._file = file
        self._stream = _Stream(key, nonce)
        self._next = file.read(CHUNK + _TAG)
        self._plain = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` as far as the next chunk goes; 0 at the end."""
        if not self._plain and not self._ended:
            locked, self._next = self._next, self._file.read(CHUNK + _TAG)
            self._ended = not self._next
            try:
                self._plain = memoryview(self._stream.unlock(locked, last=self._ended))
            except InvalidTag:
                raise LockError("it was changed, damaged or cut off") from None
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size


class _Stream:
    """Chunk after chunk, each under the number of its place; the last one is marked."""

    def __init__(self, key: bytes, nonce: bytes) -> None:
        self._cipher = ChaCha20Poly1305(HKDF(SHA256(), 32, nonce, b"payload").derive(key))
        self._place = 0

    def lock(self, plain: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), plain, None)

    def unlock(self, locked: bytes, *, last: bool) -> bytes:
        if len(locked) < _TAG or (len(locked) == _TAG and self._place):
            raise InvalidTag
        return self._cipher.decrypt(self._nonce(last), locked, None)

    def _nonce(self, last: bool) -> bytes:
        self._place += 1
        return struct.pack(">3xQB", self._place - 1, last)


def _stretched(passphrase: str, salt: bytes, work: int) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(), salt=_LABEL + salt, n=1 << work, r=8, p=1, maxmem=(1 << work) * 1024 + (1 << 21), dklen=32
    )


def _mac(key: bytes, header: bytes) -> bytes:
    return hmac.digest(HKDF(SHA256(), 32, b"", b"header").derive(key), header, "sha256")


def _encoded(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise LockError("it was changed or damaged: its header does not fit") from None
