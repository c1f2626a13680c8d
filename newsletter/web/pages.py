"""A page in the language of whoever reads it."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsletter.delivery.current import this_site
from newsletter.render.dates import day_in, language_name
from newsletter.render.templates import SHIPPED
from newsletter.render.words import direction

__all__ = ["LANGUAGES", "environment", "language_of", "page", "say", "this_site", "words"]

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français", "ar": "العربية"}
"""The languages of the public pages, each in its own words."""


def environment(**options: Any) -> Environment:
    """The template engine of all pages, as Django asks for it. Templates of the site win over the shipped ones."""
    options |= {
        "loader": FileSystemLoader([this_site().templates, SHIPPED]),
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    made = Environment(**options)  # noqa: S701 - Django sets autoescape
    made.filters["moment"] = _moment
    made.filters["day"] = _day
    made.filters["language_name"] = language_name
    made.filters["number"] = "{:,}".format
    made.filters["given"] = lambda values: urlencode({key: value for key, value in values.items() if value})
    made.globals["url"] = reverse
    return made


def _moment(at: datetime) -> str:
    """``at`` on the site's clock, with its zone."""
    zone = this_site().settings.site.timezone
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def _day(at: datetime, language: str) -> str:
    """The day of ``at`` on the site's clock, as it is written in ``language``."""
    return day_in(at.astimezone(ZoneInfo(this_site().settings.site.timezone)), language)


def page(
    request: HttpRequest, name: str, *, status: int = 200, language: str = "", reader_language: str = "", **values: Any
) -> HttpResponse:
    """The page ``web/<name>.html`` in ``language``, or the best of ``LANGUAGES``."""
    language = language if language in LANGUAGES else language_of(request, reader_language)
    context = {
        "language": language,
        "dir": direction(language),
        "languages": LANGUAGES,
        "words": words(language),
        "say": partial(say, language, name=this_site().settings.site.name),
        "site": this_site().settings.site,
        "status": status,
        **values,
    }
    response = render(request, f"web/{name}.html", context, status=status)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return response


def language_of(request: HttpRequest, reader_language: str = "") -> str:
    """What the address asks for, else what the reader chose, else what the browser prefers, else the site's own, else
    English."""
    preferred = _preferred(request.headers.get("Accept-Language", ""))
    asked = [request.GET.get("language", ""), reader_language, *preferred]
    for tag in [*asked, this_site().settings.site.language]:
        if tag.split("-")[0].lower() in LANGUAGES:
            return str(tag.split("-")[0].lower())
    return "en"


def _preferred(header: str) -> list[str]:
    """The tags of ``Accept-Language`` (RFC 9110, section 12.5.4), the most wanted first."""
    wanted = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(wanted, key=lambda one: -one[0]) if weight > 0]


def say(language: str, word: str, **names: str) -> str:
    """The ``word`` of ``words(language)`` with ``names`` filled in; from right to left, a name in another script keeps
    its order and moves nothing beside it (Unicode Bidirectional Algorithm, isolates)."""
    if direction(language) == "rtl":
        names = {key: f"\u2068{name}\u2069" for key, name in names.items()}
    return words(language)[word].format(**names)


def words(language: str) -> Mapping[str, str]:
    """The words of the public pages in one of ``LANGUAGES``; a site's own win."""
    files = [place / "web" / "words" / f"{language}.toml" for place in (SHIPPED, this_site().templates)]
    # What changes a file changes its stamp: an operator's correction shows without a restart.
    return _words(tuple((file, file.stat().st_mtime_ns) for file in files if file.is_file()))


@lru_cache(maxsize=16)
def _words(files: tuple[tuple[Path, int], ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for file, _ in files:
        found |= {key: str(value) for key, value in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    return found
