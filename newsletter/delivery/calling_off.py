"""Cancelling a mailing from anywhere: nobody more is mailed, and what has not left is taken back as far as possible."""

from datetime import datetime

from newsletter.delivery import control
from newsletter.delivery.engine import withdraw
from newsletter.delivery.fencing import CalledBack
from newsletter.delivery.providers.registry import provider_for
from newsletter.models import Mailing
from newsletter.site import Site


def call_off(site: Site, mailing: Mailing, *, actor: str, now: datetime) -> CalledBack:
    """Cancel ``mailing``; what was taken back, and what leaves all the same. It takes a few seconds at most where calls
    are on their way. Raises ``ControlError``."""
    control.cancel(mailing, actor=actor, now=now)
    mailing.refresh_from_db()
    provider = provider_for(site, mailing.provider)
    try:
        return withdraw(site, mailing, provider, actor=actor)
    finally:
        provider.close()
