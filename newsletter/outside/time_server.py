"""Asks a time server how far this machine's clock is off (SNTP, RFC 5905, section 14)."""

import socket
import struct
import time

SERVER = ("pool.ntp.org", 123)
SECONDS = 3.0
_SINCE_1900 = 2_208_988_800
"""Seconds from the beginning of 1900 to that of 1970."""


def offset(server: tuple[str, int] = SERVER) -> float | None:
    """Seconds that this machine's clock is ahead (or, below zero, behind); ``None`` where nobody says."""
    ask = b"\x23" + 39 * b"\0" + struct.pack("!Q", 0x1234_5678_9ABC_DEF0)  # version 4, from a client; any mark
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(SECONDS)
            line.connect(server)
            sent = time.time()
            line.send(ask)
            answer = line.recv(512)
            came = time.time()
    except OSError:
        return None
    if len(answer) < 48 or answer[0] & 7 != 4 or not 0 < answer[1] < 16 or answer[24:32] != ask[40:48]:
        return None
    received, answered = (seconds + fraction / 2**32 - _SINCE_1900 for seconds, fraction in _stamps(answer))
    return ((sent - received) + (came - answered)) / 2


def _stamps(answer: bytes) -> tuple[tuple[int, int], tuple[int, int]]:
    numbers = struct.unpack("!IIII", answer[32:48])
    return (numbers[0], numbers[1]), (numbers[2], numbers[3])
