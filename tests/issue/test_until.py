"""Until when an issue is still to come."""

from datetime import UTC, date, datetime

import pytest

from newsletter.issue.model import Issue
from newsletter.issue.until import item_until, until
from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Engage, Share
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.text import Text

SHARE = Share(do="share", label="Share it", networks=("x",), text="Watch it.")


def event(**more):
    return Event(**{"id": "e", "title": "E", "starts": datetime(2020, 11, 9, 14, 30), **more})


@pytest.mark.parametrize(
    ("item", "end"),
    [
        (Text(id="t", title="T", body="On November 9."), None),
        (event(), datetime(2020, 11, 9, 13, 30, tzinfo=UTC)),
        (event(ends=datetime(2020, 11, 9, 18, 0)), datetime(2020, 11, 9, 17, 0, tzinfo=UTC)),
        (event(zone="America/New_York"), datetime(2020, 11, 9, 19, 30, tzinfo=UTC)),
        (event(starts=date(2020, 11, 17)), datetime(2020, 11, 17, 23, tzinfo=UTC)),
        (Debrief(id="d", title="D", starts=date(2020, 9, 1)), datetime(2020, 9, 1, 22, tzinfo=UTC)),
        (
            Debrief(id="d", title="D", starts=date(2020, 9, 1), details="to follow", due=date(2020, 11, 13)),
            datetime(2020, 11, 13, 23, tzinfo=UTC),
        ),
        (Engage(id="g", title="G", actions=(SHARE,)), None),
        (
            Engage(id="g", title="G", actions=(SHARE,), deadline=date(2020, 10, 25)),
            datetime(2020, 10, 25, 23, tzinfo=UTC),
        ),
        (
            Engage(
                id="g",
                title="G",
                deadline=date(2020, 11, 1),
                actions=(SHARE.model_copy(update={"deadline": date(2020, 11, 8)}),),
            ),
            datetime(2020, 11, 8, 23, tzinfo=UTC),
        ),
    ],
)
def test_an_item_lasts_until_its_last_moment_is_over(item, end):
    assert item_until(item, "Europe/Zurich") == end


def test_an_issue_lasts_until_its_last_item_is_over():
    issue = Issue(
        slug="x", title="X", subject="X", timezone="Europe/Zurich",
        items=(event(), event(id="f", starts=date(2020, 12, 1)), Text(id="t", title="T", body="x")),
    )  # fmt: skip
    assert until(issue) == datetime(2020, 12, 1, 23, tzinfo=UTC)
    assert until(issue.model_copy(update={"items": ()})) is None
