"""The tables of what is mailed."""

from newsletter.models.account import Account, ContributorLink, Role
from newsletter.models.control import Audit, Bucket, Notice, Site
from newsletter.models.event import Event, WebhookInbox
from newsletter.models.issue import Asset, Issue, Revision, UpdateItem
from newsletter.models.mailing import Attempt, Batch, Delivery, Mailing, Rendering, TestSend
from newsletter.models.review import Approval, Comment, PageViews, Presence, Reviewer

__all__ = [
    "Account",
    "Approval",
    "Asset",
    "Attempt",
    "Audit",
    "Batch",
    "Bucket",
    "Comment",
    "ContributorLink",
    "Delivery",
    "Event",
    "Issue",
    "Mailing",
    "Notice",
    "PageViews",
    "Presence",
    "Rendering",
    "Reviewer",
    "Revision",
    "Role",
    "Site",
    "TestSend",
    "UpdateItem",
    "WebhookInbox",
]
