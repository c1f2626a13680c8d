"""Which addresses a link may have. Facts only: nothing is looked up, nothing is fetched."""

import re
import unicodedata
from urllib.parse import urlsplit

_MAILTO = re.compile(r"[^\s@<>()\[\],;:\\\"?&%{}]+@[^\s@<>()\[\],;:\\\"?&%{}]+\.[^\s@<>()\[\],;:\\\"?&%{}.]+")
_QUERY = re.compile(r"[^\s<>{}\"\x00-\x1f]*")
_TEL = re.compile(r"\+?[0-9][0-9.()-]{2,24}")
# Scripts that stand in one word in honest names; any other mixture is how look-alikes are made (Unicode TS39).
_WRITTEN_TOGETHER = {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
# Cyrillic and Greek letters that pass for Latin ones: a word of these alone can pass for a Latin word.
_LOOK_ALIKES = set("абвгеһнікмпорстухѕјԁԛԝӏьъҽѵѡзԍү" + "αεικνορτυχωη" + "0123456789-")


def check_url(url: str) -> str:
    """``url`` if it is an http(s) address of a public page that shows plainly where it leads.

    Raises ``ValueError``: other schemes (``javascript:``, ``data:``), no scheme (``//host``), a user name before the
    host, spaces or control characters, a host that mixes alphabets, reader fields.
    """
    if "{{" in url:
        raise ValueError("a reader field cannot stand in a link; the address must be the same for all readers")
    if not url[:8].lower().startswith(("http://", "https://")):
        raise ValueError(f"'{url[:60]}' is not an https:// address; write the whole address of the page")
    if any(char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in url):
        raise ValueError("the address holds a space or a hidden character; copy it again from the browser")
    if any(char in '<>"`\\' for char in url):
        raise ValueError('the address holds a character that no address can hold (one of < > " ` \\)')
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"'{url}' is not an address: {error}") from None
    if not host:
        raise ValueError(f"'{url[:60]}' names no host; write it as https://www.example.org/page")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"'{url[:60]}' has a name before the @ that hides where it leads; leave that part out")
    _check_host(host)
    return url


def check_link(url: str) -> str:
    """``url`` if it can stand in a text: a page, or ``mailto:`` (RFC 6068) or ``tel:`` (RFC 3966). Raises as
    ``check_url`` does."""
    scheme, _, rest = url.partition(":")
    if scheme.lower() == "mailto":
        address, _, query = rest.partition("?")
        if not _MAILTO.fullmatch(address) or not _QUERY.fullmatch(query):
            raise ValueError(f"'{url[:60]}' is not a mail address; write mailto:name@example.org")
        return url
    if scheme.lower() == "tel":
        if not _TEL.fullmatch(rest):
            raise ValueError(f"'{url[:60]}' is not a telephone number; write tel:+41225550100")
        return url
    if url.startswith("#") or not url:
        raise ValueError(
            "the link leads nowhere in a mail; write the whole address, such as https://www.example.org/page"
        )
    if not scheme.lower().startswith("http") and re.match(r"(?:www\.|[\w-]+(?:\.[\w-]+)+(?:/|$))", url):
        raise ValueError(f"'{url[:60]}' is not a whole address; did you mean 'https://{url[:60]}'?")
    return check_url(url)


def _check_host(host: str) -> None:
    labels = [_readable(label) for label in host.rstrip(".").split(".")]
    for label in labels:
        if ":" not in host and any(unicodedata.category(char)[0] not in "LMN" and char not in "-_" for char in label):
            raise ValueError(f"the host '{host}' holds a character that no host can have; copy the address again")
        scripts = {unicodedata.name(char, "?").split(" ", 1)[0] for char in label if char.isalpha()}
        if len(scripts) > 1 and not scripts <= _WRITTEN_TOGETHER:
            named = " and ".join(sorted(script.title() for script in scripts))
            raise ValueError(
                f"the host '{host}' mixes {named} letters, as look-alike addresses do; copy the address again from the "
                "browser"
            )
        if labels[-1].isascii() and label and not label.isascii() and set(label) <= _LOOK_ALIKES:
            raise ValueError(
                f"the host '{host}' is written in letters that look like Latin ones; copy the address again from the "
                "browser"
            )


def _readable(label: str) -> str:
    """``xn--pypal-4ve`` as a browser shows it (RFC 3492)."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
