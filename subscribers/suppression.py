"""Whom never to mail, whatever the lists say: addresses and whole hosts, kept as keyed hashes only.

A hash is all that is left of an erased reader, and it is enough to keep them from coming back with the next import.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from subscribers import optouts
from subscribers.address import Address
from subscribers.hashing import value_hash, value_hashes
from subscribers.models import Feedback, Suppression
from subscribers.stores import among, ids_of

CHUNK = 1_000
"""Values in one query."""
_WEIGHT: dict[str, int] = {
    Suppression.Reason.ERASED: 2,
    Suppression.Reason.MANUAL: 1,
    Suppression.Reason.UNSUBSCRIBED: 1,
}
"""Somebody's word takes the place of what only came back of mails, which may turn out to be wrong."""
DEEDS: dict[str, optouts.Deed] = {
    Suppression.Kind.ADDRESS: "suppressed-address",
    Suppression.Kind.DOMAIN: "suppressed-domain",
}


def suppress(address: Address, *, reason: str, actor: str, at: datetime) -> bool:
    """Never mail ``address`` again, for a ``Suppression.Reason``. False where that stood already: the older reason
    stays, unless the new one weighs more: somebody's word more than a bounce, an erasure more than all."""
    return suppress_hash(value_hash(address.norm), reason=reason, actor=actor, at=at)


def suppress_hash(hashed: str, *, reason: str, actor: str, at: datetime, kind: str = Suppression.Kind.ADDRESS) -> bool:
    """The same where only the keyed hash of an address (or host, by ``kind``) is known."""
    entry = {"reason": Suppression.Reason(reason), "actor": actor, "at": at}
    with transaction.atomic():
        row, new = Suppression.objects.select_for_update().get_or_create(kind=kind, value_hash=hashed, defaults=entry)
        stood = not new and row.lifted_at is None
        if stood and _WEIGHT.get(reason, 0) <= _WEIGHT.get(row.reason, 0):
            return False
        if not new:
            Suppression.objects.filter(pk=row.pk).update(**entry, lifted_at=None)
        if not stood or reason == Suppression.Reason.ERASED:  # a backup that is older must forget them again
            optouts.append([optouts.OptOut(at, DEEDS[kind], hashed, reason)])
    return not stood


def suppress_host(host: str, *, reason: str, actor: str, at: datetime) -> bool:
    """The same for all addresses at ``host`` (as ``normalise_host`` gives it); hosts below it are others."""
    return suppress_hash(value_hash(host), reason=reason, actor=actor, at=at, kind=Suppression.Kind.DOMAIN)


def lift(address: Address, *, at: datetime, actor: str = "") -> bool:
    """Take a suppression of ``address`` back; False where there was none. Its host's is another one.

    The bounces and complaints known by then count no more; new ones do.
    """
    hashed = value_hash(address.norm)
    with transaction.atomic():
        if not _lift(Suppression.Kind.ADDRESS, hashed, at):
            return False
        came_back = Feedback.objects.filter(value_hash=hashed, undone_at=None)
        came_back.exclude(kind=Feedback.Kind.UNSUBSCRIBE, suppression=None).update(undone_at=at, undone_by=actor)
    return True


def lift_host(host: str, *, at: datetime) -> bool:
    """Take a suppression of all of ``host`` back; False where there was none."""
    return _lift(Suppression.Kind.DOMAIN, value_hash(host), at)


def find(hashed: str) -> Suppression | None:
    """What is known of an address by its keyed hash, also where it was lifted."""
    return Suppression.objects.filter(kind=Suppression.Kind.ADDRESS, value_hash=hashed).first()


def reasons(norms: Collection[str]) -> dict[str, str]:
    """Why each of ``norms`` (normalised addresses) must not be mailed; those that may be are left out.

    Few queries for many: one for each 1,000 addresses and one for each 1,000 hosts.
    """
    found: dict[str, str] = {}
    addresses, whole_hosts = _kinds()
    if whole_hosts:
        hosts = {norm: norm.rpartition("@")[2] for norm in norms}
        by_host = _standing(Suppression.Kind.DOMAIN, set(hosts.values()))
        found = {norm: f"{by_host[host]}, whole host" for norm, host in hosts.items() if host in by_host}
    return found | _standing(Suppression.Kind.ADDRESS, norms) if addresses else found


def suppressed(norms: Collection[str]) -> set[str]:
    """Those of ``norms`` (normalised addresses) that must not be mailed."""
    return set(reasons(norms))


def any_standing() -> bool:
    """Is anybody suppressed at all?"""
    return any(_kinds())


def suppressed_host_hashes() -> frozenset[str]:
    """``value_hash`` of each suppressed host, for who asks about very many addresses."""
    rows = Suppression.objects.filter(kind=Suppression.Kind.DOMAIN, lifted_at=None)
    return frozenset(rows.values_list("value_hash", flat=True))


def is_suppressed(address: Address) -> bool:
    """Must ``address`` not be mailed?"""
    return bool(reasons([address.norm]))


def _lift(kind: Suppression.Kind, hashed: str, at: datetime) -> bool:
    rows = Suppression.objects.filter(kind=kind, value_hash=hashed, lifted_at=None)
    return rows.update(lifted_at=at) > 0


_TABLE = Suppression._meta.db_table
ANY_STANDING = f"EXISTS (SELECT 1 FROM {_TABLE} WHERE lifted_at IS NULL)"  # noqa: S608
"""SQL: whether anybody is suppressed at all."""
_STANDS = f"SELECT 1 FROM {_TABLE} WHERE kind=%s AND lifted_at IS NULL"  # noqa: S608
_KINDS = f"SELECT EXISTS ({_STANDS}), EXISTS ({_STANDS})"
_FOUND = f"SELECT value_hash, reason FROM {_TABLE} WHERE kind=%s AND lifted_at IS NULL AND "  # noqa: S608


def _kinds() -> tuple[bool, bool]:
    """Whether any address is suppressed, and any whole host: else the hashing is spared, which is most of the time.

    Written out, as a sender asks for every few mails; so is ``_standing``.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KINDS, (Suppression.Kind.ADDRESS, Suppression.Kind.DOMAIN))
        addresses, hosts = cursor.fetchone()
        return bool(addresses), bool(hosts)


def _standing(kind: Suppression.Kind, values: Collection[str]) -> dict[str, str]:
    """Value -> reason of those that are suppressed."""
    found: dict[str, str] = {}
    for chunk in _chunks(list(values)):
        by_hash = dict(zip(value_hashes(chunk), chunk, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(_FOUND + among("value_hash"), (kind, ids_of(by_hash)))
            found.update((by_hash[hashed], reason) for hashed, reason in cursor.fetchall())
    return found


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
