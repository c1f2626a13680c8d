"""Name servers of our own."""

from collections.abc import Iterator

import pytest

from newsletter.outside.names import Names
from tests.outside.visits import ZONE
from tests.stubs import dns_stub


@pytest.fixture(scope="module")
def names() -> Iterator[Names]:
    with dns_stub.serve(ZONE) as at:
        yield Names([at], seconds=0.5)
