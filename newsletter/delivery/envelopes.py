"""From whom a mailing goes, and which list and issue it names."""

from datetime import datetime

from newsletter.delivery.messages import Envelope
from newsletter.issue.model import Issue
from newsletter.site import Site
from subscribers.models import MailingList


def envelope_of(site: Site, issue: Issue, mailing_list: MailingList, *, slug: str, date: datetime) -> Envelope:
    """From whom the issue ``slug`` goes to the list; what the issue says wins over the settings."""
    sender = site.settings.sender
    email = sender.email or ""
    return Envelope(
        sender_name=issue.sender or sender.name or site.settings.site.name,
        sender_email=email,
        reply_to=issue.reply_to or sender.reply_to or email,
        base_url=site.settings.site.base_url,
        list_name=mailing_list.name,
        list_slug=mailing_list.slug,
        issue_slug=slug,
        date=date,
    )
