"""Watches the whole run: no reader's address in any line of a log, nor in any URL that is asked for.

Every made-up reader lives at example.org, example.com or example.net, so that an address is known when it is seen. The
sender's own stands in the settings and may be told.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started

from newsletter.delivery import journal

ADDRESS = re.compile(
    r"(?<![\w.+'-])(?!news(?:letter)?@)[\w.+'-]+(?:@|%40)(?:[\w-]+\.)*example\.(?:org|com|net)", re.IGNORECASE
)
LOGGERS = (
    "newsletter",
    "subscribers",
    "django",
    "procrastinate",
    "waitress",
    "anymail",
    "sendgrid",
    "python_http_client",
)
"""Those of a site. Servers that only tests start may write what they like."""
_found: list[str] = []


class _Watch(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        look("log", self.format(record))


def look(where: str, text: str) -> None:
    """Remember ``text`` if there is an address in it."""
    if ADDRESS.search(text):
        _found.append(f"{where}: {text[:500]}")


def look_at_process(stderr: str, *, whole: bool = False) -> None:
    """Remember what a process of ours logged with an address in it. What a command says to who typed an address may
    name it: there only lines of the log count, unless ``whole``."""
    for line in stderr.splitlines():
        if whole or line.startswith("{"):
            look("process", line)


def _asked(environ: Any = None, **_: Any) -> None:
    if environ:  # not by a live server's own signal
        look("URL", f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}")


@pytest.fixture(scope="session", autouse=True)
def _watch() -> Iterator[None]:
    handler = _Watch()
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    written = journal.write

    def watched(line: str) -> None:
        look("log", line)
        written(line)

    journal.write = watched
    request_started.connect(_asked)
    yield
    request_started.disconnect(_asked)
    journal.write = written


@pytest.fixture(autouse=True)
def _no_address_is_told() -> Iterator[None]:
    _found.clear()
    yield
    if _found:
        pytest.fail("an address was told:\n" + "\n".join(_found))
