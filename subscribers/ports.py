"""What subscribers need of the other side, which fills it in when it starts: mails to one reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["confirm", "exists", "download", "erase", "move", "moved"]
"""``confirm``: a link that confirms a subscription. ``exists``: they are subscribed already, with a link to their page.
``download``, ``erase``, ``move``: a link that does that. ``moved``: their mail goes to another address from now on."""


@dataclass(frozen=True)
class Notice:
    """A mail to one person, sent once at most for a ``key``."""

    key: str
    kind: Kind
    address: str
    language: str = ""
    """A tag; the site's own language when empty."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """``list``: its name. ``link``: the number of a ``MailedLink`` whose key is made when the mail is. ``token``: that
    of the subscription whose page is linked."""


_connected: list[Callable[[Notice], None]] = []


def connect(notify: Callable[[Notice], None]) -> None:
    """Let ``notify`` take notices from now on: it writes them down in the transaction that is open, and sends later."""
    _connected[:] = [notify]


def notify(notice: Notice) -> None:
    """Have ``notice`` sent once this transaction is committed."""
    if not _connected:
        raise RuntimeError("nothing sends notices: newsletter's AppConfig connects itself when Django starts")
    _connected[0](notice)
