"""SendGrid's Event Webhook: its signature, and what each type of event comes to."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.events import sendgrid
from newsletter.events.sendgrid import genuine, read
from tests.events import posts
from tests.events.posts import NOW, event, post, public_key, signed

ID = "d" * 22


def test_the_vector_that_sendgrid_publishes() -> None:
    options: dict[str, Any] = {
        "signature": posts.PUBLISHED_SIGNATURE,
        "timestamp": posts.PUBLISHED_TIMESTAMP,
        "now": posts.PUBLISHED_AT,
    }
    assert genuine(posts.PUBLISHED_KEY, body=posts.PUBLISHED_BODY, **options)
    assert not genuine(posts.PUBLISHED_KEY, body=posts.PUBLISHED_BODY.strip(), **options)
    assert not genuine(public_key(), body=posts.PUBLISHED_BODY, **options)


@pytest.mark.parametrize(
    ("passed", "taken"),
    [(timedelta(), True), (timedelta(hours=29), True), (timedelta(days=4), False), (timedelta(hours=-2), False)],
)
def test_a_post_of_long_ago_or_of_the_future_is_refused(passed: timedelta, taken: bool) -> None:
    headers = signed(b"[]", at=NOW)
    signature, timestamp = headers.values()
    assert genuine(public_key(), signature=signature, timestamp=timestamp, body=b"[]", now=NOW + passed) is taken


@pytest.mark.parametrize("signature", ["", "no base64", "AAAA", "é", "A" * 100_000])
@pytest.mark.parametrize("timestamp", ["", "-1", "1e9", "٣", "9" * 30, "1603886400"])
def test_nonsense_is_not_genuine(signature: str, timestamp: str) -> None:
    assert not genuine(public_key(), signature=signature, timestamp=timestamp, body=b"[]", now=NOW)


@pytest.mark.parametrize(
    ("name", "more", "kind", "feedback", "everywhere"),
    [
        ("processed", {}, "processed", None, False),
        ("deferred", {"response": "400 try again later", "attempt": "5"}, "deferred", None, False),
        ("delivered", {"response": "250 OK"}, "delivered", None, False),
        ("bounce", {"type": "bounce", "status": "5.1.1", "reason": "550 no such user"}, "bounced", "hard", False),
        ("bounce", {"type": "blocked", "reason": "554 listed"}, "bounced", "soft", False),
        ("bounce", {"type": "bounce", "bounce_classification": "Reputation"}, "bounced", "soft", False),
        ("bounce", {"type": "bounce", "bounce_classification": "Invalid Address"}, "bounced", "hard", False),
        ("blocked", {}, "bounced", "soft", False),
        ("dropped", {"reason": "Bounced Address"}, "dropped", "hard", False),
        ("dropped", {"reason": "Spam Reporting Address"}, "dropped", "complaint", False),
        ("dropped", {"reason": "Unsubscribed Address"}, "dropped", "unsubscribe", True),
        ("dropped", {"reason": "Invalid"}, "dropped", "hard", False),
        ("dropped", {"reason": "Recipient List over Package Quota"}, "dropped", None, False),
        ("spamreport", {}, "complained", "complaint", False),
        ("unsubscribe", {}, "unsubscribed", "unsubscribe", True),
        ("group_unsubscribe", {"asm_group_id": 1}, "unsubscribed", "unsubscribe", False),
    ],
)
def test_each_type(name: str, more: dict[str, Any], kind: str, feedback: str | None, everywhere: bool) -> None:
    found = read(post([event(1, name, ID, **more)]), {}, NOW)
    [told] = found.told
    assert (told.kind, told.feedback, told.everywhere, told.delivery) == (kind, feedback, everywhere, ID)
    assert (told.at, told.external_id, found.problems) == (NOW, "event-1", [])


@pytest.mark.parametrize("name", sorted(sendgrid.IGNORED))
def test_what_is_not_wanted_is_passed_over(name: str) -> None:
    found = read(post([event(1, name, ID)]), {}, NOW)
    assert (found.told, found.problems, found.size) == ([], [], 1)


BAD: list[Any] = [
    None,
    7,
    [],
    {},
    {"event": 7},
    event(1, "delivered") | {"sg_event_id": None},
    event(1, "delivered") | {"sg_event_id": "x" * 201},
    event(1, "delivered") | {"sg_event_id": "\ud800"},
    event(1, "delivered") | {"timestamp": None},
    event(1, "delivered") | {"timestamp": True},
    event(1, "delivered") | {"timestamp": "soon"},
    event(1, "delivered") | {"timestamp": 1e300},
    event(1, "delivered") | {"timestamp": -1},
    event(1, "a new one"),
]


@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_one_bad_event_costs_no_other(bad: Any) -> None:
    found = read(json.dumps([event(0, "delivered"), bad, event(2, "delivered")]).encode(), {}, NOW)
    assert [one.external_id for one in found.told] == ["event-0", "event-2"]
    assert len(found.problems) == 1 and found.problems[0].startswith("event 2: ")


def test_no_address_is_kept_and_no_clock_is_trusted_that_is_ahead() -> None:
    words = "550 <reader@example.org>: no such user\r\nat example.org\x00"
    [told] = read(post([event(1, "bounce", ID, at=NOW + timedelta(days=9), reason=words)]), {}, NOW).told
    assert told.at == NOW
    assert "reader@" not in told.detail and "no such user" in told.detail and told.detail.isprintable()


@pytest.mark.parametrize("delivery", ["", "x", "d" * 23, "../../etc/passwd000000", 7, None, ["d" * 22]])
def test_an_id_that_is_none_is_no_id(delivery: Any) -> None:
    [told] = read(post([event(1, "delivered") | {"nl_d": delivery}]), {}, NOW).told
    assert told.delivery == ""


@given(
    st.binary(max_size=300)
    | st.text().map(str.encode)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.integers(),
        lambda part: (
            st.lists(part, max_size=4)
            | st.dictionaries(
                st.sampled_from(["event", "timestamp", "sg_event_id", "nl_d", "reason", "type"]) | st.text(max_size=5),
                part,
                max_size=6,
            )
        ),
        max_leaves=20,
    ).map(lambda data: json.dumps(data).encode())
)
def test_nothing_that_is_posted_breaks_it(body: bytes) -> None:
    found = read(body, {}, NOW)
    assert len(found.told) + len(found.problems) <= max(found.size, 1)


def test_depth_is_no_trouble() -> None:
    assert read(b"[" * 100_000, {}, NOW).problems
