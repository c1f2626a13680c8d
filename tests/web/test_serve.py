"""The server as a process: what it says, whom it listens to, how it stops."""

import http.client
import re
import signal
import socket
import stat
import subprocess

import pytest

from newsletter.new_site import create_site
from tests import tables
from tests.web.server import COMMAND, serving

TOKEN = "abcdefghijklmnopqrstuv"


@pytest.fixture
def root(tmp_path):
    create_site(tmp_path / "site", {"site.name": "Example Network", "site.base_url": "https://news.example.org"})
    tables.lay(tmp_path / "site")
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


def test_in_a_folder_of_something_else(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for named in ([], ["--site", tmp_path]):
        ran = subprocess.run(
            [*COMMAND, *named, "serve"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
        )
        assert ran.returncode == 2
        assert "newsletter init" in ran.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("where", ["here", "named and empty", "named and not there yet"])
def test_an_empty_folder_becomes_a_site_with_a_code_to_set_it_up(tmp_path, where):
    root = tmp_path / "new"
    if where != "named and not there yet":
        root.mkdir()
    with subprocess.Popen(
        [*COMMAND, *([] if where == "here" else ["--site", root]), "serve", "--port", "0"],
        cwd=root if where == "here" else tmp_path,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    ) as process:
        said = ""
        while "one-time code" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        port = int(re.search(r"^ +http://127\.0\.0\.1:(\d+)/setup/$", said, re.MULTILINE)[1])
        code = re.search(r"one-time code: (\w{4}-\w{4})$", said, re.MULTILINE)[1]
        kept = root / "data" / "setup-code"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert code not in kept.read_text() and code.replace("-", "") not in kept.read_text()
        status, page = ask(port, "GET", "/setup/")
        assert status == 200 and b"One-time code" in page and code.encode() not in page
        process.terminate()  # where the tests run in the background, an interrupt is ignored by all below
        process.wait(timeout=60)
    assert not kept.exists()
    assert (root / "newsletter.toml").is_file()


def test_a_site_with_people_shows_no_code(root):
    subprocess.run(
        [*COMMAND, "--site", root, "person", "add", "ana@example.org", "--role", "administrator"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    with serving(root) as served:
        assert ask(served.port, "GET", "/setup/")[0] == 302
        _, said = served.stop(signal.SIGTERM)
    assert "one-time code" not in said
    assert not (root / "data" / "setup-code").exists()
