"""What all tests share: goldens, and the one flag that makes them anew."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("newsletter", deadline=None)
settings.load_profile("newsletter")

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write what is rendered now as the goldens")


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
