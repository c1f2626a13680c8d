"""The one-time code that lets somebody set a site up: printed on the terminal of whoever serves it, so that only they
can. Its hash lies in ``data/``, where each process of the site finds it."""

import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password

from newsletter.site import Site
from subscribers import throttle

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is mistaken for something else: 32 letters, so that eight of them are 40 bits."""
_LENGTH = 8
_TRIES, _WITHIN = 20, timedelta(hours=1)
"""So many codes may be tried in this time, by whomever: one in fifty thousand million is right."""


def issue(site: Site) -> tuple[str, str]:
    """A new code, in place of any before, and what it is known by. It holds until it is used or withdrawn."""
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    path = _path(site)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    known = make_password(plain)
    with os.fdopen(descriptor, "w") as file:
        file.write(known)
    draft.replace(path)
    return f"{plain[:4]}-{plain[4:]}", known


def may_try(*, at: datetime) -> bool:
    """Whether one more code may be tried now; it is counted."""
    return throttle.allow("set-up code", "everybody", most=_TRIES, within=_WITHIN, at=at)


def matches(site: Site, typed: str) -> str:
    """What shows later that ``typed`` was the code of now; nothing where it is not."""
    plain = typed.upper().replace("-", "").replace(" ", "")
    known = mark(site)
    return known if known and len(plain) == _LENGTH and check_password(plain, known) else ""


def mark(site: Site) -> str:
    """The hash of the code of now; nothing where there is none."""
    with suppress(OSError):
        return _path(site).read_text(encoding="ascii")
    return ""


def withdraw(site: Site, known: str) -> None:
    """The code that is known by this holds no more; one that another process gave out since does."""
    if mark(site) == known:
        _path(site).unlink(missing_ok=True)


def _path(site: Site) -> Path:
    return site.data / "setup-code"
