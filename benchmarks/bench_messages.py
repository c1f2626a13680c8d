"""Messages a second, against the standard library's ``EmailMessage`` for each reader in the same run.

    python benchmarks/bench_messages.py [--messages N] [--outbox N]

Both sides make the mail of a shipped-size rendering (about 30 KB on the wire), with the same headers, for readers who
all have values of their own. The outbox is shown for information: its figure is mostly that of the disk.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from newsletter.delivery.messages import Composer, Envelope, Recipient
from newsletter.delivery.providers.base import Submission
from newsletter.delivery.providers.outbox import Outbox
from newsletter.render.fields import fill
from newsletter.render.rendering import FieldUse, Rendering
from newsletter.settings import Settings
from newsletter.site import Site

ENVELOPE = Envelope(
    sender_name="Example Network",
    sender_email="news@example.org",
    reply_to="reply@example.org",
    base_url="https://news.example.org",
    list_name="UPR Network",
    list_slug="upr-network",
    issue_slug="october-2020",
    date=datetime(2020, 10, 28, 9, tzinfo=UTC),
)


def rendering(lines: int = 104) -> Rendering:
    """About 30 KB with so many lines, with the fields of a usual issue."""
    uses = [
        FieldUse("Fbench0000000000001", "first_name", "friend", "html"),
        FieldUse("Fbench0000000000002", "first_name", "friend", "text"),
        FieldUse("Fbench0000000000003", "first_name", "friend", "subject"),
        FieldUse("Fbench0000000000004", "unsubscribe_url", "", "url"),
    ]
    style = "font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:24px;color:#1f2933"
    words = "The review on 9 November is public; on the eve of it, every organisation — in Genève too — can ask."
    rows = "\n".join(f'<tr><td style="{style}"><p>{number}. {words}</p></td></tr>' for number in range(lines))
    html = f"<html><body><table><tr><td>Dear {uses[0].token},</td></tr>\n{rows}\n</table>"
    html += f'<a href="{uses[3].token}">Unsubscribe</a></body></html>\n'
    text = f"Dear {uses[1].token},\n\n" + "\n".join([words[:72]] * 60) + f"\n\nUnsubscribe <{uses[3].token}>\n"
    return Rendering("en", f"{uses[2].token}, watch the review", "", html, text, tuple(uses))


def readers(number: int) -> list[Recipient]:
    """Readers with names of their own, every third of them not plain ASCII."""
    made = []
    for one in range(number):
        name = f"Zoë{one}" if one % 3 == 0 else f"Ann{one}"
        values = {"first_name": name}
        made.append(Recipient(f"{one:022}", f"r{one}@example.org", f"{name} Example", f"{one:022}", values))
    return made


def standard(rendered: Rendering, one: Recipient) -> bytes:
    """The mail as the standard library makes it, with the same parts and headers."""
    url = ENVELOPE.unsubscribe_url(one.token)
    filled = fill(rendered, {**one.values, "unsubscribe_url": url})
    message = EmailMessage(policy.SMTP)
    message["From"] = Address(ENVELOPE.sender_name, addr_spec=ENVELOPE.sender_email)
    message["To"] = Address(one.name, addr_spec=one.address)
    message["Subject"] = filled.subject
    message["Date"] = format_datetime(ENVELOPE.date)
    message["Message-ID"] = f"<{one.delivery}@{ENVELOPE.domain}>"
    message["Reply-To"] = ENVELOPE.reply_to
    message["List-ID"] = f"<{ENVELOPE.list_id}>"
    message["List-Unsubscribe"] = f"<{url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Feedback-ID"] = ENVELOPE.feedback_id
    message.set_content(filled.text, cte="quoted-printable")
    message.add_alternative(filled.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def rate(make: Callable[[Recipient], bytes], people: list[Recipient]) -> tuple[float, int]:
    """Messages a second of processor time, and the size of one."""
    size = len(make(people[0]))
    began = _cpu()
    for one in people:
        make(one)
    return len(people) / (_cpu() - began), size


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def outbox_rate(rendered: Rendering, people: list[Recipient]) -> float:
    """Mails a second into a Maildir, group by group, as the sender hands them over."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        provider = Outbox(Site(Path(folder), Settings()))
        composer, size = Composer(rendered, ENVELOPE), provider.capabilities.group
        began = time.perf_counter()
        for at in range(0, len(people), size):
            group = tuple(people[at : at + size])
            provider.submit(Submission("1", rendered, ENVELOPE, composer, group))
        return len(people) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--outbox", type=int, default=1_000)
    wanted = parser.parse_args()
    rendered, people = rendering(), readers(wanted.messages)
    spliced, size = rate(Composer(rendered, ENVELOPE).message, people)
    library, size_library = rate(lambda one: standard(rendered, one), people[: max(100, wanted.messages // 100)])
    print(f"messages: spliced {spliced:,.0f}/s ({size / 1000:.0f} KB)")
    print(f"messages: EmailMessage a reader {library:,.0f}/s ({size_library / 1000:.0f} KB)")
    print(f"messages: ratio {spliced / library:.0f} (the bar: 10,000/s on one core)")
    print(f"outbox: {outbox_rate(rendered, people[: wanted.outbox]):,.0f} mails/s on this disk")


if __name__ == "__main__":
    main()
