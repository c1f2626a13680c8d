"""Hostile requests to the pages, and hostile settings."""

import socket
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from django.http import HttpResponseBase
from django.test import Client, override_settings

from newsletter import disk
from newsletter.models import Mailing, Notice
from newsletter.site import load_site
from subscribers import signup
from subscribers.models import MailingList, SignUp, Subscription
from tests.cli.conftest import Ran
from tests.hostile.world import Row, World, readers, text
from tests.web.server import serving

HOST = "news.example.org"


def ask(world: World, call: Callable[[Client], HttpResponseBase], host: str = HOST) -> Ran:
    """What the site answers: its status as the code, its headers and page as what is said."""
    with override_settings(NEWSLETTER_SITE=load_site(world.root, {})):
        answer: Any = call(Client(HTTP_HOST=host))
    headers = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return Ran(answer.status_code, headers + answer.content.decode(), "")


def token(world: World) -> str:
    world.readers(readers("ana@example.org,Ana"))
    return Subscription.objects.get().token


def states(*expected: str) -> Callable[[World], None]:
    def then(_: World) -> None:
        assert list(Subscription.objects.order_by("pk").values_list("state", flat=True)) == list(expected)

    return then


def repeated(world: World) -> Ran:
    MailingList.objects.update(public=True)
    typed = {"email": ["ana@example.org", "bob@example.org"], "language": ["en", "es"]}
    return ask(world, lambda client: client.post("/s/news", typed))


def one_form(_: World) -> None:
    assert SignUp.objects.count() == 1


def forged_host(world: World) -> Ran:
    link = f"/u/{token(world)}"
    return ask(world, lambda client: client.post(link, {"List-Unsubscribe": "One-Click"}), host="evil.example")


def forged_addresses(world: World) -> Ran:
    """A visitor who says to be another one each time."""
    MailingList.objects.update(public=True)

    def call(client: Client) -> HttpResponseBase:
        for number in range(31):
            told = f"192.0.2.{number}"
            typed = {"email": f"r{number}@example.org"}
            answer = client.post("/s/news", typed, headers={"X-Forwarded-For": told}, REMOTE_ADDR="198.51.100.7")
        return answer

    return ask(world, call)


def thirty_forms(_: World) -> None:
    assert SignUp.objects.count() == 30


def redirected(world: World) -> Ran:
    link = f"/u/{token(world)}?next=https://evil.example/&redirect=//evil.example"
    return ask(world, lambda client: client.post(link, {"next": "https://evil.example/"}))


def one_victim(world: World) -> Ran:
    """A thousand forms from a thousand places."""
    MailingList.objects.update(public=True)

    def call(client: Client) -> HttpResponseBase:
        for number in range(100):
            place = f"2001:db8:{number:x}::1"
            answer = client.post("/s/news", {"email": "Victim@example.org"}, REMOTE_ADDR=place)
        form = SignUp.objects.values("list_id", "email", "language", "details", "source", "wording", "at").first()
        SignUp.objects.bulk_create(SignUp(**form) for _ in range(900))  # as these are written
        while signup.take_waiting(at=datetime.now(UTC)):
            pass
        return answer

    return ask(world, call)


def one_mail(_: World) -> None:
    assert Notice.objects.count() == 1
    states("pending")(_)


def slow_uploads(world: World) -> Ran:
    """More of them than there are threads; then somebody wants a page."""
    with serving(world.root) as served, ExitStack() as connections:
        place = ("127.0.0.1", served.port)
        for _ in range(50):
            slow = connections.enter_context(socket.create_connection(place, timeout=10))
            slow.sendall(b"POST /s/news HTTP/1.1\r\nHost: news.example.org\r\nContent-Length: 1000\r\n\r\nx")
        quick = connections.enter_context(socket.create_connection(place, timeout=10))
        quick.sendall(b"GET /style.css HTTP/1.1\r\nHost: news.example.org\r\nConnection: close\r\n\r\n")
        said = quick.recv(100).decode()
    return Ran(int(said.split()[1]), said, "")


def no_form(_: World) -> None:
    assert not SignUp.objects.exists()


def setting(section: str, line: str, *command: str) -> Callable[[World], Ran]:
    def do(world: World) -> Ran:
        path = world.root / "newsletter.toml"
        path.write_text(path.read_text().replace(f"[{section}]\n", f"[{section}]\n{line}\n"))
        return world.run(*(command or ("list", "show")))

    return do


def readable_secrets(world: World) -> Ran:
    (world.root / "secrets.toml").chmod(0o644)
    return world.run("list", "show")


def without_https(world: World) -> Ran:
    world.readers(readers("ana@example.org,Ana"))
    world.run("settings", "set", "site.base_url", "http://news.network.org")
    world.run("settings", "set", "sender.email", "news@network.org")
    world.run("settings", "set", "providers.smtp.host", "127.0.0.1")
    world.run("settings", "set", "delivery.provider", "smtp")
    return world.issue(text("Hello."), "send", "--list", "news", "--confirm-count", "1")


def on_a_network(world: World) -> Ran:
    mounts = world.root / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"40 22 0:50 / {world.root} rw,relatime shared:2 - nfs4 server:/export rw\n"
    )
    with mock.patch.object(disk, "_MOUNTS", mounts):
        ran = world.run("list", "show")
    mounts.unlink()
    return ran


def live_in_tests(world: World) -> Ran:
    world.readers(readers("ana@example.org,Ana"))
    secrets = world.root / "secrets.toml"
    secrets.write_text(f'{secrets.read_text()}\n[providers.sendgrid]\napi_key = "SG.live"\n')
    world.run("settings", "set", "providers.allow_test_addresses", "true")
    world.run("settings", "set", "delivery.provider", "sendgrid")
    return world.issue(text("Hello."), "send", "--list", "news", "--confirm-count", "1")


def nobody_is_mailed(world: World) -> None:
    assert world.mails() == []
    assert not Mailing.objects.exists()


ROWS = [
    Row(75, "a form with two addresses", repeated, 200, ("Look into your mail",), one_form),
    Row(78, "a forged Host", forged_host, 400, ("This host is not served here.",), states("active")),
    Row(79, "a forged X-Forwarded-For", forged_addresses, 429, ("Too many at once",), thirty_forms),
    Row(81, "a page to go on to", redirected, 200, ("<h1>",), states("unsubscribed")),
    Row(82, "1,000 sign-ups for one victim", one_victim, 200, (), one_mail),
    Row(83, "slow uploads", slow_uploads, 200, ("HTTP/1.1 200",), no_form),
    Row(84, "an unknown setting", setting("site", 'nmae = "x"'), 2, ("'site.nmae'", "did you mean 'site.name'?")),
    Row(85, "secrets that others can read", readable_secrets, 2, ("secrets.toml", "chmod 600")),
    Row(86, "an address without https", without_https, 3, ("http://news.network.org", "https"), nobody_is_mailed),
    Row(87, "SQLite over a network", on_a_network, 1, ("is on a network (nfs4)", "PostgreSQL")),
    Row(88, "a live key while testing", live_in_tests, 1, ("allow_test_addresses", "real service"), nobody_is_mailed),
]
