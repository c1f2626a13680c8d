"""A list, and a place for the file of an import."""

from pathlib import Path

import pytest

from subscribers.models import MailingList


@pytest.fixture
def upr() -> MailingList:
    return MailingList.objects.create(slug="upr", name="UPR")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readers.csv"
