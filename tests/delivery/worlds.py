"""Made-up sites, readers, renderings and mailings for tests of delivery."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsletter.delivery.mailing import freeze
from newsletter.delivery.messages import Envelope, Recipient
from newsletter.delivery.plan import Plan
from newsletter.delivery.providers.base import Answer, Capabilities, Outcome, Provider, Submission, same_for
from newsletter.models import Delivery, Issue, Mailing, Revision
from newsletter.render.rendering import FieldUse, Rendering
from newsletter.settings import Settings
from newsletter.site import Site
from subscribers.models import MailingList, Subscriber, Subscription

NOW = datetime(2020, 10, 28, 9, 0, tzinfo=UTC)
NO_TIME = timedelta()
ENVELOPE = Envelope(
    sender_name="USHRN",
    sender_email="news@example.org",
    reply_to="reply@example.org",
    base_url="https://news.example.org",
    list_name="UPR Network",
    list_slug="upr",
    issue_slug="october-2020",
    date=NOW,
)
USES = (
    FieldUse("Fa0000000000010001", "first_name", "friend", "html"),
    FieldUse("Fa0000000000010002", "first_name", "friend", "text"),
    FieldUse("Fa0000000000010003", "first_name", "friend", "subject"),
    FieldUse("Fa0000000000010004", "unsubscribe_url", "", "url"),
)
RENDERING = Rendering(
    language="en",
    subject="News for Fa0000000000010003",
    preheader="Watch",
    html='<p>Dear Fa0000000000010001,</p>\n<p>Genève</p><a href="Fa0000000000010004">Unsubscribe</a>\n',
    text="Dear Fa0000000000010002,\n\nGenève\n\nUnsubscribe <Fa0000000000010004>\n",
    fields=USES,
)
SPANISH = Rendering("es", "Noticias", "Mira", "<p>Hola Fa0000000000010001</p>", "Hola Fa0000000000010002\n", USES)


def make_site(root: Path, **settings: Any) -> Site:
    """A site in ``root`` that may use test addresses."""
    made = {
        "site": {"name": "USHRN", "base_url": "https://news.example.org"},
        "sender": {"email": "news@example.org"},
        "organisation": {"postal_address": "1 Street, Geneva"},
        **settings,
    }
    made["providers"] = {"allow_test_addresses": True, **settings.get("providers", {})}
    return Site(root, Settings.model_validate(made))


def make_list(slug: str = "upr") -> MailingList:
    return MailingList.objects.get_or_create(slug=slug, defaults={"name": "UPR Network"})[0]


def make_reader(number: int, mailing_list: MailingList, **more: Any) -> Subscription:
    """Reader ``number`` on the list; the first name is their own."""
    email = more.pop("email", f"reader{number}@example.org")
    reader, _ = Subscriber.objects.get_or_create(
        email_norm=email.lower(),
        defaults={"email": email, "name": f"Reader {number}", "attributes": {"first_name": f"Name{number}"}, **more},
    )
    return Subscription.objects.create(subscriber=reader, list=mailing_list, state="active")


def make_readers(number: int, mailing_list: MailingList) -> None:
    """The readers 0, 1, 2 ... as ``make_reader`` makes each, but at once."""
    emails = [f"reader{one}@example.org" for one in range(number)]
    known = set(Subscriber.objects.values_list("email_norm", flat=True))
    Subscriber.objects.bulk_create(
        Subscriber(email_norm=email, email=email, name=f"Reader {one}", attributes={"first_name": f"Name{one}"})
        for one, email in enumerate(emails)
        if email not in known
    )
    keys = dict(Subscriber.objects.values_list("email_norm", "pk"))
    Subscription.objects.bulk_create(
        Subscription(subscriber_id=keys[email], list=mailing_list, state="active") for email in emails
    )


def make_revision(slug: str = "october-2020") -> Revision:
    issue, _ = Issue.objects.get_or_create(slug=slug, defaults={"title": "October"})
    number = issue.revisions.count() + 1
    return Revision.objects.create(issue=issue, number=number, source="", sha256="0" * 64, author="ed", at=NOW)


def make_plan(revision: Revision, mailing_list: MailingList, *, provider: str = "outbox", **more: Any) -> Plan:
    renderings = more.pop("renderings", {"en": RENDERING})
    return Plan(revision, mailing_list, provider, ENVELOPE, "en", renderings, 0, {}, (), (), **more)


def make_mailing(
    readers: int = 3, *, provider: str = "outbox", undo: timedelta = timedelta(), slug: str = "upr", **more: Any
) -> Mailing:
    """A started mailing to ``readers`` readers of a list."""
    mailing_list = make_list(slug)
    make_readers(readers, mailing_list)
    plan = make_plan(make_revision(), mailing_list, provider=provider, **more)
    return freeze(plan, confirm_count=readers, actor="ed", now=NOW, undo=undo)


def states(mailing: Mailing) -> dict[str, int]:
    """How many rows there are of each state."""
    found: dict[str, int] = {}
    for state in Delivery.objects.filter(mailing=mailing).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def recipient(number: int = 1, **more: Any) -> Recipient:
    made: dict[str, Any] = {
        "delivery": f"delivery{number:014d}",
        "address": f"reader{number}@example.org",
        "name": f"Reader {number}",
        "token": f"token{number:017d}",
        "values": {"first_name": f"Name{number}"},
    }
    return Recipient(**(made | more))


class Clock:
    """A clock that goes on when somebody sleeps."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=max(seconds, 0.001))


class Scripted(Provider):
    """A provider that answers as it is told to, and keeps what it was asked."""

    name = "scripted"

    def __init__(self, answer: Any, *, group: int = 2, exactly_once: bool = False, connections: int = 1) -> None:
        self.answer = answer
        self.capabilities = Capabilities(group=group, exactly_once=exactly_once, connections=connections)
        self.calls: list[tuple[str, ...]] = []
        self.closed = 0

    def check(self) -> tuple[str, ...]:
        return ()

    def submit(self, submission: Submission) -> Answer:
        self.calls.append(tuple(one.address for one in submission.recipients))
        answer = self.answer(submission, len(self.calls))
        return Answer(same_for(submission.recipients, answer)) if isinstance(answer, Outcome) else answer

    def close(self) -> None:
        self.closed += 1
