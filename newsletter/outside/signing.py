"""DKIM and DMARC: the key by which mails are signed (RFC 6376), and what a domain wants done with others (RFC 7489)."""

import binascii
import re
from base64 import b64decode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.outside.advice import BAD, GOOD, WARNING, Advice, Record
from newsletter.outside.names import Names, NoAnswer, NoName

USUAL = (
    "default", "mail", "dkim", "s1", "s2", "selector1", "selector2", "google", "k1", "k2", "k3", "key1", "smtp", "mx",
    "pm", "mandrill", "mailjet", "resend", "zoho", "fm1", "fm2", "fm3", "brevo1", "brevo2", "ed25519", "rsa",
)  # fmt: skip
"""Names that keys often have; a domain does not tell those that it has."""
_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*?)\s*", re.DOTALL)
_LABELS = 8


def tags_of(text: str) -> dict[str, str] | None:
    """The tags of such a record; ``None`` where it is not written as one, or has a tag twice."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        match = _TAG.fullmatch(part)
        if match is None or match[1].lower() in found:
            return None
        found[match[1].lower()] = match[2]
    return found


def dkim(domain: str, names: Names, selectors: tuple[str, ...] = (), *, level: str = WARNING) -> Advice:
    """How the keys of ``domain`` are: those that are named, else those that have a usual name."""
    keys: dict[str, str] = {}
    for selector in selectors or USUAL:
        try:
            for text in names.ask(f"{selector}._domainkey.{domain}", "TXT"):
                keys.setdefault(selector, text)
        except NoName:
            continue
        except NoAnswer as error:
            if selectors or not keys:
                return Advice(
                    "DKIM", WARNING, f"The key {selector} could not be looked up: {error}.", "Try again later."
                )
    if missing := [one for one in selectors if one not in keys]:
        said = f"{domain} has no key called {' or '.join(missing)}."
        return Advice("DKIM", level, said, "Add the records that your mail service shows for signing (DKIM).")
    if not keys:
        said = f"No key was found under a usual name at {domain}; what others it has, DNS does not tell."
        mend = (
            "Have your mail server or service sign, add its record, and name the key: newsletter doctor --selector NAME"
        )
        return Advice("DKIM", level, said, mend)
    judged = [_key(selector, text) for selector, text in keys.items()]
    worst = next((one for wanted in (BAD, WARNING) for one in judged if one.level == wanted), None)
    if worst and (selectors or all(one.level != GOOD for one in judged)):
        return worst
    return Advice("DKIM", GOOD, f"{domain} has {'a key' if len(keys) == 1 else 'keys'}: {', '.join(keys)}.")


def _key(selector: str, text: str) -> Advice:  # noqa: PLR0911  (a fault each)
    def advice(
        level: str, said: str, mend: str = "Make a new key and add the record that your mail service shows."
    ) -> Advice:
        return Advice("DKIM", level, f"The key {selector} {said}.", mend if level != GOOD else "")

    tags = tags_of(text)
    if tags is None or tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return advice(BAD, "is not written as a key")
    raw = "".join(tags["p"].split())
    if not raw:
        return advice(BAD, "was revoked (p= is empty)")
    kind = tags.get("k", "rsa").lower()
    try:
        data = b64decode(raw, validate=True)
        key = load_der_public_key(data) if kind == "rsa" else None
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return advice(BAD, "cannot be read; it was probably cut off where it was put in")
    if kind == "ed25519" and len(data) != 32:
        return advice(BAD, "has the wrong length")
    if isinstance(key, RSAPublicKey) and key.key_size < 1_024:
        return advice(BAD, f"has {key.key_size} bits; mail services ignore keys of fewer than 1,024")
    if isinstance(key, RSAPublicKey) and key.key_size < 2_048:
        return advice(WARNING, f"has {key.key_size} bits; 2,048 are safe")
    if "y" in tags.get("t", "").split(":"):
        return advice(WARNING, "says that it is only a test (t=y)", "Take t=y out of the record.")
    return advice(GOOD, "is sound")


def dmarc(domain: str, names: Names, *, reports_to: str, level: str = WARNING) -> Advice:
    """How DMARC of ``domain`` is, or of the nearest domain above it that has it."""
    labels = domain.split(".")
    fresh = Record("TXT", f"_dmarc.{domain}", f"v=DMARC1; p=none; rua=mailto:{reports_to}")
    for start in range(min(max(len(labels) - 1, 1), _LABELS)):
        above = ".".join(labels[start:])
        try:
            texts = names.ask(f"_dmarc.{above}", "TXT")
        except NoName:
            continue
        except NoAnswer as error:
            return Advice("DMARC", WARNING, f"It could not be looked up: {error}.", "Try again later.")
        found = [text for text in texts if re.match(r"\s*v\s*=\s*DMARC", text, re.IGNORECASE)]
        if len(found) > 1:
            said = f"_dmarc.{above} has {len(found)} records of DMARC, and then none counts."
            return Advice("DMARC", BAD, said, "Keep one of them.")
        if found:
            return _policy(above, found[0], own=start == 0, fresh=fresh)
        if texts and start == 0:
            return Advice(
                "DMARC", BAD, f"'{texts[0][:60]}' at _dmarc.{above} is no DMARC.", "Change it to this.", (fresh,)
            )
    said = f"{domain} does not say what others are to do with mail that is not really its own."
    return Advice("DMARC", level, said, "Add this record to DNS.", (fresh,))


def _policy(domain: str, text: str, *, own: bool, fresh: Record) -> Advice:
    tags = tags_of(text)
    if tags is None or tags.get("v") != "DMARC1" or next(iter(tags)) != "v":
        return Advice(
            "DMARC", BAD, f"The record at _dmarc.{domain} is written wrongly: '{text[:60]}'.", "Correct it.", (fresh,)
        )
    policy = (tags.get("p", "") if own else tags.get("sp") or tags.get("p", "")).lower()
    if policy not in {"none", "quarantine", "reject"}:
        said = f"The record at _dmarc.{domain} has no policy that there is: p={policy[:20] or 'nothing'}."
        return Advice("DMARC", BAD, said, "Change it to this.", (fresh,))
    if not tags.get("pct", "100").isdecimal() or int(tags.get("pct", "100")) > 100:
        return Advice("DMARC", BAD, f"The record at _dmarc.{domain} has no share that there is: pct.", "Take pct out.")
    bad = [one for one in (tags.get("rua") or "").split(",") if one.strip() and not one.strip().startswith("mailto:")]
    if bad:
        said = f"The record at _dmarc.{domain} sends reports to what is no address: '{bad[0].strip()[:60]}'."
        return Advice("DMARC", WARNING, said, "Write rua=mailto: and an address.")
    if policy == "none":
        said = f"{domain} only watches (p=none): mail services ask for no more, but forged mail still gets through."
        stronger = Record("TXT", f"_dmarc.{domain}", re.sub(r"(?i)\bp\s*=\s*none", "p=quarantine", text, count=1))
        mend = "Once the reports show that all your mail passes, change the record to this."
        return Advice("DMARC", WARNING, said, mend, (stronger,) if own else ())
    return Advice("DMARC", GOOD, f"{domain} says what is done with forged mail: {policy}.")
