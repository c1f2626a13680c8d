"""A site for tests of delivery."""

from pathlib import Path

import pytest

from newsletter.site import Site
from tests.delivery.worlds import make_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "data").mkdir()
    return make_site(tmp_path)
