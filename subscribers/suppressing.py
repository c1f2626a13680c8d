"""Lists of whom never to mail, as files: what other systems export is read, and what is known here is written.

Here only keyed hashes are known, so only hashes can be written; another site reads them where it has the same erasure
key, and nobody else can make anything of them.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from subscribers import optouts, suppression
from subscribers.address import AddressError, normalise, normalise_host
from subscribers.hashing import value_hash, value_hashes
from subscribers.importing.encodings import find_encoding
from subscribers.importing.errors import FileError, RowError
from subscribers.importing.reading import Records
from subscribers.models import Suppression

_Kind, _Reason = Suppression.Kind, Suppression.Reason

HEADER = ("kind", "value_hash", "reason", "at")
"""Of the file that is written here. Its first row is of kind ``key``: by it the key is known again."""
_KEY = "key"
_CHECK = "suppression export"
_HASH = re.compile(r"[0-9a-f]{64}")
_EMAIL = {"email", "emailaddress", "address", "mail", "recipient"}
_DOMAIN = {"domain", "host"}
_TITLES = _EMAIL | _DOMAIN | {"valuehash"}
_WHY = ("reason", "type", "status", "category", "suppressionreason")
_WORDS: dict[str, Suppression.Reason] = {
    word: reason
    for reason, words in {
        _Reason.BOUNCED: "bounced bounce bounces hard hardbounce hardbounced hardbounces cleaned invalid invalidemail "
        "undeliverable",
        _Reason.SOFT_BOUNCES: "softbounces softbounce softbounced soft",
        _Reason.COMPLAINED: "complained complaint complaints spam spamreport spamreports spamcomplaint abuse junk",
        _Reason.UNSUBSCRIBED: "unsubscribed unsubscribe unsubscribes unsub optout optedout globalunsubscribe",
        _Reason.MANUAL: "manual suppressed blocked blocklist blocklisted blacklisted donotmail",
        _Reason.ERASED: "erased",
    }.items()
    for word in words.split()
}
REASONS = tuple(one.value for one in _Reason)
"""What a file may say, in its column ``reason``."""


@dataclass(frozen=True)
class Entry:
    """One row: whom, by keyed hash, and why."""

    kind: str
    value_hash: str
    reason: str


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken."""

    line: int
    reason: str


@dataclass
class Read:
    """A file, read."""

    looks_like: str = "a list of addresses"
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    """Each value once; the first row counts."""
    refused: list[Refused] = field(default_factory=list)


def read(path: Path, *, reason: str | None = None) -> Read:
    """Whom ``path`` (CSV, or a line each) names, and why; ``reason`` is for all of them, whatever the file says.

    Raises:
        FileError: nothing of it can be taken, or it does not say why and ``reason`` is not given.
    """
    records = Records(path, find_encoding(path), lambda cell: _plain(cell) in _TITLES)
    try:
        return _read(records, path.name, reason)
    finally:
        records.close()


def take(entries: Sequence[Entry], *, actor: str, at: datetime, dry_run: bool = False) -> int:
    """Suppress them in one go; how many were not before. What stands keeps its older reason."""
    with transaction.atomic():
        new: list[Entry] = []
        for start in range(0, len(entries), suppression.CHUNK):
            new += _new_of(entries[start : start + suppression.CHUNK])
        if dry_run or not new:
            return len(new)
        rows = [
            Suppression(kind=one.kind, value_hash=one.value_hash, reason=one.reason, actor=actor, at=at) for one in new
        ]
        Suppression.objects.bulk_create(
            rows,
            batch_size=suppression.CHUNK // 5,
            update_conflicts=True,  # those that were lifted once
            unique_fields=["kind", "value_hash"],
            update_fields=["reason", "actor", "at", "lifted_at"],
        )
        deeds = suppression.DEEDS
        optouts.append([optouts.OptOut(at, deeds[one.kind], one.value_hash, one.reason) for one in new])
    return len(new)


