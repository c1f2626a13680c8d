"""Several links are followed at once."""

import time

from newsletter.checks import Fault
from tests.outside.visits import PAGE, SHELL, visitor
from tests.stubs import web_stub
from tests.stubs.web_stub import said


def test_for_pages_of_one_folder_it_is_tried_once(names):
    with web_stub.serve({}, other=said(SHELL)) as server:
        asked = [f"http://good.test:{server.port}/a/{number}" for number in range(5)]
        found = visitor(names).visit_all(asked)
        assert all(one.alike for one in found.values())
        assert len(server.seen) == 6


def test_a_host_gets_one_question_at_a_time_and_hosts_are_asked_side_by_side(names):
    asked_now: list[str] = []
    at_once: list[int] = []

    def slowly(request):
        asked_now.append(request.path)
        at_once.append(len(asked_now))
        time.sleep(0.15)
        asked_now.remove(request.path)  # before the answer: whoever has that may ask on
        request.page(PAGE)

    hosts = ("good", "other", "a", "b")
    with web_stub.serve({}, other=slowly) as one:
        visitor(names, seconds=5.0).visit_all([f"http://good.test:{one.port}/{number}.html" for number in range(3)])
        assert len(at_once) >= 3 and set(at_once) == {1}
    with web_stub.serve({}, other=slowly) as many:
        told: list[str] = []
        asked = [f"http://{host}.test:{many.port}/" for host in hosts]
        found = visitor(names, seconds=5.0).visit_all(asked, told=told.append)
        assert max(at_once) > 1
        assert sorted(told) == sorted(found) == sorted(asked)


def test_odd_addresses_harm_nobody(names):
    odd = [
        "http://",
        "https:///x",
        "http://good.test:0/",
        "http://[::1",
        "http://good.test:port/",
        "http://a b/",
        "http://\u0000/",
    ]
    found = visitor(names).visit_all(odd)
    assert {one.fault for one in found.values()} <= {Fault.ADDRESS, Fault.NAME, Fault.REACH}
    assert len(found) == len(odd)
