"""The tables of what is mailed."""

from newsletter.models.issue import Asset, Issue, Revision, UpdateItem
from newsletter.models.mailing import Attempt, Batch, Delivery, Mailing, Rendering, TestSend

__all__ = [
    "Asset",
    "Attempt",
    "Batch",
    "Delivery",
    "Issue",
    "Mailing",
    "Rendering",
    "Revision",
    "TestSend",
    "UpdateItem",
]
