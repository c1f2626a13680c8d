"""Posts as SendGrid makes them, signed by a key of the tests."""

import json
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
NOW = datetime(2020, 10, 28, 12, tzinfo=UTC)

PUBLISHED_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6"
    "wEA3F+g=="
)
"""With the next four: the vector that SendGrid publishes with its own libraries."""
PUBLISHED_SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
PUBLISHED_TIMESTAMP = "1600112502"
PUBLISHED_AT = datetime.fromtimestamp(1600112502, UTC)
PUBLISHED_BODY = (
    json.dumps(
        [
            {
                "email": "hello@world.com",
                "event": "dropped",
                "reason": "Bounced Address",
                "sg_event_id": "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
                "sg_message_id": "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
                "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
                "timestamp": 1600112492,
            }
        ],
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    + b"\r\n"
)


@cache
def private_key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(42, ec.SECP256R1())


@cache
def public_key() -> str:
    """As SendGrid shows it."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return b64encode(private_key().public_key().public_bytes(serialization.Encoding.DER, form)).decode()


def signed(body: bytes, *, at: datetime | None = None) -> dict[str, str]:
    """The headers of a post."""
    timestamp = str(int((at or datetime.now(UTC)).timestamp()))
    signature = private_key().sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {SIGNATURE: b64encode(signature).decode(), TIMESTAMP: timestamp}


def event(number: object, kind: str, delivery: str = "", *, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    """One event."""
    made: dict[str, Any] = {
        "email": "reader@example.org",
        "event": kind,
        "timestamp": int(at.timestamp()),
        "sg_event_id": f"event-{number}",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
        "nl_a": "7.1",
    }
    return made | ({"nl_d": delivery} if delivery else {}) | more


def post(events: Iterable[dict[str, Any]]) -> bytes:
    """The body of a post."""
    return json.dumps(list(events)).encode()
