"""An issue that is submitted for approval, the people who decide, and what may change after it."""

from collections.abc import Callable
from datetime import timedelta

from newsletter.delivery import approval
from newsletter.delivery.approval import Audience
from newsletter.delivery.mailing import start_mailing
from newsletter.models import Account, Approval, Mailing, Revision
from newsletter.site import Site
from newsletter.store.revisions import import_issue
from subscribers import suppression
from subscribers.address import normalise
from subscribers.models import Segment, Subscription
from tests.delivery.worlds import NOW, make_list, make_reader

ISSUE = """+++
title = "October 2020 UPR Updates"
subject = "Watch the review"
preheader = "Lobbying is done. Help every eye follow the review on November 9."
timezone = "Europe/Zurich"
+++

The review is on Monday.

## Tune in
```event
starts = 2020-11-09T14:30:00
watch_url = "https://media.un.org/en/webtv"
```
Watch it.

## For the press
```text
audience = "press"
```
A line for the press.
"""
LATER = NOW + timedelta(hours=1)


def save(site: Site, text: str = ISSUE, **files: bytes) -> Revision:
    site.issues.mkdir(exist_ok=True)
    path = site.issues / "october.md"
    path.write_text(text)
    for name, content in files.items():
        (site.issues / name).write_bytes(content)
    return import_issue(site, path, author="Ed", at=NOW).revision


def person(name: str, *roles: str) -> Account:
    return Account.objects.make(f"{name.lower()}@staff.example.org", name=name, roles=list(roles))


def condition(field: str, value: str) -> dict[str, object]:
    return {"match": "all", "conditions": [{"field": field, "op": "equals", "value": value, "negated": False}]}


def submitted(site: Site, revision: Revision, by: Account, **whom: tuple[str, ...]) -> Approval:
    return approval.submit(site, revision, Audience("upr", **whom), by=by, note="Please look.", now=NOW)


def approved(site: Site, revision: Revision, people: dict[str, Account], **whom: tuple[str, ...]) -> Approval:
    made = submitted(site, revision, people["editor"], **whom)
    return approval.decide(site, made, by=people["approver"], approve=True, reason="", now=NOW)


def start(site: Site, revision: Revision, count: int = 3, **whom: tuple[str, ...]) -> Mailing:
    part = Audience("upr", **whom).part()
    return start_mailing(site, revision, "upr", confirm_count=count, actor="Sam", now=LATER, part=part)


def saved_anew(site: Site) -> None:
    save(site, ISSUE.replace("Watch it.", "Watch it all."))


def themed(site: Site) -> None:
    theme = site.templates / "themes" / "default.toml"
    theme.parent.mkdir(parents=True)
    theme.write_text('[light]\naccent = "#a00000"\n')


def with_a_logo(site: Site) -> None:
    from PIL import Image

    Image.new("RGB", (8, 4), "#0b57d0").save(site.root / "logo.png")
    named = site.settings.organisation.model_copy(update={"logo": "logo.png"})
    object.__setattr__(site.settings, "organisation", named)


def other_sender(site: Site) -> None:
    object.__setattr__(site.settings, "sender", site.settings.sender.model_copy(update={"name": "Somebody"}))


def added(site: Site) -> None:
    make_reader(9, make_list())


def suppressed(site: Site) -> None:
    suppression.suppress(normalise("reader1@example.org"), reason="manual", actor="ed", at=NOW)


def left(site: Site) -> None:
    Subscription.objects.filter(subscriber__email_norm="reader1@example.org").update(state="unsubscribed")


def swapped(site: Site) -> None:
    left(site)
    added(site)


def asked_otherwise(site: Site) -> None:
    Segment.objects.filter(slug="english").update(conditions=condition("language", "es"))


def told_otherwise(site: Site) -> None:
    Segment.objects.filter(slug="press").update(conditions=condition("name", "Reader 2"))


def segment_gone(site: Site) -> None:
    Segment.objects.filter(slug="english").delete()


CHANGES: list[tuple[Callable[[Site], None], bool, str]] = [
    (saved_anew, False, "'Tune in' was changed"),
    (themed, False, "how it looks"),
    (with_a_logo, False, "how it looks"),
    (other_sender, False, "the sender: it was USHRN <news@example.org>"),
    (added, False, "who gets it: 3 then, 4 now"),
    (suppressed, False, "who gets it: 3 then, 2 now"),
    (left, False, "who gets it: 3 then, 2 now"),
    (swapped, False, "still 3, but not the same people"),
    (told_otherwise, False, "a segment that items are for"),
    (asked_otherwise, True, "what one of the segments asks for"),
    (segment_gone, True, "english"),
]
