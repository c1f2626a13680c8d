"""A site into which hostile things are brought, and what a table of them is made of."""

import mailbox
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from newsletter.models import Asset, Delivery, Event, Issue, Mailing, Revision, WebhookInbox
from subscribers.models import Consent, Feedback, Import, MailingList, Subscriber, Subscription, Suppression
from tests.cli.conftest import Ran, Run

_TABLES = (
    *(Issue, Revision, Asset, Mailing, Delivery, WebhookInbox, Event),
    *(MailingList, Subscriber, Subscription, Consent, Import, Suppression, Feedback),
)
_FRONT = {"title": '"Our news"', "subject": '"Our news of October"', "timezone": '"Europe/Zurich"'}


@dataclass
class World:
    """A site with the list ``news``, and ways to bring something in."""

    run: Run
    root: Path
    told: list[str] = field(default_factory=list)

    def issue(self, data: str | bytes, *command: str) -> Ran:
        """``data`` as an issue file, given to ``newsletter issue import`` or another ``command``."""
        path = self.root / "issues" / "hostile.md"
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
        verb, *rest = command or ("import",)
        return self.run("issue", verb, path, *rest)

    def readers(self, data: str | bytes, *options: str) -> Ran:
        """``data`` as a CSV file, imported into the list ``news``."""
        path = self.root / "readers.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return self.run("subscriber", "import", path, "--list", "news", "--basis", "opt-in", *options)

    def template(self, name: str, text: str) -> None:
        """A template of the site."""
        path = self.root / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def send(self, data: str, count: int = 1) -> Ran:
        """``data`` as an issue file, mailed to the list ``news`` through the outbox."""
        return self.issue(data, "send", "--list", "news", "--confirm-count", str(count))

    def mails(self) -> list[EmailMessage]:
        """What stands in the outbox, as the standard library reads it."""
        found = mailbox.Maildir(self.root / "outbox", create=False) if (self.root / "outbox").exists() else []
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(message.as_bytes()) for message in found]  # type: ignore[misc]

    def state(self) -> tuple[object, ...]:
        """All that is stored: rows, and files but for those that were brought in."""
        rows = tuple((table.__name__, table.objects.count()) for table in _TABLES)
        files = sorted(
            str(path.relative_to(self.root))
            for folder in ("data", "outbox", "testmail")
            for path in (self.root / folder).rglob("*")
            if path.is_file() and ".sqlite3" not in path.name and path.name not in {"sender.lock", "stamp"}
        )
        return (*rows, *files)


@dataclass(frozen=True)
class Row:
    """One hostile input: its number, what is tried, how, and what must be said."""

    number: int
    tried: str
    do: Callable[[World], Ran]
    code: int
    says: tuple[str, ...]
    then: Callable[[World], None] | None = None
    """What holds after an input that is inert or taken in part; without it, nothing may be stored."""

    def __str__(self) -> str:
        return f"{self.number} {self.tried}"


def front(**changes: str) -> str:
    """Front matter with TOML values changed."""
    lines = [f"{key} = {value}" for key, value in (_FRONT | changes).items()]
    return "\n".join(["+++", *lines, "+++", ""])


def text(markdown: str, **changes: str) -> str:
    """An issue of one text."""
    return f"{front(**changes)}\n## News\n\n{markdown}\n"


def item(kind: str, fields: str, title: str = "News") -> str:
    """An issue of one item."""
    return f"{front()}\n## {title}\n\n```{kind}\n{fields}\n```\n"


def readers(*rows: str, header: str = "email,first_name") -> str:
    """A CSV file."""
    return "\n".join([header, *rows, ""])
