"""Links that write a mail or call a number."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from newsletter.checks.addresses import Address, addresses_of
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import fix_at
from newsletter.checks.texts import Text
from newsletter.items.kinds.contact import Contact

_MAIL = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,63}"
)
_FIELD = re.compile(r"(?:subject|body|cc|bcc|to|in-reply-to)=[^=]*", re.IGNORECASE)
_SLIPS = {
    **dict.fromkeys(
        ("gmial.com", "gmai.com", "gamil.com", "gmail.con", "gmail.co", "gmal.com", "gmaill.com"), "gmail.com"
    ),
    **dict.fromkeys(("hotmial.com", "hotmai.com", "hotmail.con", "hotmal.com"), "hotmail.com"),
    **dict.fromkeys(("yaho.com", "yahooo.com", "yahoo.con", "yhaoo.com"), "yahoo.com"),
    **dict.fromkeys(("outlok.com", "outllok.com", "outlook.con"), "outlook.com"),
    **dict.fromkeys(("protonmial.com", "protonmail.con", "protonmal.com"), "protonmail.com"),
}
_ENDINGS = ("con", "cmo", "ogr", "orgg", "comm")
_LOCAL_ONLY = re.compile(r"1?8(?:00|33|44|55|66|77|88)\d{7}|0?8\d{2}\d{5,8}|\d{2,6}")
"""Numbers that can only be dialled within their country: free of charge, or short (112, 988)."""


@check(
    "link-mail-phone",
    "warning",
    bad="[Write to us](mailto:upr@example..org?subject=UPR?body=Hello), or [call](tel:0225550100)",
    good="[Write to us](mailto:upr@example.org?subject=UPR&body=Hello), or [call](tel:+41225550100)",
)
def link_mail_phone(context: Context) -> Iterator[Finding]:
    """Links that write a mail or dial a number: an address that cannot exist or is misspelt, words that name another
    address or number than the one behind them, a second question mark, a number without the code of its country or
    with a zero in brackets that is dialled along.
    """
    for address in addresses_of(context.texts):
        scheme = address.url.partition(":")[0].lower()
        if scheme == "mailto":
            found = _mail(address)
        elif scheme == "tel":
            found = _phone(address)
        else:
            continue
        if found:
            yield Finding("link-mail-phone", "warning", found[0], found[1], address.place)
    for text in context.texts:
        if (text.place.field or "").rsplit(".", 1)[-1] in {"email", "reply_to"} and (slip := _slip(text.value)):
            yield Finding("link-mail-phone", "warning", *slip, text.place)
    numbers = {(item.id, item.phone) for item in context.issue.items if isinstance(item, Contact) and item.phone}
    for text in context.texts:
        if text.place.field == "phone" and (text.place.item, text.value) in numbers:
            yield from _number(text)


def _mail(address: Address) -> tuple[str, str] | None:
    to, question, query = address.url[len("mailto:") :].partition("?")
    again = "Write it as mailto:name@example.org?subject=Your%20subject."
    for one in filter(None, unquote(to).split(",")):
        if not _MAIL.fullmatch(one.strip()):
            return f"'{one[:60]}' is no mail address.", again
        if slip := _slip(one.strip()):
            return slip
    if question and "?" in query:
        return f"'{address.url[:80]}' has a second question mark; what follows it ends up in the subject.", (
            "Write & between subject and body."
        )
    if question and any(not _FIELD.fullmatch(part) for part in query.replace("&amp;", "&").split("&")):
        return f"'{address.url[:80]}' has a part that mail programs do not understand.", again
    shown = re.sub(r"^mailto:", "", address.words.strip(" .<>()"), flags=re.IGNORECASE)
    if _MAIL.fullmatch(shown) and to and shown.casefold() != unquote(to).casefold():
        return (
            f"The link reads {shown} and writes to {unquote(to)[:80]}.",
            "Correct the one that is wrong.",
        )
    return None


def _slip(mail: str) -> tuple[str, str] | None:
    host = mail.rpartition("@")[2].casefold().rstrip(".")
    if host in _SLIPS:
        return f"'{mail}' ends in {host}; is {_SLIPS[host]} meant?", "Correct the address."
    if host.rpartition(".")[2] in _ENDINGS:
        return f"'{mail}' ends in .{host.rpartition('.')[2]}, which does not exist.", "Correct the address."
    return None


def _phone(address: Address) -> tuple[str, str] | None:
    number = unquote(address.url[len("tel:") :]).partition(";")[0]
    digits = re.sub(r"\D", "", number)
    if re.search(r"[^\d+().\s-]", number) or len(digits) < 2:
        return f"'{number[:40]}' is no telephone number.", "Write it as tel:+41225550100."
    abroad = number.startswith(("+", "00")) or "phone-context" in address.url
    if not abroad and not _LOCAL_ONLY.fullmatch(digits):
        return (
            f"The number {number} has no code of its country; it cannot be called from another one.",
            "Write it with + and the code, such as tel:+41225550100.",
        )
    if number.startswith("+") and re.search(r"^\+\d{1,3}[\s.-]?\(0\)", number):
        return f"The zero in brackets of {number} is dialled along, and the call fails.", "Leave (0) out."
    shown = re.sub(r"\D", "", re.sub(r"\(0\)", "", address.words))
    is_number = len(shown) > 5 and not re.search(r"[^\W\d_]{3}", address.words)
    if is_number and not _same_number(shown, digits):
        return f"The link reads {address.words} and calls {number}.", "Correct the one that is wrong."
    return None


def _same_number(shown: str, dialled: str) -> bool:
    """Whether both end alike: one of them may have the code of the country, or the zero instead of it."""
    plain = shown.lstrip("0")
    return dialled.endswith(plain) or plain.endswith(dialled.lstrip("0"))


def _number(text: Text) -> Iterator[Finding]:
    number = text.value
    digits = re.sub(r"\D", "", number)
    if zero := re.search(r"^\+\d{1,3}[\s.-]*(\(0\)[\s.-]?)", number):
        yield Finding(
            "link-mail-phone",
            "warning",
            f"The zero in brackets of {number} is dialled along when the number is pressed, and the call fails.",
            "Leave (0) out.",
            text.place,
            fix_at(text, zero.start(1), zero.end(1), "", "Leave out (0)"),
        )
    elif not number.startswith("+") and not number.startswith("00") and not _LOCAL_ONLY.fullmatch(digits):
        yield Finding(
            "link-mail-phone",
            "warning",
            f"The number {number} has no code of its country; it cannot be called from another one.",
            "Write it with + and the code, such as +41 22 555 01 00.",
            text.place,
        )
