"""The addresses in the header."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.letter import address_of, without_quotes

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_SETTING = {"From": "email under [sender]", "Reply-To": "reply_to under [sender]"}
_IN_A_NAME = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


@check(
    "mail-addresses",
    "error",
    bad="From: news@bücher.example",
    good="From: USHRN <news@xn--bcher-kva.example>",
    needs="message",
)
def mail_addresses(context: Context) -> Iterator[Finding]:
    """From and Reply-To hold one plain address each. A domain with letters beyond ASCII is written as DNS knows it
    (xn--…), and the part before the @ is ASCII, since not every server takes others (RFC 6531). The sender's name holds
    no other address, which phishing does.
    """
    for name, setting in _SETTING.items():
        for value in context.letter.all(name)[:1]:
            for wrong in _faults(value):
                yield Finding(
                    "mail-addresses",
                    "error",
                    f"{name} is no address that every mail server takes: {wrong}.",
                    f"Correct {setting} in newsletter.toml, or sender and reply_to in the issue.",
                )


def _faults(value: str) -> Iterator[str]:
    address = address_of(value)
    local, at, host = address.rpartition("@")
    if "," in address or address.count("@") > 1 or without_quotes(value).count("<") > 1:
        yield "it holds more than one address"
    elif not at or not local or not host:
        yield "it is no whole address"
    elif not host.isascii():
        yield "its domain has letters beyond ASCII"
    elif not _HOST.fullmatch(host):
        yield f"'{host[:60]}' is no domain"
    elif not local.isascii():
        yield "the part before the @ has letters beyond ASCII"
    elif not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        yield "the part before the @ is not written as addresses are"
    else:
        shown = value[: value.rfind(address)]
        other = _IN_A_NAME.search(shown)
        if other and other[0].lower() != address.lower():
            yield f"the name shows another address, {other[0][:60]}"
