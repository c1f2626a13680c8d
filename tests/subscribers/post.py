"""What is handed to the port of notices, instead of being mailed."""

import pytest

from subscribers import ports
from subscribers.ports import Notice


@pytest.fixture(name="mailed")
def post(monkeypatch: pytest.MonkeyPatch) -> list[Notice]:
    """The notices of this test, in order."""
    sent: list[Notice] = []
    monkeypatch.setattr(ports, "_connected", [sent.append])
    return sent
