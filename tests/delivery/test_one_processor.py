"""A sender's threads stay together."""

import os
from threading import Thread

import pytest

from newsletter.delivery.engine import send_mailing
from newsletter.delivery.one_processor import on_one_processor
from newsletter.site import Site
from tests.delivery.worlds import make_mailing

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux says where a thread may run")


def test_this_thread_and_those_it_starts_stay_on_one_processor_until_the_end() -> None:
    before, seen = os.sched_getaffinity(0), []
    with on_one_processor():
        within = os.sched_getaffinity(0)
        thread = Thread(target=lambda: seen.append(os.sched_getaffinity(0)))
        thread.start()
        thread.join()
    assert len(within) == 1 and within <= before
    assert seen == [within]
    assert os.sched_getaffinity(0) == before


def test_a_sender_that_fails_lets_go_too() -> None:
    before = os.sched_getaffinity(0)
    with pytest.raises(ValueError, match="x"), on_one_processor():
        raise ValueError("x")
    assert os.sched_getaffinity(0) == before


def test_a_system_that_does_not_do_that_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.sched_getaffinity(0)

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refused)
    with on_one_processor():
        assert os.sched_getaffinity(0) == before
    monkeypatch.delattr(os, "sched_getaffinity")
    with on_one_processor():
        pass


@pytest.mark.django_db
def test_a_mailing_is_sent_from_one(site: Site) -> None:
    seen = set[int]()
    send_mailing(site, make_mailing(3), progress=lambda _: seen.add(len(os.sched_getaffinity(0))))
    assert seen == {1}
