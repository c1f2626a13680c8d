"""Links that open a network or a mail program with the text filled in, and how long such texts may be.

Nothing is contacted: each link is a fixed address of the network with encoded text. Sources:

- X: https://developer.x.com/en/docs/x-for-websites/tweet-button/guides/web-intent and
  https://docs.x.com/fundamentals/counting-characters
- Bluesky: https://docs.bsky.app/docs/advanced-guides/intent-links
- Mastodon: https://share.joinmastodon.org and https://docs.joinmastodon.org/user/posting/
- WhatsApp: https://faq.whatsapp.com/5913398998672934
- mail: RFC 6068
- Facebook's sharer takes a page, never a text: https://developers.facebook.com/docs/plugins/share-button
- LinkedIn documents no link that takes a text; its own site opens the composer by the one that is built here.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from newsletter.items.graphemes import graphemes
from newsletter.items.kinds.engage import Copy, Engage, Network, Share, Write

MAILTO_LIMIT = 2_000
"""Characters of a ``mailto:`` link: Windows and Outlook cut off what is longer (their limit is 2,083)."""

LINK_LIMIT = 8_000
"""Characters of a web link: what every server has to accept (RFC 9110, section 4.1)."""

WORD_LIMITS = {"op-ed": 750, "press statement": 500}
"""Words of a text to copy: what newspapers take, and what fits on a page."""

_LINK = 23
_WEB = re.compile(r"https?://[^\s<>\"]+|\b(?:[\w-]+\.)+[a-z]{2,24}\b(?:/[^\s<>\"]*)?", re.IGNORECASE)
# twitter-text, config/v3.json: these code points count once, all others twice.
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


@dataclass(frozen=True)
class ShareLink:
    """One button: ``label`` is the network's name."""

    network: Network
    label: str
    url: str


def share_links(share: Share) -> tuple[ShareLink, ...]:
    """A link for each network of ``share``, in its order."""
    return tuple(ShareLink(network, LABELS[network], _LINKS[network](share)) for network in share.networks)


def letter_link(write: Write) -> str | None:
    """A link that opens the reader's mail program with the letter filled in; the reader adds the address where none is
    given."""
    return _mailto(write.email or "", write.subject, write.text)


def x_length(text: str) -> int:
    """Characters as X counts them: most once, emoji and East Asian letters twice, any link as 23."""
    text = unicodedata.normalize("NFC", text)
    links = len(_WEB.findall(text))
    return _LINK * links + sum(_x_weight(part) for part in graphemes(_WEB.sub("", text)))


def _x_weight(grapheme: str) -> int:
    if "\N{ZERO WIDTH JOINER}" in grapheme or unicodedata.category(grapheme[0]) == "So":
        return 2  # an emoji counts as one, whatever it is made of
    return sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in grapheme)


def mastodon_length(text: str) -> int:
    """Characters as Mastodon counts them: what a reader sees as one, any link as 23."""
    links = re.findall(r"https?://[^\s<>\"]+", text)
    return _LINK * len(links) + len(graphemes(re.sub(r"https?://[^\s<>\"]+", "", text)))


def bluesky_length(text: str) -> int:
    """Characters as Bluesky counts them: what a reader sees as one; links count in full."""
    return len(graphemes(text))


def action_mistakes(engage: Engage) -> Iterator[tuple[str, str, str]]:
    """Field, message and mend of each action whose text is too long for where it goes."""
    for index, action in enumerate(engage.actions, 1):
        if isinstance(action, Share):
            found = _share_mistakes(action)
        elif isinstance(action, Write):
            found = _letter_mistakes(action)
        elif isinstance(action, Copy):
            found = _copy_mistakes(action)
        else:
            continue
        for field, message, mend in found:
            yield f"actions[{index}].{field}", message, mend


