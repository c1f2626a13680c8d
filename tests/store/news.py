"""An issue with a translation, as it is edited."""

from datetime import UTC, datetime

AT = datetime(2020, 10, 28, 9, 0, tzinfo=UTC)
ISSUE = """\
+++
title = "Our news"
subject = "Our news, {{first_name|friend}}"
timezone = "Europe/Zurich"
+++

Hello.

## Tune in

```event
starts = 2020-11-09T14:30:00
```

Watch it.

## Report

```resources
[[links]]
label = "The report"
url = "https://www.example.org/report"

[[links]]
label = "The summary"
url = "https://www.example.org/summary"
```

## Closing

Good bye.
"""
SPANISH = """\
+++
title = "Noticias"
subject = "Noticias"
language = "es"
+++

## Sintonice

```event
id = "tune-in"
starts = 2020-11-09T14:30:00
```

## Adiós

```text
id = "closing"
```

Adiós.
"""
NAMELESS = {"label": "", "url": "https://www.example.org", "file": None, "about": None}
FILE = {"label": "A", "url": None, "file": "files/a.pdf", "about": None}
