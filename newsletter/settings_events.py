"""The settings of what comes back of mails."""

from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr

from newsletter.settings_base import Duration, Section


class BouncesSection(Section):
    """The mailbox to which mails come back: a Maildir, or a folder over IMAP."""

    maildir: str | None = Field(
        default=None, description="A Maildir on this machine; a path from the site's folder, or from the root."
    )
    host: str | None = Field(default=None, description="The IMAP server, where the mailbox is elsewhere.")
    port: int = Field(default=993, ge=1, le=65535, description="Its port: 993 (tls) or 143 (starttls).")
    tls: Literal["tls", "starttls", "none"] = Field(
        title="Encryption",
        default="tls",
        description="tls (from the first byte), starttls, or none (only on this machine).",
    )
    user: str | None = Field(default=None, description="The account name on the IMAP server.")
    password: SecretStr | None = Field(default=None, description="Its password; it belongs in secrets.toml.")
    folder: str = Field(default="INBOX", description="The folder that is read.")


class SuppressionSection(Section):
    """When what comes back of mails suppresses an address. Hard bounces and complaints do so at once."""

    soft_bounces: int = Field(
        title="Soft bounces",
        default=5,
        ge=2,
        le=100,
        description="Soft bounces on so many days, and no mail delivered between ...",
    )
    soft_within: Duration = Field(
        title="Within", default=timedelta(days=30), description="... within this time, suppress an address."
    )


class EventsSection(Section):
    """How long it is kept what providers and mail servers told."""

    keep: Duration = Field(title="Keep events", default=timedelta(days=400), description="How long an event is kept.")
    keep_raw: Duration = Field(
        title="Keep raw data",
        default=timedelta(days=90),
        description="How long it is kept exactly as it came; addresses stand in it.",
    )
