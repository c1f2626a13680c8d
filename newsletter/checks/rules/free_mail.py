"""A sender at a free mail service."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.letter import address_of
from newsletter.issue.problems import Place

_NAMES = """
gmail.com googlemail.com aol.com aim.com icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me
web.de freenet.de t-online.de posteo.de posteo.net mailbox.org free.fr orange.fr wanadoo.fr laposte.net sfr.fr
libero.it virgilio.it tiscali.it alice.it mail.com email.com usa.com qq.com 163.com 126.com sina.com sohu.com
foxmail.com naver.com daum.net hanmail.net rediffmail.com uol.com.br bol.com.br terra.com.br zohomail.com
tutanota.com tutanota.de tuta.io tuta.com fastmail.com fastmail.fm hushmail.com bluewin.ch rocketmail.com ymail.com
comcast.net verizon.net att.net sbcglobal.net cox.net btinternet.com seznam.cz wp.pl o2.pl onet.pl mail.ru bk.ru
inbox.ru list.ru rambler.ru ukr.net telenet.be skynet.be home.nl ziggo.nl kpnmail.nl
"""
_SERVICES = frozenset(_NAMES.split())
_FAMILIES = re.compile(r"(yahoo|hotmail|outlook|live|msn|gmx|yandex|ya)\.(com?\.)?[a-z]{2,4}(\.[a-z]{2})?")
_NOT_FREE = frozenset({"live.org", "yahoo.org"})


@check(
    "free-mail",
    "error",
    bad='[sender]\nemail = "ushrnetwork@gmail.com"',
    good='[sender]\nemail = "news@ushrnetwork.example"',
    needs="message",
)
def free_mail(context: Context) -> Iterator[Finding]:
    """The sender's address is one of a free mail service, such as Gmail or Yahoo. Their DMARC records tell all other
    servers to refuse mail that claims to come from there and does not (RFC 7489): nobody would get it. Answers may go
    to such an address.
    """
    for value in context.letter.all("From")[:1]:
        host = address_of(value).rpartition("@")[2].lower().rstrip(".")
        if host in _SERVICES or (_FAMILIES.fullmatch(host) and host not in _NOT_FREE):
            yield Finding(
                "free-mail",
                "error",
                f"The sender's address is at {host}, and mail services refuse mails in its name that come from others.",
                "Set email under [sender] in newsletter.toml to an address at a domain of your own; the free one can "
                "be reply_to.",
                Place(field="sender"),
            )
