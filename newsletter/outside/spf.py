"""SPF: which servers may send in the name of a domain (RFC 7208)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from newsletter.outside.advice import BAD, GOOD, WARNING, Advice, Record
from newsletter.outside.names import Names, NoAnswer, NoName

LOOKUPS, VOID_LOOKUPS = 10, 2
"""Questions to name servers that one check may take, and those of them without an answer (section 4.6.4)."""
LONGEST = 450
"""Bytes of a record that fit into one answer over UDP (section 3.4)."""
_TERM = re.compile(
    r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:([:/])(.*))?|(redirect|exp|[a-z][\w.-]*)=(.*)", re.I
)
_ASKS = {"include", "a", "mx", "ptr", "exists"}
_MACRO = re.compile(r"%[{%_-]")


class Broken(Exception):
    """The record cannot be used; the message says why."""


@dataclass
class Reading:
    """What a record and all that it includes come to."""

    lookups: int = 0
    void: int = 0
    includes: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)
    """The addresses that may send, as far as no macro stands in the way."""
    everybody: str = ""
    """The qualifier of ``all`` in the record itself, ``+`` where it lets everybody send; empty where there is none."""
    ptr: bool = False


def records_of(texts: list[str]) -> list[str]:
    """Those of the TXT records that are SPF's."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def read(domain: str, names: Names) -> tuple[str, Reading]:
    """The record of ``domain`` and what it comes to; no record is an empty one. Raises ``Broken`` and ``NoAnswer``."""
    reading = Reading()
    record = _follow(domain, names, reading, top=True, within=())
    return record, reading


def _follow(domain: str, names: Names, reading: Reading, *, top: bool, within: tuple[str, ...]) -> str:
    if domain in within:
        raise Broken(f"it includes itself, by way of {domain}")
    try:
        found = records_of(names.ask(domain, "TXT"))
    except NoName:
        found = []
    if len(found) > 1:
        raise Broken(f"{domain} has {len(found)} of them, and then none counts")
    if not found:
        if top:
            return ""
        raise Broken(f"it includes {domain}, which has none")
    redirect = ""
    for term in found[0].split()[1:]:
        redirect = _term(term, domain, names, reading, top=top, within=(*within, domain)) or redirect
    if redirect and not reading.everybody:
        _count(reading)
        _follow(redirect, names, reading, top=top, within=(*within, domain))
    return found[0]


def _term(term: str, domain: str, names: Names, reading: Reading, *, top: bool, within: tuple[str, ...]) -> str:
    """Take one term in; where it redirects, to where."""
    match = _TERM.fullmatch(term)
    if match is None:
        raise Broken(f"'{term[:40]}' is no term of SPF")
    qualifier, kind, mark, value = match[1] or "+", (match[2] or "").lower(), match[3], match[4] or ""
    if not kind:
        return _modifier(match[5].lower(), match[6])
    if kind == "all":
        reading.everybody = qualifier if top else reading.everybody
        return ""
    if kind in {"ip4", "ip6"}:
        reading.networks += [_network(kind, value, term)] if qualifier == "+" else []
        return ""
    if kind in {"include", "exists"} and (mark != ":" or not value):
        raise Broken(f"'{term[:40]}' names no domain")
    _count(reading)
    reading.ptr = reading.ptr or kind == "ptr"
    if _MACRO.search(value):
        return ""
    if kind == "include":
        reading.includes.append(value.lower())
        _follow(value.lower(), names, reading, top=False, within=within)
    elif kind in {"a", "mx"}:
        host = value.partition("/")[0] if mark == ":" else domain
        reading.networks += _hosts(kind, host, names, reading) if qualifier == "+" else []
    return ""


def _modifier(name: str, value: str) -> str:
    if name in {"redirect", "exp"} and not value:
        raise Broken(f"{name}= names no domain")
    return value.lower() if name == "redirect" and not _MACRO.search(value) else ""


def _network(kind: str, value: str, term: str) -> str:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise Broken(f"'{term[:40]}' holds no address") from None
    if network.version != int(kind[2]):
        raise Broken(f"'{term[:40]}' holds an address of the other kind")
    return str(network)


def _count(reading: Reading) -> None:
    reading.lookups += 1
    if reading.lookups > LOOKUPS:
        raise Broken(f"it takes more than {LOOKUPS} questions to name servers, and then it does not count")


def _hosts(kind: str, host: str, names: Names, reading: Reading) -> list[str]:
    try:
        hosts = [host] if kind == "a" else [one.split()[-1].rstrip(".") for one in names.ask(host, "MX")]
        found = [f"{address}" for one in hosts for address in names.addresses(one)]
    except NoName:
        found = []
    if not found:
        reading.void += 1
        if reading.void > VOID_LOOKUPS:
            raise Broken(f"more than {VOID_LOOKUPS} of the names in it do not exist")
    return found


