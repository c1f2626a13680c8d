"""Mails to people who sign in: the link by which they choose a password. They are sent as notices to readers are, soon
and again if need be; the link itself is made when the mail is, and kept nowhere."""

import secrets
from datetime import datetime

from newsletter.models import Account, Notice
from newsletter.site import Site
from newsletter.store import people

KINDS = ("invited", "password")


def send_link(site: Site, account: Account, kind: str, *, at: datetime) -> bool:
    """Have a link mailed to the owner of ``account``; false where no mails go out, as by the outbox: then it is only
    handed over. ``kind``: of ``KINDS``."""
    if site.settings.delivery.provider == "outbox" or site.settings.sender.email is None:
        return False
    Notice.objects.create(
        key=f"account/{account.pk}/{secrets.token_urlsafe(8)}",
        kind=kind,
        address=account.email,
        language=site.settings.site.language,
        values={"account": account.pk},
        state=Notice.State.WAITING,
        attempt_at=at,
    )
    return True


def words_of(site: Site, notice: Notice) -> tuple[str, str] | None:
    """Subject and text of such a notice; ``None`` where nobody may sign in by it any more."""
    account = Account.objects.filter(pk=notice.values["account"], is_active=True).first()
    if account is None:
        return None
    name = site.settings.site.name
    link = people.link_of(account, site.settings.site.base_url)
    if notice.kind == "invited":
        subject, why = (
            f"Your account at {name}",
            f"you can sign in to the desk of {name}, where its newsletters are made.",
        )
    else:
        subject, why = f"A new password for {name}", f"an administrator of {name} made you a link to choose a password."
    lines = (
        f"{account.name}, {why}",
        "",
        "Choose a password here:",
        link,
        "",
        "The link works for seven days, and once. Give it to nobody: whoever has it can sign in as you.",
    )
    return subject, "\n".join(lines)
