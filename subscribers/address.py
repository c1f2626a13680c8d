"""Addresses: what is one, and when two are the same.

``email-validator`` decides (RFC 5321, RFC 5322, IDNA 2008). Most addresses are plain ASCII, and for those a pattern
gives the same answer a hundred times faster: ``tests/subscribers/test_address.py`` holds the two to each other.
"""

import re
from dataclasses import dataclass

MAX_LENGTH = 254
"""Characters of a whole address (RFC 5321, section 4.5.3.1.3, less the angle brackets)."""

MAX_LOCAL_LENGTH = 64
"""Characters before the @ (RFC 5321, section 4.5.3.1.1)."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"(?!-)({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+([A-Za-z]{{2,63}}))")

# Names that mail cannot reach (IANA, Special-Use Domain Names): email-validator refuses them, so the pattern must not
# take them.
_SPECIAL = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})


class AddressError(ValueError):
    """What is no address we can mail: ``message`` says why, ``mend`` what to do. Neither quotes the address."""

    def __init__(self, message: str, mend: str = "write it as name@example.org") -> None:
        super().__init__(f"{message}; {mend}")
        self.message = message
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Address:
    """``email`` is where mail goes: the local part as given, the host in ASCII. ``norm`` is the same for all ways to
    write it: both parts in small letters."""

    email: str
    norm: str

    @property
    def host(self) -> str:
        """What follows the @, as an A-label in small letters."""
        return self.norm.rpartition("@")[2]


def normalise(address: str) -> Address:
    """The address that ``address`` means; white space around it does not count.

    Raises:
        AddressError: it is none, or one that no provider of ours can mail.
    """
    address = address.strip()
    plain = _PLAIN.fullmatch(address)
    if (
        plain
        and len(address) <= MAX_LENGTH
        and plain.end(1) <= MAX_LOCAL_LENGTH
        and "--" not in plain[2]
        and plain[3].lower() not in _SPECIAL
    ):
        return Address(f"{plain[1]}@{plain[2].lower()}", address.lower())
    _refuse_known(address)
    return _validated(address)


def normalise_host(host: str) -> str:
    """The host ``host`` (``example.org``, with or without a leading @) as addresses have it in ``norm``.

    Raises:
        AddressError: no address can be there.
    """
    return normalise("someone@" + host.strip().removeprefix("@")).host


def _refuse_known(address: str) -> None:
    """The mistakes that people make, in words of our own."""
    local, _, host = address.rpartition("@")
    if not address:
        raise AddressError("the address is empty")
    if len(address) > MAX_LENGTH:
        raise AddressError(f"the address has {len(address):,} characters; {MAX_LENGTH} are the most there can be")
    if any("\ud800" <= char <= "\udfff" for char in address):
        raise AddressError("the address is not readable as UTF-8", "save the file as UTF-8")
    if "@" not in address:
        raise AddressError("the address has no @")
    if '"' in address:
        raise AddressError("the part before the @ is in quotes, which most mail systems refuse")
    if "<" in address or ">" in address:
        raise AddressError("there is more than the address", "leave out the name and the angle brackets")
    if "@" in local:
        raise AddressError("there is more than one @", "write one address, and each further one in a row of its own")
    if address.startswith("-"):
        raise AddressError("the address begins with a hyphen, which mail programs can read as an option")
    if not local.isascii():
        raise AddressError(
            "the part before the @ has letters beyond a-z, which most mail systems cannot take (SMTPUTF8)",
            "ask the reader for an address in plain letters",
        )
    if len(local) > MAX_LOCAL_LENGTH:
        raise AddressError(f"the part before the @ has {len(local)} characters; {MAX_LOCAL_LENGTH} are the most")
    if host.startswith("["):
        raise AddressError("what follows the @ is a number, not a name")
    if host and "." not in host.strip(".。．｡"):
        raise AddressError("what follows the @ is no public host: it has no dot")


def _validated(address: str) -> Address:
    # Imported late: it brings idna and its tables, and plain addresses do without.
    from email_validator import validate_email  # noqa: PLC0415

    try:
        valid = validate_email(address, check_deliverability=False, strict=True)
    except ValueError as error:  # EmailNotValidError, and UnicodeError from idna, are both of these
        message = str(error).rstrip(".").replace("email address", "address")
        raise AddressError(message[:1].lower() + message[1:]) from None
    local = address.rpartition("@")[0]
    return Address(f"{local}@{valid.ascii_domain}", f"{local}@{valid.ascii_domain}".lower())
