"""What tests of the desk's sending pages start from: an issue that can be mailed, readers, and people with roles."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter.delivery import approval
from newsletter.delivery.approval import Audience
from newsletter.delivery.engine import send_mailing
from newsletter.models import Account, Approval, Mailing, Revision
from newsletter.site import Site
from subscribers.models import MailingList, Subscriber, Subscription

LETTER = """\
+++
title = "Our news"
subject = "What was said in Geneva"
preheader = "What was said in Geneva, and what you can do now to be heard."
series = "Updates"
list = "upr"
+++

Hello {{first_name|friend}}.

## The delegation

Twelve people went, and they were heard.
"""
XSS = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def readers(number: int = 3, slug: str = "upr", first: int = 0) -> MailingList:
    """A list with so many more active readers."""
    found, _ = MailingList.objects.get_or_create(slug=slug, defaults={"name": "UPR <Network>", "double_opt_in": False})
    for place in range(first, first + number):
        email = f"reader{place}@example.org"
        who, _ = Subscriber.objects.get_or_create(
            email_norm=email, defaults={"email": email, "name": f"Reader <{place}>", "language": "en"}
        )
        Subscription.objects.create(subscriber=who, list=found, state="active")
    return found


def person(name: str, *roles: str) -> Account:
    found = Account.objects.filter(name=name).first()
    return found or Account.objects.make(f"{name.lower()}@example.org", name=name, roles=list(roles))


def approve(site: Site, revision: Revision, **whom: Any) -> Approval:
    """``revision`` is approved for the list."""
    now = datetime.now(UTC)
    made = approval.submit(site, revision, Audience("upr", **whom), by=person("Ed", "editor"), note="", now=now)
    return approval.decide(site, made, by=person("Ann", "approver"), approve=True, reason="", now=now)


def token_in(html: str) -> str:
    """The token of the form that starts a mailing."""
    return html.split('name="token" value="')[1].split('"', maxsplit=1)[0]


def send_form(browser: Any, **values: str) -> dict[str, str]:
    """What that form sends off, as the page shows it now."""
    html = browser.get("/issues/news/send/").content.decode()
    return {"token": token_in(html), "when": "now", "count": "3", **values}


def send_all(site: Site, mailing: Mailing) -> None:
    """Send it to the end."""
    later = datetime.now(UTC) + timedelta(hours=1)
    send_mailing(site, mailing, now=lambda: later, sleep=lambda _: None)


Put = Callable[..., Revision]
