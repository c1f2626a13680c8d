"""The audit: page by page, filtered, as a file."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.models import Audit
from newsletter.reports import audit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture
def rosa(signed_in):
    return signed_in("administrator", name="Rosa")


class TestAudit:
    @pytest.fixture
    def rows(self, db):
        for number in range(120):
            Audit.objects.create(
                actor="Ana" if number % 2 else "=Ben",
                action="paused" if number % 3 else "resumed",
                object=f"mailing {number}",
                at=NOW - timedelta(days=120 - number),
                detail={"<k>": "<script>", "list": ["a", "b"]},
            )

    def test_it_is_shown_page_by_page(self, rosa, rows):
        first = rosa.get("/audit/").content.decode()
        assert "mailing 119" in first and "mailing 69" not in first
        assert "<script>" not in first.split("</head>")[1] and "&lt;script&gt;" in first
        following = first.split("before=")[1].split('"')[0]
        second = rosa.get(f"/audit/?before={following}").content.decode()
        assert "mailing 69" in second and "mailing 70<" not in second
        seen, before = [], 0
        while True:
            page, before = audit.page(audit.Wanted(), before)
            seen += [row.object for row in page]
            if not before:
                break
        assert seen == [f"mailing {number}" for number in reversed(range(120))]

    def test_it_is_filtered_by_person_action_object_and_day(self, rosa, rows):
        def found(**wanted):
            return [row.object for row in audit.Wanted(**wanted).rows()]

        assert len(found(actor="Ana")) == 60
        assert len(found(action="resumed")) == 40
        assert found(object="MAILING 119") == ["mailing 119"]
        day = (NOW - timedelta(days=1)).date()
        assert found(first=day, last=day) == ["mailing 119"]
        assert found(first=day + timedelta(days=1)) == []
        page = rosa.get("/audit/", {"actor": "Ana", "object": "mailing 119", "first": "2026-11-08"}).content.decode()
        assert "mailing 119" in page and "mailing 117" not in page
        assert "Write a day as" in rosa.get("/audit/?first=nonsense").content.decode()
        assert rosa.get("/audit/?first=9999-12-31&last=0001-01-01&before=x").status_code == 200
        assert "Nothing fits" in rosa.get("/audit/?object=nothing").content.decode()

    def test_days_are_those_of_the_site(self, db):
        Audit.objects.create(actor="A", action="x", object="y", at=datetime(2026, 11, 8, 23, 30, tzinfo=UTC))
        day = datetime(2026, 11, 9).date()
        assert audit.Wanted(first=day, last=day, zone="Europe/Zurich").rows().count() == 1
        assert audit.Wanted(first=day, last=day, zone="UTC").rows().count() == 0

    def test_it_is_taken_away_as_csv(self, rosa, rows):
        answer = rosa.get("/audit/audit.csv?actor=%3DBen")
        table = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
        assert table[0] == ["at", "actor", "action", "object", "detail"]
        assert len(table) == 61 and {row[1] for row in table[1:]} == {"'=Ben"}
        assert "attachment" in answer.headers["Content-Disposition"]
