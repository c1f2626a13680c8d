"""Links are followed: against servers on this machine, never the outside."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.checks import Fault
from newsletter.outside.names import Names
from tests.outside.visits import PAGE, SHELL, ZONE, follow, visitor
from tests.stubs import web_stub
from tests.stubs.web_stub import certified, drip, drip_head, huge, said, silent, to


def test_a_page_that_is_there(names):
    found = follow(names, {"/x": said(PAGE)})
    assert (found.status, found.fault, found.title, found.hops, found.alike) == (200, None, "The & report", (), False)
    assert found.seconds < 1


@pytest.mark.parametrize("status", [400, 403, 404, 410, 418, 500, 503])
def test_what_a_server_answers_is_told(names, status):
    assert follow(names, {"/x": said("x", status)}).status == status


def test_redirects_are_followed_and_shown(names):
    found = follow(names, {"/x": to("/y", 301), "/y": to("z?a=1#end", 307), "/z": said(PAGE)})
    assert found.status == 200
    assert [hop.partition("test")[2].partition("/")[2] for hop in found.hops] == ["y", "z?a=1#end"]


def test_five_redirects_are_followed_and_no_more(names):
    routes = {f"/{number}": to(f"/{number + 1}") for number in range(9)}
    assert follow(names, {**routes, "/5": said(PAGE)}, "/0").status == 200
    six = follow(names, {**routes, "/6": said(PAGE)}, "/0")
    assert six.fault is Fault.LOOP
    assert len(six.hops) == 6


@pytest.mark.parametrize("routes", [{"/x": to("/x")}, {"/x": to("/y"), "/y": to("/x")}, {"/x": to("/x#there")}])
def test_a_circle_is_seen(names, routes):
    assert follow(names, routes).fault is Fault.LOOP


@pytest.mark.parametrize(
    "there", ["ftp://good.test/x", "javascript:alert(1)", "file:///etc/passwd", "http://[", "http://good.test:99999/"]
)
def test_a_redirect_to_what_is_no_web_address(names, there):
    assert follow(names, {"/x": to(there)}).fault is Fault.ADDRESS


@pytest.mark.parametrize("there", [
    "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[::1]:8080/x", "http://127.0.0.2/",
    "http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/", "http://[fd00:ec2::254]/", "http://metadata.test/",
    "http://private.test/", "http://six.test/", "http://mapped.test/", "//169.254.169.254/",
])  # fmt: skip
def test_a_redirect_into_a_private_network_is_refused(names, there):
    found = follow(names, {"/x": to(there)})
    assert found.fault is Fault.PRIVATE
    assert len(found.hops) == 1


@pytest.mark.parametrize(
    "host", ["private.test", "metadata.test", "six.test", "mapped.test", "mixed.test", "127.0.0.2", "[::1]"]
)
def test_a_private_address_is_refused(names, host):
    with web_stub.serve({}, other=said(PAGE)) as server:
        assert visitor(names).visit(f"http://{host}:{server.port}/").fault is Fault.PRIVATE
        assert server.seen == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_numbers_that_are_read_as_addresses_elsewhere_are_names_here(names, host):
    with web_stub.serve({}, other=said(PAGE)) as server:
        assert visitor(names).visit(f"http://{host}:{server.port}/").fault in {Fault.NAME, Fault.PRIVATE}
        assert server.seen == []


def test_without_the_setting_this_machine_is_not_asked(names):
    with web_stub.serve({}, other=said(PAGE)) as server:
        found = visitor(names, allowed=()).visit(f"http://good.test:{server.port}/x")
        assert found.fault is Fault.PRIVATE
        assert server.seen == []


def test_a_name_that_leads_elsewhere_a_moment_later(names):
    """It is looked up once for each question, and the connection goes to what was judged."""
    fresh = Names(names._at, seconds=0.5)
    with web_stub.serve({"/x": to("/y"), "/y": said(PAGE)}) as server:
        fresh._resolver.cache = None  # as if the time to live were over at once
        found = visitor(fresh).visit(f"http://rebinding.test:{server.port}/x")
        assert found.fault is Fault.PRIVATE
        assert found.said == "127.0.0.2"
        assert [seen.path for seen in server.seen] == ["/x"]
    assert [name for name, kind in ZONE.asked if name == "rebinding.test" and kind == "A"] == ["rebinding.test"] * 2


@pytest.mark.parametrize(
    ("host", "fault"), [("nowhere.test", Fault.NAME), ("fails.test", Fault.NAMES), ("silent.test", Fault.NAMES)]
)
def test_a_host_that_name_servers_do_not_tell(names, host, fault):
    assert visitor(names).visit(f"http://{host}/").fault is fault


def test_a_host_in_other_letters(names):
    assert follow(names, {"/x": said(PAGE)}, host="bücher.test").status == 200


def test_nothing_listens(names):
    found = visitor(names).visit("http://good.test:1/")
    assert (found.fault, found.said) == (Fault.REACH, "nothing listens there")


@pytest.mark.parametrize("route", [drip_head, silent])
def test_a_server_that_takes_too_long(names, route):
    begun = time.monotonic()
    assert follow(names, {"/x": route}, seconds=0.4).fault is Fault.TIME
    assert time.monotonic() - begun < 2.5


def test_a_page_that_comes_drop_by_drop(names):
    begun = time.monotonic()
    found = follow(names, {"/x": drip}, seconds=0.4)
    assert time.monotonic() - begun < 2.5
    assert found.fault is Fault.TIME


def test_of_a_huge_page_only_the_beginning_is_read(names):
    with web_stub.serve({"/x": huge}) as server:
        found = visitor(names, seconds=5.0).visit(f"http://good.test:{server.port}/x")
        assert found.title == "Large"
        assert server.sent < 50_000_000


@pytest.mark.parametrize("raw", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/9 x\r\n\r\n", b"", b"\0" * 5_000])
def test_what_answers_is_no_web_server(names, raw):
    def odd(request):
        request.wfile.write(raw)

    assert follow(names, {"/x": odd}).fault in {Fault.REACH, Fault.TIME}


@pytest.mark.parametrize(("host", "days", "by_itself", "says"), [
    ("expired.test", -5, False, "the certificate ran out"),
    ("own.test", 90, True, "the certificate is signed by itself"),
])  # fmt: skip
def test_a_certificate_that_cannot_be_trusted(names, tmp_path, host, days, by_itself, says):
    found = follow(names, {"/x": said(PAGE)}, host=host, tls=certified(tmp_path, host, days=days, by_itself=by_itself))
    assert (found.fault, found.said) == (Fault.TLS, says)


def test_a_certificate_of_another_host(names, tmp_path):
    found = follow(names, {"/x": said(PAGE)}, host="wrong.test", tls=certified(tmp_path, "good.test"))
    assert (found.fault, found.said) == (Fault.TLS, "the certificate is for another host")


def test_a_certificate_of_nobody_that_is_known(names, tmp_path):
    import ssl

    found = follow(
        names,
        {"/x": said(PAGE)},
        host="tls.test",
        tls=certified(tmp_path, "tls.test"),
        trust=ssl.create_default_context(),
    )
    assert found.fault is Fault.TLS


def test_no_tls_where_it_should_be(names):
    with web_stub.serve({"/x": said(PAGE)}) as server:
        assert visitor(names).visit(f"https://good.test:{server.port}/x").fault is Fault.TLS


def test_when_the_certificate_runs_out_is_told(names, tmp_path):
    found = follow(names, {"/x": said(PAGE)}, host="soon.test", tls=certified(tmp_path, "soon.test", days=10))
    assert found.status == 200
    assert found.expires
    assert timedelta(days=9) < found.expires - datetime.now(UTC) < timedelta(days=11)


def test_a_site_that_answers_everything_alike(names):
    assert follow(names, {}, "/a/report", other=said(SHELL)).alike


def test_the_front_page_is_always_there(names):
    assert not follow(names, {}, "/", other=said(SHELL)).alike


def test_a_page_beside_others_that_are_not_found_politely(names):
    """The site says 200 for what it does not have, but this page it has."""
    assert not follow(names, {"/a/report": said(PAGE)}, "/a/report", other=said(SHELL)).alike


def test_a_site_that_sends_everybody_to_one_page(names):
    routes = {"/sorry": said(SHELL)}
    assert follow(names, routes, "/a/report", other=to("/sorry")).alike


def test_who_asks_is_said_and_nothing_else(names):
    with web_stub.serve({"/x": said(PAGE)}) as server:
        visitor(names).visit(f"http://good.test:{server.port}/x#part")
        first = server.seen[0]
        assert first.path == "/x"
        assert "newsletter-desk" in first.agent
        assert set(first.headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert first.host == f"good.test:{server.port}"
