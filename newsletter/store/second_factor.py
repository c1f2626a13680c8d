"""The second factor: codes from an app on a phone (TOTP, RFC 6238), and recovery codes for when that is lost."""

import base64
import secrets
import time

from django.db import transaction
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsletter.models import Account

CODES = 10
"""Recovery codes that are given out together; each works once."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is mistaken for something else. Ten of these are 49 bits, and guesses are slowed down."""


def new_key() -> str:
    """A key that nobody has yet: 160 bits in hex (RFC 4226, section 4, R6)."""
    return secrets.token_hex(20)


def typed_key(key: str) -> str:
    """``key`` as it is typed into an app: base32 in groups of four."""
    plain = base64.b32encode(bytes.fromhex(key)).decode()
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def address_of(account: Account, key: str) -> str:
    """What the square with the code holds (https://github.com/google/google-authenticator/wiki/Key-Uri-Format)."""
    return str(TOTPDevice(user=account, key=key).config_url)


def set_up(account: Account, key: str, code: str) -> tuple[Device, list[str]] | None:
    """From now on ``account`` signs in with codes of ``key``, if ``code`` is one: the device, and new recovery codes.
    An older device is forgotten."""
    if not key:
        return None
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    plain = "".join(code.split())
    if not (plain.isascii() and plain.isdecimal() and totp.verify(int(plain), tolerance=1)):
        return None
    with transaction.atomic():
        forget(account)
        device = TOTPDevice.objects.create(user=account, name="app", key=key, last_t=totp.t(), drift=totp.drift)
        return device, new_codes(account)


def new_codes(account: Account) -> list[str]:
    """Other recovery codes; those from before work no more."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=account).delete()
        device = StaticDevice.objects.create(user=account, name="recovery codes")
        device.token_set.bulk_create(device.token_set.model(device=device, token=code) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def verify(account: Account, code: str) -> Device | None:
    """The device of which ``code`` is one: of the app, or a recovery code, which is used up then.

    After a wrong code each further try must wait twice as long as the one before.
    """
    plain = code.lower().replace("-", "").replace(" ", "")
    kind = TOTPDevice if plain.isdecimal() and len(plain) == 6 else StaticDevice
    with transaction.atomic():
        for device in kind.objects.select_for_update().filter(user=account, confirmed=True):
            if device.verify_token(plain):
                return device
    return None


def forget(account: Account) -> None:
    """``account`` has no second factor any more."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.filter(user=account).delete()


def has_one(account: Account) -> bool:
    """Whether ``account`` has a second factor."""
    return bool(TOTPDevice.objects.filter(user=account, confirmed=True).exists())


def codes_left(account: Account) -> int:
    """Recovery codes that are not used up."""
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=account))
