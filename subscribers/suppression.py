"""Whom never to mail, whatever the lists say: addresses and whole hosts, kept as keyed hashes only.

A hash is all that is left of an erased reader, and it is enough to keep them from coming back with the next import.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from subscribers import optouts
from subscribers.address import Address
from subscribers.hashing import value_hash, value_hashes
from subscribers.models import Suppression

CHUNK = 1_000
"""Values in one query."""
_DEEDS: dict[str, optouts.Deed] = {
    Suppression.Kind.ADDRESS: "suppressed-address",
    Suppression.Kind.DOMAIN: "suppressed-domain",
}


def suppress(address: Address, *, reason: str, actor: str, at: datetime) -> bool:
    """Never mail ``address`` again, for a ``Suppression.Reason``. False where that stood already: the older reason
    stays."""
    return _suppress(Suppression.Kind.ADDRESS, address.norm, reason, actor, at)


def suppress_host(host: str, *, reason: str, actor: str, at: datetime) -> bool:
    """The same for all addresses at ``host`` (as ``normalise_host`` gives it); hosts below it are others."""
    return _suppress(Suppression.Kind.DOMAIN, host, reason, actor, at)


def lift(address: Address, *, at: datetime) -> bool:
    """Take a suppression of ``address`` back; False where there was none. Its host's is another one."""
    return _lift(Suppression.Kind.ADDRESS, address.norm, at)


def lift_host(host: str, *, at: datetime) -> bool:
    """Take a suppression of all of ``host`` back; False where there was none."""
    return _lift(Suppression.Kind.DOMAIN, host, at)


def reasons(norms: Collection[str]) -> dict[str, str]:
    """Why each of ``norms`` (normalised addresses) must not be mailed; those that may be are left out.

    Few queries for many: one for each 1,000 addresses and one for each 1,000 hosts.
    """
    found: dict[str, str] = {}
    hosts = {norm: norm.rpartition("@")[2] for norm in norms}
    by_host = _standing(Suppression.Kind.DOMAIN, set(hosts.values()))
    if by_host:
        found = {norm: f"{by_host[host]}, whole host" for norm, host in hosts.items() if host in by_host}
    return found | _standing(Suppression.Kind.ADDRESS, norms)


def suppressed(norms: Collection[str]) -> set[str]:
    """Those of ``norms`` (normalised addresses) that must not be mailed."""
    return set(reasons(norms))


def any_standing() -> bool:
    """Is anybody suppressed at all?"""
    return Suppression.objects.filter(lifted_at=None).exists()


def suppressed_host_hashes() -> frozenset[str]:
    """``value_hash`` of each suppressed host, for who asks about very many addresses."""
    rows = Suppression.objects.filter(kind=Suppression.Kind.DOMAIN, lifted_at=None)
    return frozenset(rows.values_list("value_hash", flat=True))


def is_suppressed(address: Address) -> bool:
    """Must ``address`` not be mailed?"""
    return bool(reasons([address.norm]))


def _suppress(kind: Suppression.Kind, value: str, reason: str, actor: str, at: datetime) -> bool:
    entry = {"reason": Suppression.Reason(reason), "actor": actor, "at": at}
    with transaction.atomic():
        row, new = Suppression.objects.get_or_create(kind=kind, value_hash=value_hash(value), defaults=entry)
        if not new and row.lifted_at is None:
            return False
        if not new:
            Suppression.objects.filter(pk=row.pk).update(**entry, lifted_at=None)
        optouts.append([optouts.OptOut(at, _DEEDS[kind], row.value_hash, reason)])
    return True


def _lift(kind: Suppression.Kind, value: str, at: datetime) -> bool:
    rows = Suppression.objects.filter(kind=kind, value_hash=value_hash(value), lifted_at=None)
    return rows.update(lifted_at=at) > 0


def _standing(kind: Suppression.Kind, values: Collection[str]) -> dict[str, str]:
    """Value -> reason of those that are suppressed."""
    rows = Suppression.objects.filter(kind=kind, lifted_at=None)
    if not rows.exists():  # spares the hashing, which is most of the time
        return {}
    found = {}
    for chunk in _chunks(list(values)):
        by_hash = dict(zip(value_hashes(chunk), chunk, strict=True))
        for hashed, reason in rows.filter(value_hash__in=by_hash).values_list("value_hash", "reason"):
            found[by_hash[hashed]] = reason
    return found


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
