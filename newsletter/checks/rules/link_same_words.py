"""Links that read alike and lead elsewhere."""

import re
from collections.abc import Iterator
from functools import lru_cache

from newsletter.checks.addresses import Address, addresses_of
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.unwrapping import junk_in
from newsletter.checks.wording import empty_link_words
from newsletter.issue.problems import Place
from newsletter.items.kinds.button import Button
from newsletter.items.kinds.engage import Engage, Link
from newsletter.items.kinds.resources import Resources

_FORMATS = """
english español espanol spanish français francais french العربية عربي arabic português portugues portuguese deutsch
german italiano italian русский russian 中文 chinese kreyòl creole en es fr ar pt de it ru zh pdf word doc docx epub
html audio video mp3 easy read
"""
_VERSIONS = frozenset(_FORMATS.split())
"""Words of links that stand behind the name of a thing: its languages and formats."""


@check(
    "link-same-words",
    "warning",
    bad="[The report](https://www.example.org/report-2019) and [the report](https://www.example.org/report-2020)",
    good="[The report of 2019](https://www.example.org/report-2019) and "
    "[the report of 2020](https://www.example.org/report-2020)",
)
def link_same_words(context: Context) -> Iterator[Finding]:
    """Two links with the same words that lead to different pages: who hears them one after the other cannot tell them
    apart, and often one of them is a wrong copy. Languages and formats (English, PDF) are passed over.
    """
    language = context.issue.language.split("-")[0]
    first: dict[str, tuple[str, str]] = {}
    for words, url, place in _labelled(context):
        plain = " ".join(re.findall(r"\w+", words.casefold().replace("’", "'")))
        if not plain or empty_link_words(words, language) or _VERSIONS.issuperset(plain.split()) or _is_address(words):
            continue
        target = _target(url)
        known = first.setdefault(plain, (target, url))
        if known[0] != target:
            yield Finding(
                "link-same-words",
                "warning",
                f"Two links read '{words[:80]}', and they lead to different pages: {known[1][:100]} and {url[:100]}.",
                "Give each words of its own, or correct the address that was copied.",
                place,
            )


def _labelled(context: Context) -> Iterator[tuple[str, str, Place]]:
    """Words, target and place of each link, in the order of the mail."""
    by_item: dict[str | None, list[Address]] = {}
    for address in addresses_of(context.texts):
        if address.how == "link" and not address.url.startswith("#"):
            by_item.setdefault(address.text.place.item, []).append(address)
    for item in (None, *context.issue.items):
        name = item.id if item else None
        yield from ((address.words, address.url, address.place) for address in by_item.get(name, ()))
        if isinstance(item, Button):
            yield item.label, item.url, Place(item=name, field="label")
        elif isinstance(item, Resources):
            for number, link in enumerate(item.links, 1):
                yield link.label, link.url or link.file or "", Place(item=name, field=f"links[{number}].label")
        elif isinstance(item, Engage):
            for number, action in enumerate(item.actions, 1):
                if isinstance(action, Link):
                    yield action.button, action.url, Place(item=name, field=f"actions[{number}].button")


def _is_address(words: str) -> bool:
    return bool(re.match(r"https?:|www\.|\S+@\S+$", words.strip(), re.IGNORECASE))


@lru_cache(maxsize=2048)
def _target(url: str) -> str:
    """Where ``url`` leads, without what does not matter: the scheme, marks of campaigns, a place in the page."""
    junk = junk_in(url)
    url = (junk.clean if junk else url).split("#")[0]
    if url.lower().startswith(("mailto:", "tel:")):
        return url.split("?")[0].casefold()
    page = re.sub(r"^https?://(www\.)?", "", url, flags=re.IGNORECASE)
    host, slash, path = page.partition("/")
    return host.casefold() + slash + path.rstrip("/") if path else host.casefold()
