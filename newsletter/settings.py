"""The settings of a site: every section and key, with what it means. Reading them is in ``newsletter.site``."""

import re
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator

from newsletter.issue.model import Language
from newsletter.items.links import check_url
from newsletter.items.reader_fields import STANDARD
from newsletter.items.text import Line
from newsletter.items.values import Address, Zone
from newsletter.settings_base import AttributeKind, Duration, Section
from newsletter.settings_desk import DeskSection
from newsletter.settings_events import BouncesSection, EventsSection, SuppressionSection

P256 = re.compile(r"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==")
"""A public key on the curve P-256 as SubjectPublicKeyInfo (RFC 5480) in base64: always 91 bytes with this beginning."""
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
SYSTEM = ("language", "timezone", "unsubscribe_url", "preferences_url")
"""What a site knows of readers, or fills in, without being a reader field of the standard ones."""
SEGMENT_FIELDS = ("domain", "list", "topic", "consent", "received")
"""What conditions of segments ask for beside attributes."""


class SiteSection(Section):
    """Where and for whom the site is."""

    name: Line = Field(default="Newsletter", description="The name of the site, in page titles and list names.")
    language: Language = Field(default="en", description="The language of new issues and of the pages.")
    timezone: Zone = Field(
        title="Time zone", default="UTC", description="The zone of new issues and of times on the command line."
    )
    base_url: str = Field(
        title="Public address",
        default="http://localhost:8025",
        max_length=50,
        description="The public https address of the site; every link in a mail starts with it.",
    )
    one_operator: bool = Field(
        title="One person runs the site", default=False, description="One person runs the site: nobody else approves."
    )
    proxies: int = Field(
        title="Web servers in front",
        default=0,
        ge=0,
        le=5,
        description="How many web servers stand before this one and add a visitor's network address to "
        "X-Forwarded-For: by it sign-ups are limited. 0: nobody is believed.",
    )
    archive: bool = Field(
        title="Public archive",
        default=False,
        description="Mailed issues can be read in a browser, and mails link there.",
    )

    @field_validator("base_url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        if value.endswith("/") or "?" in value or "#" in value:
            raise ValueError("write the address without a slash at the end, such as https://news.example.org")
        if not value.isascii():
            raise ValueError(f"'{value}' has letters beyond a-z; write the host as DNS knows it, such as xn--…")
        return check_url(value)


class OrganisationSection(Section):
    """Who sends."""

    postal_address: str = Field(default="", description="The postal address in the foot of every mail (CAN-SPAM).")
    logo: str | None = Field(default=None, description="A PNG or JPEG in the site's folder for the head of the mail.")
    theme: str = Field(default="default", description="A theme of templates/themes, without .toml.")


class SenderSection(Section):
    """What stands in From and Reply-To."""

    name: Line | None = Field(default=None, description="The sender's name; the site's name when left out.")
    email: Address | None = Field(default=None, description="The sender's address.")
    reply_to: Address | None = Field(
        title="Answers go to", default=None, description="Where answers go; the sender's address when left out."
    )


class DeliverySection(Section):
    """How mailings leave."""

    provider: Literal["outbox", "smtp", "sendgrid", "anymail"] = Field(
        default="outbox", description="outbox (a Maildir in the site's folder), smtp, sendgrid or anymail."
    )
    undo: Duration = Field(
        title="Time to call back",
        default=timedelta(minutes=5),
        description="How long a started mailing can be called back before the first mail leaves; outbox: none.",
    )
    per_second: int | None = Field(
        title="Messages a second",
        default=None,
        ge=1,
        description="So many messages a second at most, over all senders; no limit when left out.",
    )
    per_day: int | None = Field(
        title="Messages a day",
        default=None,
        ge=1,
        description="So many messages at most in 24 hours from the first of them; no limit when left out.",
    )
    notify: Address | None = Field(
        title="Who is told",
        default=None,
        description="Who is mailed when a mailing finishes or stalls; where answers go, when left out.",
    )


class SendGridSection(Section):
    """The SendGrid account."""

    region: Literal["global", "eu"] = Field(default="eu", description="Where the account is: eu or global.")
    mode: Literal["fenced", "immediate"] = Field(
        default="fenced",
        description="fenced: the mails of a mailing leave 30 minutes after they were handed over, so that a call whose "
        "answer is lost is cancelled and made again; immediate: they leave at once, and such a call stays unknown.",
    )
    sandbox: bool = Field(
        title="Dry run",
        default=False,
        description="SendGrid checks each mail of a mailing and mails nobody: a dry run.",
    )
    host: str | None = Field(default=None, description="Another address of the API, for a stub.")
    webhook_key: str | None = Field(
        title="Key of the webhook",
        default=None,
        description="The public key of the Event Webhook, as SendGrid shows it once its signature is switched on.",
    )
    api_key: SecretStr | None = Field(
        title="API key", default=None, description="The API key; it belongs in secrets.toml."
    )

    @field_validator("webhook_key")
    @classmethod
    def _public_key(cls, value: str | None) -> str | None:
        if value is not None and not P256.fullmatch(value):
            raise ValueError("this is no public key; copy the whole 'Verification Key' of SendGrid's Event Webhook")
        return value


class SmtpSection(Section):
    """The mail server that takes the mails."""

    host: str | None = Field(default=None, description="The name of the server.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port: 587 (starttls), 465 (tls) or 25.")
    tls: Literal["starttls", "tls", "none"] = Field(
        title="Encryption",
        default="starttls",
        description="starttls, tls (from the first byte), or none (only on this machine).",
    )
    user: str | None = Field(default=None, description="The account name, where the server asks for one.")
    password: SecretStr | None = Field(default=None, description="Its password; it belongs in secrets.toml.")
    connections: int = Field(default=4, ge=1, le=50, description="Connections to it at the same time at most.")
    verp: Address | None = Field(
        title="Address for bounces",
        default=None,
        description="Where bounces go, each mail's to an address of its own (VERP): of bounces@example.org is made "
        "bounces+ID@example.org. When left out, the sender's address gets them all.",
    )


class AnymailSection(Section):
    """The account of a service that django-anymail knows."""

    esp: str | None = Field(
        title="Service",
        default=None,
        description="The service: mailgun, postmark, amazon_ses, brevo, resend, sparkpost and others.",
    )
    api_url: str | None = Field(
        title="Address of the API", default=None, description="The address of its API, where it has several."
    )
    sender_domain: str | None = Field(default=None, description="mailgun: the domain mails are sent from.")
    project_id: str | None = Field(title="Project", default=None, description="scaleway: the project.")
    api_key: SecretStr | None = Field(
        title="API key", default=None, description="Its key or token; it belongs in secrets.toml."
    )
    secret_key: SecretStr | None = Field(default=None, description="mailjet: the second key; in secrets.toml.")


class ProvidersSection(Section):
    """The accounts of the providers."""

    sendgrid: SendGridSection = Field(default=SendGridSection(), description="")
    smtp: SmtpSection = Field(default=SmtpSection(), description="")
    anymail: AnymailSection = Field(default=AnymailSection(), description="")
    allow_test_addresses: bool = Field(
        title="Allow test addresses",
        default=False,
        description="Lets the providers run with an http, localhost or example.* base_url or sender: for tests.",
    )


class DatabaseSection(Section):
    """Where the rows are. The scheme of ``url`` alone chooses the store."""

    url: str = Field(
        title="Where the rows are",
        default="sqlite:///data/newsletter.sqlite3",
        description="sqlite:///PATH, in the site's folder; or postgresql://USER@HOST/DATABASE, where several machines "
        "send.",
    )
    password: SecretStr | None = Field(
        default=None, description="The password of the PostgreSQL user; it belongs in secrets.toml."
    )

    @field_validator("url")
    @classmethod
    def _known_store(cls, value: str) -> str:
        scheme, found, rest = value.partition("://")
        if not found or scheme not in {"sqlite", "postgresql"}:
            raise ValueError(f"'{scheme}' is no store; write sqlite:///PATH or postgresql://USER@HOST/DATABASE")
        if scheme == "sqlite":
            if not rest.removeprefix("/"):
                raise ValueError("no file is named; write sqlite:///PATH, such as sqlite:///data/newsletter.sqlite3")
            return value
        parts = postgres_parts(value)
        if "password" in parts:
            raise ValueError("a password stands in it; move it to secrets.toml: password under [database]")
        if not parts.get("dbname"):
            raise ValueError("no database is named; write postgresql://USER@HOST/DATABASE")
        return value


def postgres_parts(url: str) -> dict[str, Any]:
    """The parts of a ``postgresql://`` address as PostgreSQL's own library reads it
    (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING). Raises ``ValueError``."""
    from psycopg import ProgrammingError  # noqa: PLC0415  (a site on SQLite never loads it)
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        return dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        words = str(error).strip().replace(url, "it")
        raise ValueError(f"it cannot be read ({words}); write postgresql://USER@HOST/DATABASE") from None


class SecretsSection(Section):
    """What only secrets.toml holds."""

    secret_key: SecretStr | None = Field(default=None, description="Signs links and sessions; made by init.")
    erasure_key: SecretStr | None = Field(default=None, description="Hashes addresses that were erased; made by init.")


class Settings(Section):
    """All settings of a site."""

    site: SiteSection = SiteSection()
    organisation: OrganisationSection = OrganisationSection()
    sender: SenderSection = SenderSection()
    delivery: DeliverySection = DeliverySection()
    desk: DeskSection = DeskSection()
    providers: ProvidersSection = ProvidersSection()
    database: DatabaseSection = DatabaseSection()
    bounces: BouncesSection = BouncesSection()
    suppression: SuppressionSection = SuppressionSection()
    events: EventsSection = EventsSection()
    secrets: SecretsSection = SecretsSection()
    attributes: dict[str, AttributeKind] = Field(
        default={},
        description="What else is known of readers, each with its type (text, number, date, yes/no, or the options of "
        'a choice): columns of an import, reader fields, conditions of segments: role = ["member", "ally"].',
    )

    @field_validator("attributes")
    @classmethod
    def _new_names(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name in value:
            if not FIELD_NAME.fullmatch(name):
                raise ValueError(f"'{name}' cannot be a reader field; use small letters, digits and _, such as city")
            if name in STANDARD or name in SYSTEM or name in SEGMENT_FIELDS:
                raise ValueError(f"'{name}' is a reader field of every site; give yours another name")
        return value
