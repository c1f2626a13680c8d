"""What all tests share: goldens, and the one flag that makes them anew."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("newsletter", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=400)
settings.load_profile("newsletter")

pytest_plugins = ["tests.canary"]
GOLDENS = Path(__file__).parent / "goldens"
LONG = ("tests/proof/", "tests/web/way/", "tests/web/test_screens.py", "tests/web/test_xss.py")
"""What takes longest for each of its tests, or to set up."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write what is rendered now as the goldens")


@pytest.hookimpl(trylast=True)  # what pytest-django puts in order stays so
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that at the end of the run no worker waits for another."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests measured stands at the end of the output: ``record_property("told", text)``."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for said in [text for name, text in report.user_properties if name == "told" and text]:
            terminalreporter.section(report.nodeid, sep="-")
            terminalreporter.write_line(str(said))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], str]:
    """``golden(name, now)``: what the golden of that name says; with --update-goldens it says ``now`` from then on."""

    def read(name: str, now: str) -> str:
        file = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(now.encode())
        assert file.exists(), f"there is no golden {name}; look at the output, then run pytest --update-goldens"
        return file.read_bytes().decode()

    return read


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Runs the tests of a module on both stores: ``pytestmark = [pytest.mark.usefixtures("store"), ...]``."""
    if request.param == "postgresql":
        from tests.postgres import django_on

        with django_db_blocker.unblock(), django_on("tests"), django_db_blocker.block():
            yield request.param
    else:
        yield request.param


@pytest.fixture(scope="session", autouse=True)
def _no_server_is_left() -> Iterator[None]:
    yield
    if "tests.postgres" in sys.modules:
        sys.modules["tests.postgres"].stop()
