"""The clock is compared with a time server on this machine."""

import socketserver
import struct
import threading
import time
from contextlib import contextmanager

import pytest

from newsletter.outside.time_server import offset


@contextmanager
def server(ahead: float, *, change=lambda answer: answer):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked, line = self.request
            now = time.time() + ahead + 2_208_988_800
            stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
            answer = b"\x24\x02\x06\xec" + b"\0" * 20 + asked[40:48] + stamp + stamp
            line.sendto(change(answer), self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
        yield made.server_address
        made.shutdown()


@pytest.mark.parametrize("ahead", [0.0, 90.0, -3_600.0, 86_400.0])
def test_how_far_the_clock_is_off(ahead):
    with server(ahead) as at:
        assert offset(at) == pytest.approx(-ahead, abs=0.5)


ODD = (
    lambda answer: answer[:40],
    lambda answer: b"",
    lambda answer: b"\x23" + answer[1:],
    lambda answer: answer[:1] + b"\0" + answer[2:],
    lambda answer: answer[:24] + b"x" * 8 + answer[32:],
)


@pytest.mark.parametrize("change", ODD)
def test_an_answer_that_is_none(change):
    with server(0.0, change=change) as at:
        assert offset(at) is None


def test_nobody_answers():
    assert offset(("127.0.0.1", 1)) is None
