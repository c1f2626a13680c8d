"""The hosts of a domain's mail: where answers go (MX), and what the sending server is called (PTR)."""

import dns.reversename

from newsletter.outside.advice import BAD, GOOD, WARNING, Advice, Record
from newsletter.outside.names import Names, NoAnswer, NoName


def mx(domain: str, names: Names) -> Advice:  # noqa: PLR0911  (a fault each)
    """Whether answers and bounces can reach ``domain`` (RFC 5321, section 5; RFC 7505)."""
    fresh = (Record("MX", domain, "10 (the name of the server that takes your mail)"),)
    try:
        hosts = [record.split()[-1] for record in names.ask(domain, "MX")]
    except NoName:
        return Advice("MX", BAD, f"There is no domain {domain} in DNS.", "Look at the sender's address under Settings.")
    except NoAnswer as error:
        return Advice("MX", WARNING, f"It could not be looked up: {error}.", "Try again later.")
    if not hosts:
        said = f"{domain} does not say where its mail goes; answers and bounces may be lost."
        return Advice("MX", BAD, said, "Add such a record to DNS, or send from an address that takes mail.", fresh)
    if hosts == ["."]:
        said = f"{domain} says that it takes no mail; many servers refuse mail from such a domain."
        return Advice("MX", BAD, said, "Change the record, or send from an address that takes mail.", fresh)
    for host in hosts:
        try:
            names.addresses(host.rstrip("."))
        except NoName:
            said = f"Mail for {domain} goes to {host.rstrip('.')}, which has no address."
            return Advice("MX", BAD, said, "Correct the record.", fresh)
        except NoAnswer as error:
            return Advice("MX", WARNING, f"{host.rstrip('.')} could not be looked up: {error}.", "Try again later.")
    return Advice("MX", GOOD, f"Mail for {domain} goes to {', '.join(one.rstrip('.') for one in hosts[:3])}.")


def ptr(host: str, addresses: tuple[str, ...], names: Names) -> Advice:
    """Whether the addresses of the mail server ``host`` have names that lead back to them: mail services ask for it of
    whoever connects to them."""
    mend = "Ask whoever gave you the address (the hosting company) to add this record."
    for address in addresses:
        backwards = dns.reversename.from_address(address)
        fresh = (Record("PTR", backwards.to_text(omit_final_dot=True), f"{host}."),)
        try:
            called = [name.rstrip(".") for name in names.ask(backwards.to_text(), "PTR")]
            if not called:
                raise NoName
        except NoName:
            return Advice("PTR", WARNING, f"The address {address} of {host} has no name.", mend, fresh)
        except NoAnswer as error:
            return Advice("PTR", WARNING, f"The name of {address} could not be looked up: {error}.", "Try again later.")
        if not any(address in _addresses(name, names) for name in called):
            said = f"{address} is called {called[0]}, which does not lead back to it."
            return Advice("PTR", WARNING, said, mend, fresh)
    return Advice("PTR", GOOD, f"The addresses of {host} have names that lead back to them.")


def addresses_of(host: str, names: Names) -> tuple[str, ...]:
    """The addresses of ``host``, none where they cannot be looked up."""
    return tuple(_addresses(host, names))


def aliases(records: tuple[Record, ...], names: Names, *, level: str) -> Advice:
    """Whether ``records`` that the provider wants are there."""
    missing = []
    for record in records:
        try:
            found = [one.rstrip(".").lower() for one in names.ask(record.name, record.kind)]
        except NoName:
            found = []
        except NoAnswer as error:
            return Advice("Signing", WARNING, f"{record.name} could not be looked up: {error}.", "Try again later.")
        if record.value.rstrip(".").lower() not in found:
            missing.append(record)
    if missing:
        said = f"{len(missing)} of the {len(records)} records by which the provider signs in your name are not in DNS."
        return Advice("Signing", level, said, "Add these records to DNS.", tuple(missing))
    return Advice("Signing", GOOD, f"All {len(records)} records by which the provider signs in your name are there.")


def _addresses(name: str, names: Names) -> list[str]:
    try:
        return names.addresses(name)
    except (NoName, NoAnswer):
        return []
