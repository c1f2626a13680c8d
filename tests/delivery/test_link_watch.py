"""Links of mailed issues are looked at until all in them is over."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.checks import Fault, Visit
from newsletter.delivery import link_watch, reader_notices, watcher
from newsletter.delivery.link_watch import is_due, look, watched
from newsletter.models import Mailing, Notice
from newsletter.outside import kept
from newsletter.site import Site
from newsletter.store.revisions import import_issue
from tests.delivery.worlds import NOW, make_list, make_reader, make_revision, make_site
from tests.delivery.worlds import make_plan as plan_of

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.django_db]

ISSUE = """+++
title = "October 2020"
subject = "Watch the review"
timezone = "Europe/Zurich"
+++

Read [the plan](https://plan.example/x) and [ours](https://news.example.org/p).

## Over
```event
starts = 2020-10-27T10:00:00
watch_url = "https://over.example/live"
```

## To come
```event
starts = 2020-11-09T14:30:00
watch_url = "https://live.example/upr"
```
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "data").mkdir()
    return make_site(tmp_path)


def mailed(site: Site, folder: Path, slug: str = "october-2020", text: str = ISSUE) -> Mailing:
    from newsletter.delivery.mailing import freeze

    (folder / f"{slug}.md").write_text(text)
    revision = import_issue(site, folder / f"{slug}.md", author="ed", at=NOW - timedelta(hours=2)).revision
    mailing_list = make_list()
    if not mailing_list.subscriptions.exists():
        make_reader(1, mailing_list)
    plan = plan_of(revision, mailing_list)
    return freeze(plan, confirm_count=1, actor="ed", now=NOW, undo=timedelta())


class World:
    """Pages as they are at some time."""

    def __init__(self) -> None:
        self.pages: dict[str, Visit] = {}
        self.asked: list[str] = []

    def __call__(self, site: Site, urls: list[str]) -> dict[str, Visit]:
        self.asked += urls
        return {url: self.pages.get(url, Visit(NOW, status=200)) for url in urls}


def urls(site: Site, now: datetime = NOW, *slugs: str) -> list[str]:
    return [url for one in watched(site, slugs, now=now) for url in one.urls]


def test_what_is_over_is_not_looked_at(site: Site, tmp_path: Path):
    mailed(site, tmp_path)
    assert urls(site) == ["https://plan.example/x", "https://live.example/upr"]
    assert urls(site, datetime(2020, 10, 27, 8, tzinfo=UTC))[1] == "https://over.example/live"
    assert urls(site, datetime(2020, 11, 9, 13, 29, tzinfo=UTC)) == [
        "https://plan.example/x",
        "https://live.example/upr",
    ]
    assert urls(site, datetime(2020, 11, 9, 13, 31, tzinfo=UTC)) == []


def test_only_what_was_mailed(site: Site, tmp_path: Path):
    mailing = mailed(site, tmp_path)
    mailed(site, tmp_path, "plain", ISSUE.partition("## Over")[0])
    (tmp_path / "later.md").write_text(ISSUE)
    import_issue(site, tmp_path / "later.md", author="ed", at=NOW)
    assert [one.slug for one in watched(site, now=NOW)] == ["october-2020"]
    assert [one.slug for one in watched(site, ["october-2020"], now=NOW)] == ["october-2020"]
    assert watched(site, ["plain"], now=NOW) == []
    mailing.state = Mailing.State.CANCELLED
    mailing.save()
    assert watched(site, now=NOW) == []


def test_the_editor_is_told_once(site: Site, tmp_path: Path):
    mailed(site, tmp_path)
    world = World()
    assert look(site, watched(site, now=NOW), now=NOW, follow=world) == []
    assert Notice.objects.count() == 0
    world.pages["https://live.example/upr"] = Visit(NOW, status=404)
    for day in range(1, 4):
        now = NOW + timedelta(days=day)
        [found] = look(site, watched(site, now=now), now=now, follow=world)
        assert (found.slug, found.url, found.new) == ("october-2020", "https://live.example/upr", day == 1)
        assert "not there (404)" in found.said
    [notice] = Notice.objects.all()
    assert notice.values["subject"] == "October 2020: a link broke"
    assert "https://live.example/upr\n  leads to a page that is not there (404)" in notice.values["text"]
    assert reader_notices.send_waiting(site, now=lambda: NOW + timedelta(days=4)) == 1
    [mail] = (site.notices / "new").iterdir()
    assert b"a link broke" in mail.read_bytes()


