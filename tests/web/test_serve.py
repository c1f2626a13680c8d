"""The server as a process: what it says, whom it listens to, how it stops."""

import http.client
import signal
import socket
import subprocess

import pytest

from newsletter.new_site import create_site
from tests.web.server import COMMAND, serving

TOKEN = "abcdefghijklmnopqrstuv"


@pytest.fixture
def root(tmp_path):
    create_site(tmp_path / "site", {"site.name": "Example Network", "site.base_url": "https://news.example.org"})
    return tmp_path / "site"


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_stops_cleanly(root, number):
    with serving(root) as served:
        assert ask(served.port, "GET", "/")[0] == 302
        assert ask(served.port, "GET", "/", Host="news.example.org")[0] == 302
        assert ask(served.port, "GET", f"/u/{TOKEN}", Host="news.example.org")[0] == 200
        assert ask(served.port, "HEAD", f"/u/{TOKEN}", Host="news.example.org") == (200, b"")
        one_click = {"Host": "news.example.org", "Content_Type": "application/x-www-form-urlencoded"}
        assert ask(served.port, "POST", f"/u/{TOKEN}", b"List-Unsubscribe=One-Click", **one_click)[0] == 200
        assert ask(served.port, "GET", f"/u/{TOKEN}x", Host="news.example.org")[0] == 404
        assert ask(served.port, "GET", "/", Host="evil.example.org")[0] == 400
        code, said = served.stop(number)
    assert code == 0
    assert "Traceback" not in said
    assert TOKEN not in said


def test_a_large_body_is_refused(root):
    with serving(root) as served:
        status, _ = ask(served.port, "POST", f"/u/{TOKEN}", b"x" * 200_000, Host="news.example.org")
    assert status == 413


def test_a_port_that_is_taken(root):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = subprocess.run(
            [*COMMAND, "--site", root, "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert ran.returncode == 1
    assert f"port {port} cannot be opened" in ran.stderr
    assert "--port" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_a_site(tmp_path):
    ran = subprocess.run([*COMMAND, "serve"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 2
    assert "newsletter init DIR" in ran.stderr
