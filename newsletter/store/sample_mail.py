"""A short mail that shows a theme: a heading, words, a link, a button, a card."""

import re

from newsletter.issue.parse import parse
from newsletter.render import Theme, fill, render
from newsletter.render.rendering import Assets, Picture
from newsletter.site import Site
from newsletter.store.identity import organisation_of, template_folders
from newsletter.store.media import display_size
from newsletter.store.previews import logo_to_show

_ISSUE = """\
+++
title = "What is new, and what you can do"
subject = "What is new"
preheader = "A look at your colours."
timezone = "Europe/Zurich"
+++

This is how your mails will look. [A link](https://example.org/report) stands in your colour, where it can be read.

## Tune in

```event
starts = 2030-11-11T14:30:00
city = "Geneva"
watch_url = "https://example.org/live"
```

Events have a button, and times for each reader.

## Read on

```button
label = "Read the report"
url = "https://example.org/report"
```
"""
_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")


def sample_mail(site: Site, theme: Theme, *, logo_url: str, dark: bool) -> str:
    """The HTML of the sample in ``theme``, in light or dark mode whatever the browser is in. Raises ``IssueError``."""
    issue = parse(_ISSUE, file="sample.md", slug="sample").issue
    if issue is None:
        raise ValueError("the sample cannot be read")
    logo = logo_to_show(site)
    shown = Picture(logo_url, *display_size(logo.width or 1, logo.height or 1)) if logo else None
    made = render(
        issue,
        theme,
        organisation=organisation_of(site),
        assets=Assets(logo=shown),
        templates=template_folders(site),
    )
    html = fill(made, {"unsubscribe_url": "#", "preferences_url": "#"}).html
    return _DARK.sub("@media all" if dark else "@media not all", html)