def test_it_is_told_again_once_it_worked_meanwhile(site: Site, tmp_path: Path):
    mailed(site, tmp_path)
    world = World()
    for day, status in enumerate([404, 200, 410]):
        now = NOW + timedelta(days=day)
        world.pages["https://live.example/upr"] = Visit(now, status=status)
        look(site, watched(site, now=now), now=now, follow=world)
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("visit", [Visit(NOW, status=503), Visit(NOW, fault=Fault.TIME), Visit(NOW, fault=Fault.NAMES)])
def test_what_could_not_be_reached_is_told_at_the_second_look(site: Site, tmp_path: Path, visit: Visit):
    mailed(site, tmp_path)
    world = World()
    world.pages["https://live.example/upr"] = visit
    told = []
    for hours in (0, 0.5, 24, 48):
        now = NOW + timedelta(hours=hours)
        told.append([one.new for one in look(site, watched(site, now=now), now=now, follow=world)])
    assert told == [[], [], [True], [False]]
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("visit", [
    Visit(NOW, status=403), Visit(NOW, status=200, title="Page not found"), Visit(NOW, status=200, hops=("https://b.example/",)),
    Visit(NOW, status=200, seconds=9.0), Visit(NOW, status=200, expires=NOW),
])  # fmt: skip
def test_what_may_be_well_is_not_told(site: Site, tmp_path: Path, visit: Visit):
    mailed(site, tmp_path)
    world = World()
    world.pages["https://live.example/upr"] = visit
    for day in range(3):
        assert look(site, watched(site, now=NOW), now=NOW + timedelta(days=day), follow=world) == []
    assert Notice.objects.count() == 0


def test_several_links_are_told_in_one_mail_and_a_link_of_two_issues_in_two(site: Site, tmp_path: Path):
    mailed(site, tmp_path)
    mailed(site, tmp_path, "second")
    world = World()
    for url in ("https://live.example/upr", "https://plan.example/x"):
        world.pages[url] = Visit(NOW, fault=Fault.NAME)
    assert len(look(site, watched(site, now=NOW), now=NOW, follow=world)) == 4
    assert len(world.asked) == 2
    assert [one.values["subject"] for one in Notice.objects.all()] == ["October 2020: 2 links broke"] * 2


def test_what_was_found_is_known_to_the_checks(site: Site, tmp_path: Path):
    mailed(site, tmp_path)
    look(site, watched(site, now=NOW), now=NOW, follow=World())
    assert len(kept.known(site, NOW)) == 2


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": 1}', '{"a": {"since": 1}}'])
def test_a_memory_that_is_damaged_is_none(site: Site, tmp_path: Path, content: str):
    mailed(site, tmp_path)
    (site.data / link_watch.FILE).write_text(content)
    world = World()
    world.pages["https://live.example/upr"] = Visit(NOW, status=404)
    assert [one.new for one in look(site, watched(site, now=NOW), now=NOW, follow=world)] == [True]


def test_an_issue_of_another_version_harms_no_other(site: Site, tmp_path: Path):
    from newsletter.delivery.mailing import freeze

    make_reader(1, make_list())
    freeze(plan_of(make_revision("odd"), make_list()), confirm_count=1, actor="ed", now=NOW, undo=timedelta())
    mailed(site, tmp_path)
    assert [one.slug for one in watched(site, now=NOW)] == ["october-2020"]


def test_a_day_is_over(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mailed(site, tmp_path)
    monkeypatch.setattr(watcher, "store_now", lambda: NOW)
    world = World()
    assert is_due(site, now=NOW)
    assert watcher.look_if_due(site, follow=world) == 0
    os.utime(site.data / link_watch.FILE, (NOW.timestamp(),) * 2)
    assert not is_due(site, now=NOW + timedelta(hours=23))
    watcher.look_if_due(site, follow=world)
    assert len(world.asked) == 2
    monkeypatch.setattr(watcher, "store_now", lambda: NOW + timedelta(days=1))
    watcher.look_if_due(site, follow=world)
    assert len(world.asked) == 4


def test_the_thread_asks_nothing_at_its_start(site: Site):
    made = watcher.Watcher(site)
    made.start()
    made.stop()
    assert not made._thread.is_alive()
    assert not (site.data / link_watch.FILE).exists()
