"""Issues in a store, and what the checks are told of them."""

from datetime import timedelta
from pathlib import Path

from newsletter.checks import Context
from newsletter.delivery.preflight import contexts_of
from newsletter.models import Revision
from newsletter.site import Site
from newsletter.store.revisions import import_issue
from tests.delivery.worlds import NOW

ISSUE = """+++
title = "October 2020 UPR Updates"
subject = "{{first_name|Friends}}, watch the review"
preheader = "Lobbying is done. Help every eye follow the review on November 9."
timezone = "Europe/Zurich"
date = 2020-10-28
list = "upr"
+++

Dear {{first_name|friend}} of {{city|your city}}, the review is on Monday.

## Tune in
```event
starts = 2020-11-09T14:30:00
watch_url = "https://media.un.org/en/webtv"
```
Your time: {{local_time|see above}}.

## For Geneva
```text
audience = "geneva"
```
A text for those in Geneva.
"""
SPANISH = """+++
title = "Noticias"
subject = "Mire la sesión del 9 de noviembre"
language = "es"
+++

Hola, {{first_name|amiga}}.
"""
DEBRIEF = """+++
title = "September 2020"
subject = "What came out"
date = 2020-09-15
+++

## Debrief
```debrief
starts = 2020-09-20
details = "to follow"
due = 2020-10-01
```
"""


def saved(site: Site, folder: Path, text: str = ISSUE, slug: str = "october-2020", **beside: str) -> Revision:
    for language, translation in beside.items():
        (folder / f"{slug}.{language}.md").write_text(translation)
    (folder / f"{slug}.md").write_text(text)
    return import_issue(site, folder / f"{slug}.md", author="ed", at=NOW - timedelta(hours=2)).revision


def only(site: Site, revision: Revision, **more: object) -> Context:
    [(language, context)] = contexts_of(site, revision, now=NOW, **more)  # type: ignore[arg-type]
    assert language == context.issue.language
    return context
