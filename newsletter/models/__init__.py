"""The tables of what is mailed."""

from newsletter.models.control import Audit, Bucket, Notice, Site
from newsletter.models.event import Event, WebhookInbox
from newsletter.models.issue import Asset, Issue, Revision, UpdateItem
from newsletter.models.mailing import Attempt, Batch, Delivery, Mailing, Rendering, TestSend

__all__ = [
    "Asset",
    "Attempt",
    "Audit",
    "Batch",
    "Bucket",
    "Delivery",
    "Event",
    "Issue",
    "Mailing",
    "Notice",
    "Rendering",
    "Revision",
    "Site",
    "TestSend",
    "UpdateItem",
    "WebhookInbox",
]
