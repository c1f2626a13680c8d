"""Signing in as a person does, for tests."""

from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsletter.store import second_factor

PASSWORD = "quiet mountain river"
ADDRESS = "ana@example.org"


def enter(browser, password=PASSWORD, email=ADDRESS, **more):
    return browser.post("/sign-in/", {"email": email, "password": password, **more})


def code_of(account, *, later=0):
    device = TOTPDevice.objects.get(user=account)
    return f"{totp(device.bin_key, t0=-30 * later):06d}"


def with_factor(account):
    key = second_factor.new_key()
    totp_now = f"{totp(bytes.fromhex(key)):06d}"
    _, codes = second_factor.set_up(account, key, totp_now)
    return codes
