"""Who may sign in to the desk: adding people, what each may do, and the links by which they choose a password.

Each function is one decision of one person (``actor``) and stands in the audit. Raises ``PeopleError``; then nothing
was changed.
"""

from collections.abc import Iterable
from datetime import datetime

from axes.utils import reset as forget_wrong_passwords
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction

from newsletter.items.text import check_characters, check_one_line
from newsletter.models import Account, Audit, Role, Site
from newsletter.store import second_factor
from subscribers.address import AddressError, normalise

LONGEST_PASSWORD = 500
_tokens = PasswordResetTokenGenerator()


class PeopleError(Exception):
    """It cannot be done; the message says why. ``field``: of the form, what it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add(email: str, *, name: str, roles: Iterable[str], actor: str, at: datetime) -> Account:
    """A new person, who has no password yet; somebody whose access had ended has it again."""
    address, name, roles = _address(email), checked_name(name), checked_roles(roles)
    with transaction.atomic():
        known = Account.objects.select_for_update().filter(email=address).first()
        if known and known.is_active:
            raise PeopleError(f"{known.name} has an account with this address already", "email")
        if known:
            known.name, known.roles, known.is_active = name, roles, True
            known.set_unusable_password()
            known.save()
        account = known or Account.objects.make(address, name=name, roles=roles)
        _note("added", account, actor, at, roles=roles)
    return account


def first_administrator(email: str, *, name: str, password: str, at: datetime) -> Account:
    """Whoever sets the site up. There is no other account yet."""
    address, name = _address(email), checked_name(name)
    check_password(password, Account(email=address, name=name))
    with transaction.atomic():
        Site.objects.select_for_update().filter(pk=1).first()  # one after the other: there is no account yet to hold
        if Account.objects.exists():
            raise PeopleError("somebody has set this site up already; sign in")
        account = Account.objects.make(address, name=name, roles=[Role.ADMINISTRATOR], password=password)
        _note("set up", account, account.name, at, roles=account.roles)
    return account


def give_roles(account: Account, roles: Iterable[str], *, actor: str, at: datetime) -> None:
    """What ``account`` may do from now on."""
    now = checked_roles(roles)
    with transaction.atomic():
        found = _held(account)
        if Role.ADMINISTRATOR not in now:
            _keep_an_administrator(found)
        if before := found.roles if found.roles != now else None:
            found.roles = account.roles = now
            found.save(update_fields=["roles"])
            _note("gave roles", found, actor, at, before=before, roles=now)


def end_access(account: Account, *, actor: str, at: datetime) -> None:
    """From now on nobody signs in to ``account``, and who is signed in is not any more. What they did stays."""
    with transaction.atomic():
        found = _held(account)
        _keep_an_administrator(found)
        found.is_active = account.is_active = False
        found.save(update_fields=["is_active"])
        second_factor.forget(found)
        _note("ended access", found, actor, at)


def rename(account: Account, name: str, *, at: datetime) -> None:
    """Another name for ``account``, by its owner."""
    name = checked_name(name)
    if name != account.name:
        before, account.name = account.name, name
        with transaction.atomic():
            account.save(update_fields=["name"])
            _note("renamed", account, before, at)


def reset_second_factor(account: Account, *, actor: str, at: datetime) -> None:
    """For who lost their phone: the password alone is enough until they set up another one."""
    with transaction.atomic():
        second_factor.forget(account)
        _note("reset second factor", account, actor, at)


def make_link(account: Account, base: str, *, actor: str, at: datetime) -> str:
    """A link below ``base`` by which the owner of ``account`` chooses a password: for seven days, and once."""
    if not account.is_active:
        raise PeopleError(f"the access of {account.name} has ended; invite them anew")
    _note("made a link", account, actor, at)
    return link_of(account, base)


def link_of(account: Account, base: str) -> str:
    """The link itself. It is a key: it belongs into no log."""
    return f"{base}/welcome/{account.pk}/{_tokens.make_token(account)}/"


def owner_of(number: int, token: str) -> Account | None:
    """Whose link it is, if it still works."""
    account = Account.objects.filter(pk=number, is_active=True).first()
    return account if _tokens.check_token(account, token) else None


def choose_password(account: Account, password: str, *, at: datetime) -> None:
    """A new password; all sessions of ``account`` end, and so do its links."""
    check_password(password, account)
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        _note("chose a password", account, account.name, at)
    forget_wrong_passwords(username=account.email)


def check_password(password: str, account: Account) -> None:
    """Whether ``password`` will do: long enough, none that everybody knows, and not like name or address."""
    if len(password) > LONGEST_PASSWORD:
        raise PeopleError(f"{LONGEST_PASSWORD} characters are the most", "password")
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise PeopleError(" ".join(error.messages), "password") from None


def checked_name(name: str) -> str:
    """A name as it may be."""
    name = name.strip()
    try:
        check_one_line(check_characters(name))
    except ValueError as error:
        raise PeopleError(str(error), "name") from None
    if not 0 < len(name) <= 100:
        raise PeopleError("give a name of 100 characters at most", "name")
    return name


def checked_roles(roles: Iterable[str]) -> list[str]:
    """Roles that there are, one at least."""
    found = sorted(set(roles))
    if unknown := [role for role in found if role not in Role.values]:
        raise PeopleError(f"there is no role '{unknown[0]}'; there are {', '.join(Role.values)}", "roles")
    if not found:
        raise PeopleError("choose one role at least", "roles")
    return [str(role) for role in found]


def is_administrator(account: Account) -> bool:
    """Whether ``account`` may do everything now."""
    return account.is_active and Role.ADMINISTRATOR in account.roles


def _address(email: str) -> str:
    try:
        return normalise(email).email.lower()
    except AddressError as error:
        raise PeopleError(str(error), "email") from None


def _held(account: Account) -> Account:
    """The row, held until the transaction ends, and those of all administrators: two of them may not demote each other
    at the same time."""
    rows = {one.pk: one for one in Account.objects.select_for_update().order_by("pk")}
    return rows[account.pk]


def _keep_an_administrator(account: Account) -> None:
    others = Account.objects.exclude(pk=account.pk)
    if is_administrator(account) and not any(map(is_administrator, others)):
        raise PeopleError(f"{account.name} is the last administrator; make somebody else one first", "roles")


def _note(action: str, account: Account, actor: str, at: datetime, **detail: object) -> None:
    Audit.objects.create(actor=actor, action=action, object=f"person {account.name}", at=at, detail=detail)
