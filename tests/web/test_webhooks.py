"""SendGrid's webhook, as it is posted to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from newsletter.events.sendgrid import SIGNATURE, TIMESTAMP
from newsletter.models import WebhookInbox
from newsletter.settings import Settings
from newsletter.site import Site
from tests.events.posts import event, post, public_key, signed

pytestmark = pytest.mark.django_db

BODY = post([event(1, "delivered")])
Send = Callable[..., Any]


@pytest.fixture
def send(site: Site, settings: Any, visitor: Client) -> Send:
    """``send(body, headers)``: a post to the site, which knows the tests' key."""
    made = site.settings.model_dump()
    made["providers"]["sendgrid"]["webhook_key"] = public_key()
    settings.NEWSLETTER_SITE = Site(site.root, Settings.model_validate(made))

    def post_it(body: bytes = BODY, headers: dict[str, str] | None = None) -> Any:
        sent = signed(body) if headers is None else headers
        return visitor.post("/webhooks/sendgrid", body, content_type="application/json", headers=sent)

    return post_it


def test_a_post_is_kept_byte_for_byte_before_it_is_answered(send: Send) -> None:
    body = b' [ {"event":"delivered"} ]\r\n\xff'
    answer = send(body)
    assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    row = WebhookInbox.objects.get()
    assert (bytes(row.body), row.provider, row.done_at) == (body, "sendgrid", None)
    assert set(row.headers) == {SIGNATURE, TIMESTAMP}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {TIMESTAMP: signed(BODY)[TIMESTAMP]},
        {SIGNATURE: signed(BODY)[SIGNATURE]},
        signed(BODY + b" "),
        signed(BODY) | {TIMESTAMP: "1"},
        signed(BODY, at=datetime.now(UTC) - timedelta(days=4)),
    ],
    ids=["none", "no signature", "no time", "another body", "another time", "old"],
)
def test_who_is_not_sendgrid_is_refused(send: Send, headers: dict[str, str]) -> None:
    answer = send(BODY, headers)
    assert answer.status_code == 403 and b"not signed" in answer.content
    assert not WebhookInbox.objects.exists()


def test_a_site_without_a_key_listens_to_nobody(visitor: Client, site: Site) -> None:
    answer = visitor.post("/webhooks/sendgrid", BODY, content_type="application/json", headers=signed(BODY))
    assert answer.status_code == 403 and b"webhook_key" in answer.content


def test_only_a_post_is_answered_and_only_so_much_taken(send: Send, visitor: Client) -> None:
    assert visitor.get("/webhooks/sendgrid").status_code == 405
    assert send(b"x" * 2_600_000).status_code == 413
    assert visitor.post("/u/own", b"x" * 200_000, content_type="text/plain").status_code == 413
    assert send(b" " * 800_000).status_code == 204
    assert WebhookInbox.objects.count() == 1


def test_the_same_post_again_is_taken_and_counts_once(send: Send) -> None:
    headers = signed(BODY)
    assert [send(BODY, headers).status_code for _ in range(2)] == [204, 204]
    assert WebhookInbox.objects.count() == 2