def write(path: Path) -> int:
    """Whatever is suppressed now, as hashes with reason and time; how many these are. Only the owner may read the file.

    Raises ``FileExistsError``: no file is overwritten.
    """
    number = 0
    with path.open("x", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerow([_KEY, value_hash(_CHECK), "", ""])
        rows = Suppression.objects.filter(lifted_at=None).order_by("pk").values_list(*HEADER)
        for kind, hashed, reason, at in rows.iterator(chunk_size=2_000):
            writer.writerow([kind, hashed, reason, at.isoformat()])
            number += 1
    return number


def _read(records: Records, name: str, reason: str | None) -> Read:
    found = Read()
    try:
        head = next(records)
    except StopIteration:
        raise FileError(f"{name} is empty", "write an address, or @example.org, in each line") from None
    records.header = head
    titles = [_plain(title) for title in head]
    if {"kind", "valuehash"} <= set(titles):
        found.looks_like = "a list of hashes, as 'newsletter suppression export' writes it"
    first = [(records.line, head)] if any("@" in cell for cell in head) else []  # no titles: a list of addresses
    if first:
        titles = ["email", "reason"]
    elif not _TITLES & set(titles):
        raise FileError(f"{name}: no column of its header holds addresses", "call one 'email', or 'domain'")
    if reason is None:
        reason = _for_all(titles[: len(head)], name, found)
    plain: list[tuple[int, str, str, str]] = []
    for line, cells in [*first, *_rows(records, found)]:
        row = dict(zip(titles, (cell.strip() for cell in cells), strict=False))
        try:
            if "valuehash" in row:
                _hashed(row, name, reason, found)
            elif any(row.values()):
                plain.append((line, *_whom(row), _why(row, reason)))
        except (RowError, AddressError) as error:
            found.refused.append(Refused(line, str(error)))
    hashes = value_hashes(value for _, _, value, _ in plain)
    for hashed, (_, kind, _, why) in zip(hashes, plain, strict=True):
        found.entries.setdefault((kind, hashed), Entry(kind, hashed, why))
    return found


def _rows(records: Records, found: Read) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            cells = next(records)
        except StopIteration:
            return
        except RowError as error:
            found.refused.append(Refused(records.line, str(error)))
        else:
            yield records.line, cells


def _for_all(titles: Sequence[str], name: str, found: Read) -> str | None:
    """Why all of a file are in it, where its columns tell."""
    there = set(titles)
    if "cleantime" in there:
        found.looks_like = "Mailchimp's export of cleaned contacts"
        return _Reason.BOUNCED
    if "unsubtime" in there:
        found.looks_like = "Mailchimp's export of unsubscribed contacts"
        return _Reason.UNSUBSCRIBED
    if {"status", "reason", "created"} <= there:
        found.looks_like = "SendGrid's export of bounces"
        return None
    if there == {"reason", "email", "created"}:
        found.looks_like = "SendGrid's export of invalid addresses"
        return _Reason.BOUNCED
    if there <= {"email", "created", "ip"} and "created" in there:
        raise FileError(
            f"{name} is SendGrid's export of spam reports or of unsubscribes, which look the same",
            "say which: --reason complained, or --reason unsubscribed",
        )
    return None if there & set(_WHY) else _Reason.MANUAL


def _whom(row: Mapping[str, str]) -> tuple[str, str]:
    """Kind and normalised value."""
    value = next((row[title] for title in row if title in _EMAIL | _DOMAIN and row[title]), "")
    domain = any(row.get(title) == value for title in _DOMAIN)
    if domain or value.startswith(("@", "*@")):
        return _Kind.DOMAIN, normalise_host(value.removeprefix("*"))
    return _Kind.ADDRESS, normalise(value).norm


def _why(row: Mapping[str, str], reason: str | None) -> str:
    if reason:
        return reason
    status = row.get("status", "")
    if re.match(r"[45]\.\d", status):  # SendGrid
        if status.startswith("4"):
            raise RowError("a bounce that was not for good is no reason to suppress; --reason bounced takes it anyway")
        return _Reason.BOUNCED
    said = next((row[title] for title in _WHY if row.get(title)), "")
    if not said:
        return _Reason.MANUAL  # whoever stands in such a file is not to be mailed
    if found := _WORDS.get(_plain(said)):
        return found
    raise RowError(f"'{said[:40]}' is no reason; write one of {', '.join(REASONS)}, or give --reason for all")


def _hashed(row: Mapping[str, str], name: str, reason: str | None, found: Read) -> None:
    kind, hashed = row.get("kind", ""), row.get("valuehash", "").lower()
    if kind == _KEY:
        if hashed != value_hash(_CHECK):
            raise FileError(
                f"{name} was written under another erasure_key: its hashes mean nothing here",
                "import it where secrets.toml has the key of the site that wrote it",
            )
        return
    if kind not in _Kind.values or not _HASH.fullmatch(hashed):
        raise RowError("this is no hash of an address or domain")
    found.entries.setdefault((kind, hashed), Entry(kind, hashed, _why(row, reason)))


def _new_of(entries: Sequence[Entry]) -> list[Entry]:
    standing = Suppression.objects.filter(value_hash__in=[one.value_hash for one in entries], lifted_at=None)
    known = set(standing.values_list("kind", "value_hash"))
    return [one for one in entries if (one.kind, one.value_hash) not in known]


def _plain(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", title.lower())
