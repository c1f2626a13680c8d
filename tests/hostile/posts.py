"""Hostile posts to the webhook, and links with hostile tokens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client, override_settings

from newsletter.events import process
from newsletter.models import Delivery, Event, WebhookInbox
from newsletter.site import load_site
from subscribers import suppression
from subscribers.models import Subscription
from tests.cli.conftest import Ran
from tests.events import posts
from tests.events.posts import event, post, signed
from tests.hostile.world import Row, World, readers, text

LIST = readers("ana@example.org,Ana", "bob@example.org,Bob")
BODY = post([event(1, "bounce", "x" * 22, type="bounce", email="ana@example.org")])


def ask(world: World, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Ran:
    """What the site answers somebody on the network: its status as the code."""
    with override_settings(NEWSLETTER_SITE=load_site(world.root, {})):
        client = Client(HTTP_HOST="news.example.org")
        if body is None:
            answer: Any = client.get(path)
        else:
            answer = client.post(path, body, content_type="application/json", headers=headers)
    return Ran(answer.status_code, answer.content.decode(), "")


def posted(body: bytes, headers: dict[str, str] | None = None) -> Callable[[World], Ran]:
    """A post to the webhook; signed as it should be, if nothing else is given."""

    def do(world: World) -> Ran:
        world.run("settings", "set", "providers.sendgrid.webhook_key", posts.public_key())
        ran = ask(world, "/webhooks/sendgrid", body, signed(body) if headers is None else headers)
        process.process_waiting(now=lambda: datetime.now(UTC))
        return ran

    return do


def mailed(world: World) -> Delivery:
    """Two readers were mailed; the first of the mails."""
    world.readers(LIST)
    assert world.send(text("Hello."), 2).code == 0
    return Delivery.objects.get(address="ana@example.org")


def told(*events: Callable[[Delivery], dict[str, Any]]) -> Callable[[World], Ran]:
    """Events about the mail to Ana, each post by itself."""

    def do(world: World) -> Ran:
        delivery = mailed(world)
        ran = Ran(0, "", "")
        for one in events:
            ran = posted(post([one(delivery)]))(world)
        return ran

    return do


def nobody_is_suppressed(_: World) -> None:
    assert list(Event.objects.values_list("kind", "delivery")) == [("bounced", None)]
    assert suppression.suppressed(["ana@example.org", "bob@example.org"]) == set()
    assert not Delivery.objects.exclude(event="").exists()


def once(_: World) -> None:
    assert WebhookInbox.objects.count() == 2
    assert Event.objects.count() == 1
    assert suppression.reasons(["ana@example.org"]) == {"ana@example.org": "bounced"}


def early(world: World) -> Ran:
    delivery = mailed(world)
    Delivery.objects.filter(pk=delivery.pk).update(state="submitting")
    return posted(post([event(1, "bounce", delivery.public_id, type="bounce")]))(world)


def kept(_: World) -> None:
    delivery = Delivery.objects.get(address="ana@example.org")
    assert (delivery.state, delivery.event) == ("submitting", "bounced")
    Delivery.objects.filter(pk=delivery.pk).update(state="accepted")  # as the sender does
    delivery.refresh_from_db()
    assert (delivery.state, delivery.event) == ("accepted", "bounced")


def one_bad(world: World) -> Ran:
    name = mailed(world).public_id
    events = [event(number, "delivered", name) for number in range(999)]
    return posted(post([*events[:500], {"event": "delivered"}, *events[500:]]))(world)


def all_but_one(_: World) -> None:
    assert Event.objects.count() == 999
    assert WebhookInbox.objects.get().problem.startswith("1 of 1,000 could not be read: event 501")


def subscribed(world: World) -> Subscription:
    world.readers(LIST)
    return Subscription.objects.get(subscriber__email="ana@example.org")


def opted_out(token: Callable[[World], str]) -> Callable[[World], Ran]:
    """One click on the link of a mail."""

    def do(world: World) -> Ran:
        return ask(world, f"/u/{token(world)}", b"List-Unsubscribe=One-Click")

    return do


def altered(world: World) -> str:
    token = subscribed(world).token
    return token[:-1] + ("A" if token[-1] != "A" else "B")


def of_another_purpose(world: World) -> str:
    return mailed(world).public_id


def rotated(world: World) -> str:
    token = subscribed(world).token
    secrets = world.root / "secrets.toml"
    old = next(line for line in secrets.read_text().splitlines() if line.startswith("secret_key"))
    secrets.write_text(secrets.read_text().replace(old, 'secret_key = "another one, since yesterday"'))
    return token


def erased(world: World) -> str:
    subscription = subscribed(world)
    assert world.run("subscriber", "erase", "ana@example.org", "--yes").code == 0
    return subscription.token


def left(*addresses: str) -> Callable[[World], None]:
    """Who is unsubscribed then."""

    def then(_: World) -> None:
        rows = Subscription.objects.filter(state="unsubscribed")
        assert sorted(rows.values_list("subscriber__email", flat=True)) == sorted(addresses)

    return then


REFUSED = ("not signed by the key of this site",)
DONE = ("<html",)
OLD = datetime.now(UTC) - timedelta(days=4)

ROWS = [
    Row(61, "a post without a signature", posted(BODY, {}), 403, REFUSED),
    Row(
        62,
        "the wrong key",
        posted(
            posts.PUBLISHED_BODY,
            {
                posts.SIGNATURE: posts.PUBLISHED_SIGNATURE,
                posts.TIMESTAMP: posts.PUBLISHED_TIMESTAMP,
            },
        ),
        403,
        REFUSED,
    ),
    Row(63, "a body changed after it was signed", posted(BODY, signed(BODY + b" ")), 403, REFUSED),
    Row(64, "an old timestamp", posted(BODY, signed(BODY, at=OLD)), 403, REFUSED),
    Row(
        65,
        "the same post again",
        told(*[lambda mail: event(1, "bounce", mail.public_id, type="bounce")] * 2),
        204,
        (),
        once,
    ),
    Row(
        66,
        "an unknown delivery",
        told(lambda mail: event(1, "bounce", "x" * 22, type="bounce")),
        204,
        (),
        nobody_is_suppressed,
    ),
    Row(
        67,
        "another site's id, and a reader's address",
        told(lambda mail: event(1, "bounce", mail.public_id[::-1], type="bounce", email=mail.address)),
        204,
        (),
        nobody_is_suppressed,
    ),
    Row(68, "a bounce before its mail is accepted", early, 204, (), kept),
    Row(69, "20 MB at once", posted(b"[" + b"{}," * 6_700_000 + b"{}]"), 413, ("too much at once",)),
    Row(70, "one bad event among 999 good", one_bad, 204, (), all_but_one),
    Row(71, "an altered token", opted_out(altered), 200, DONE, left()),
    Row(72, "a token of another purpose", opted_out(of_another_purpose), 200, DONE, left()),
    Row(73, "a token after the key was changed", opted_out(rotated), 200, DONE, left("ana@example.org")),
    Row(74, "the token of an erased reader", opted_out(erased), 200, DONE, left()),
]
