"""Senders at free mail services."""

from tests.checks.build import Case
from tests.checks.letters import case, header


def _from(value: str, says: str = "") -> Case:
    return header("From", value, says, at=(None, "sender") if says else None)


_FREE = """gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.com.br hotmail.com hotmail.fr outlook.com
outlook.de live.com live.co.uk msn.com aol.com icloud.com me.com gmx.de gmx.net gmx.at web.de proton.me mail.ru
yandex.ru yandex.com ya.ru qq.com 163.com orange.fr free.fr laposte.net libero.it t-online.de
protonmail.com ymail.com"""
_OWN = """example.org gmail.example.org notgmail.com gmail.com.example.org mygmail.com yahoo.example.net live.org
outlookonhousing.org webde.org proton.org me.org aol.org gmx.example.org hotmail.info.example.org freedom.fr
orange.example.org free.example.fr mail.example.com proton.example.me live.example.net msn.example.org
yandex.example.com icloud.example.org qq.example.com 163.example.com ushrnetwork.org mailing.example.org
gmail.org.example.net xn--bcher-kva.example outlook.example.org"""

BAD = [
    *(_from(f"USHRN <ushrn@{host}>", f"is at {host}") for host in _FREE.split()),
    _from("ushrn@gmail.com", "is at gmail.com"),
    _from('"a@example.org" <ushrn@gmail.com>', "is at gmail.com"),
    _from("USHRN <ushrn@GMail.com>", "is at gmail.com"),
    _from("USHRN\r\n <ushrn@gmail.com>", "is at gmail.com"),
]

NEAR = [
    case(),
    *(_from(f"USHRN <news@{host}>") for host in _OWN.split()),
    _from("gmail.com <news@example.org>"),
    _from('"ushrn@gmail.com" <news@example.org>'),
    header("Reply-To", "ushrn@gmail.com"),
    header("To", "ana@gmail.com"),
    header("Subject", "ushrn@gmail.com"),
]