def lets_send(reading: Reading, address: str) -> bool:
    """Whether ``address`` may send by it."""
    found = ip_address(address)
    return any(found in ip_network(network) for network in reading.networks)


def advise(  # noqa: PLR0911  (a fault each)
    domain: str,
    names: Names,
    *,
    wanted: str = "",
    senders: tuple[str, ...] = (),
    own: bool = False,
    level: str = WARNING,
) -> Advice:
    """How SPF of ``domain`` is. ``wanted``: the term that the provider asks for; ``senders``: the addresses that mails
    are handed to, which must be in the record if they are the domain's ``own``; ``level``: how grave it
    is where there is none."""
    try:
        texts = names.ask(domain, "TXT")
    except NoName:
        return Advice(
            "SPF", BAD, f"There is no domain {domain} in DNS.", "Look at the sender's address under Settings."
        )
    except NoAnswer as error:
        return Advice("SPF", WARNING, f"It could not be looked up: {error}.", "Try again later.")
    terms = wanted or " ".join(f"ip{6 if ':' in one else 4}:{one}" for one in senders)
    fresh = Record("TXT", domain, " ".join(("v=spf1", *([terms] if terms else ["mx"]), "~all")))
    mine = records_of(texts)
    if not mine:
        near = next((text for text in texts if text.lower().lstrip().startswith(("v=spf", "spf1", '"v=spf'))), "")
        said = f"'{near[:60]}' is written wrongly." if near else f"{domain} says nothing of who may send in its name."
        return Advice("SPF", level, said, "Add this record to DNS.", (fresh,))
    if len(mine) > 1:
        one = Record("TXT", domain, _merged(mine, terms))
        said = f"{domain} has {len(mine)} records of SPF, and then none counts."
        return Advice("SPF", BAD, said, "Take them all out and add this one.", (one,))
    try:
        record, reading = read(domain, names)
    except Broken as error:
        return Advice("SPF", BAD, f"The record of {domain} does not count: {error}.", _mend(str(error)))
    except NoAnswer as error:
        return Advice("SPF", WARNING, f"What it includes could not be looked up: {error}.", "Try again later.")
    for advice in _faults(domain, record, reading, wanted, senders if own else ()):
        return advice
    return Advice("SPF", GOOD, f"{domain} says who may send in its name ({reading.lookups} of {LOOKUPS} questions).")


def _faults(domain: str, record: str, reading: Reading, wanted: str, senders: tuple[str, ...]) -> Iterator[Advice]:
    if reading.everybody == "+":
        new = Record("TXT", domain, re.sub(r"(?i)(?<=\s)\+?all\b", "~all", record))
        yield Advice(
            "SPF", BAD, f"{domain} lets everybody send in its name (+all).", "Change the record to this.", (new,)
        )
    include = wanted.removeprefix("include:").lower()
    missing = [one for one in senders if not lets_send(reading, one)]
    if wanted and include not in reading.includes:
        new = Record("TXT", domain, _with(record, wanted))
        yield Advice("SPF", WARNING, f"The provider is not in the record of {domain}.", "Change it to this.", (new,))
    if missing:
        terms = " ".join(f"ip{6 if ':' in one else 4}:{one}" for one in missing)
        said = f"The mail server ({', '.join(missing)}) may not send in the name of {domain}."
        yield Advice("SPF", WARNING, said, "Change the record to this.", (Record("TXT", domain, _with(record, terms)),))
    if not reading.everybody:
        said = f"The record of {domain} does not end in what others are to do with mail from elsewhere."
        yield Advice("SPF", WARNING, said, "Change it to this.", (Record("TXT", domain, f"{record} ~all"),))
    if reading.everybody == "?":
        new = Record("TXT", domain, re.sub(r"(?i)\?all\b", "~all", record))
        yield Advice(
            "SPF", WARNING, f"{domain} says nothing about mail from elsewhere (?all).", "Change it to this.", (new,)
        )
    if len(record) > LONGEST:
        said = f"The record of {domain} has {len(record)} bytes; over {LONGEST} do not fit into one answer everywhere."
        yield Advice("SPF", WARNING, said, "Take out what no longer sends for you.")
    if reading.ptr:
        yield Advice("SPF", WARNING, f"The record of {domain} uses ptr, which many servers ignore.", "Take ptr out.")


def _with(record: str, terms: str) -> str:
    head, *rest = record.split()
    return " ".join((head, terms, *rest))


def _merged(records: list[str], terms: str) -> str:
    all_terms = [term for record in records for term in record.split()[1:]]
    kept = dict.fromkeys(
        [*([terms] if terms else []), *(term for term in all_terms if term.lower().lstrip("+?~-") != "all")]
    )
    return " ".join(("v=spf1", *kept, "~all"))


def _mend(why: str) -> str:
    if "questions" in why:
        return "Take out includes of services that no longer send for you; each costs questions."
    return "Correct the record, or ask the service that is named there."