def _share_mistakes(share: Share) -> Iterator[tuple[str, str, str]]:
    if "facebook" in share.networks and share.url is None:
        yield "networks", "Facebook shares a page, never a text, and there is no url", "add url, or take facebook out"
    for network, (count, limit) in _LENGTHS.items():
        if network in share.networks and (length := count(_text_and_url(share))) > limit:
            yield (
                "text",
                f"with its link the text has {length:,} characters as {LABELS[network]} counts, and {limit:,} fit",
                f"shorten it by {length - limit:,}, or take {network} out of networks",
            )
    for link in share_links(share):
        limit = MAILTO_LIMIT if link.network == "email" else LINK_LIMIT
        if len(link.url) > limit:
            yield "text", _too_long_a_link(link.label, len(link.url), limit), "shorten the text"


def _letter_mistakes(write: Write) -> Iterator[tuple[str, str, str]]:
    length = len(letter_link(write) or "")
    if length > MAILTO_LIMIT:
        yield "text", _too_long_a_link("the letter", length, MAILTO_LIMIT), "shorten the letter"


def _too_long_a_link(name: str, length: int, limit: int) -> str:
    return f"the link for {name} has {length:,} characters once it is encoded, and {limit:,} work everywhere"


def _copy_mistakes(copy: Copy) -> Iterator[tuple[str, str, str]]:
    words, limit = len(copy.text.split()), WORD_LIMITS[copy.form]
    if words > limit:
        yield "text", f"the {copy.form} has {words:,} words, and at most {limit:,} are printed", "shorten it"


def _text_and_url(share: Share) -> str:
    return share.text if share.url is None or share.url in share.text else f"{share.text}\n{share.url}"


def _encoded(text: str) -> str:
    return quote(text, safe="")


def _mailto(address: str, subject: str, body: str) -> str:
    """RFC 6068: spaces are %20, line breaks %0D%0A."""
    lines = "\r\n".join(body.split("\n"))
    return f"mailto:{quote(address, safe='@')}?subject={_encoded(subject)}&body={_encoded(lines)}"


def _x(share: Share) -> str:
    url = f"&url={_encoded(share.url)}" if share.url and share.url not in share.text else ""
    return f"https://x.com/intent/tweet?text={_encoded(share.text)}{url}"


def _facebook(share: Share) -> str:
    return f"https://www.facebook.com/sharer/sharer.php?u={_encoded(share.url or '')}"


def _bluesky(share: Share) -> str:
    return f"https://bsky.app/intent/compose?text={_encoded(_text_and_url(share))}"


def _mastodon(share: Share) -> str:
    return f"https://share.joinmastodon.org/#text={_encoded(_text_and_url(share))}"


def _linkedin(share: Share) -> str:
    return f"https://www.linkedin.com/feed/?shareActive=true&text={_encoded(_text_and_url(share))}"


def _whatsapp(share: Share) -> str:
    return f"https://wa.me/?text={_encoded(_text_and_url(share))}"


def _email(share: Share) -> str:
    return _mailto("", _first_words(share.text), _text_and_url(share))


def _first_words(text: str) -> str:
    """The first line, at most 70 characters: the subject of a mail to a friend."""
    line = text.split("\n", 1)[0].strip()
    return line if len(line) <= 70 else line[:70].rsplit(" ", 1)[0].rstrip(",;:") + "…"


LABELS: Mapping[Network, str] = {
    "x": "X",
    "facebook": "Facebook",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "linkedin": "LinkedIn",
    "whatsapp": "WhatsApp",
    "email": "Email",
}
_LINKS: Mapping[Network, Callable[[Share], str]] = {
    "x": _x,
    "facebook": _facebook,
    "bluesky": _bluesky,
    "mastodon": _mastodon,
    "linkedin": _linkedin,
    "whatsapp": _whatsapp,
    "email": _email,
}
_LENGTHS: Mapping[Network, tuple[Callable[[str], int], int]] = {
    "x": (x_length, 280),
    "bluesky": (bluesky_length, 300),
    "mastodon": (mastodon_length, 500),
    "linkedin": (len, 3_000),  # https://www.linkedin.com/help/linkedin/answer/a522483
}
