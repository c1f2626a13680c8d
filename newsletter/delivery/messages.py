"""The message of a rendering (RFC 5322, MIME): encoded once, then spliced for each reader.

Whatever is the same for all readers is made in ``Composer``; a reader costs the encoding of their own values and one
join of bytes. Nothing in a body begins a line with a dot, so that SMTP has nothing to double.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import urlsplit

from newsletter.delivery.headers import address_header, text_header, wire_address
from newsletter.delivery.quoted import quote_text, quote_value
from newsletter.render.fields import SYSTEM_FIELDS, value_for
from newsletter.render.rendering import FieldUse, Rendering

UNSUBSCRIBE_BYTES = 77
"""A longer List-Unsubscribe has been seen encoded on the way, which breaks unsubscribing with one click."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_URL = re.compile(r"<https?://[A-Za-z0-9.:/_~-]+>")
_PART = b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'


@dataclass(frozen=True)
class Envelope:
    """What the messages of a mailing share beside their content; frozen when the mailing starts.

    ``date`` is aware. ``base_url`` has no slash at its end. ``prefix`` stands before the subject ("[Test] "). Without a
    ``list_slug`` the mail is of no list, and there is nothing to unsubscribe from.
    """

    sender_name: str
    sender_email: str
    reply_to: str
    base_url: str
    list_name: str
    list_slug: str
    issue_slug: str
    date: datetime
    prefix: str = ""

    @property
    def domain(self) -> str:
        """The host that names our messages and lists."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def list_id(self) -> str:
        """The list for mail programs, the same in every issue (RFC 2919)."""
        return f"{self.list_slug}.{self.domain}"

    @property
    def feedback_id(self) -> str:
        """What mailbox providers count complaints by: issue, list, kind and sender."""
        return f"{self.issue_slug}:{self.list_slug}:newsletter:{sha256(self.domain.encode()).hexdigest()[:10]}"

    def unsubscribe_url(self, token: str) -> str:
        """The address at which the holder of ``token`` leaves the list."""
        return f"{self.base_url}/u/{token}"

    def preferences_url(self, token: str) -> str:
        """The page on which the holder of ``token`` says what they want to get."""
        return f"{self.base_url}/p/{token}"

    def shared_headers(self) -> dict[str, str]:
        """What names the list to mail programs, and the issue to mailbox providers, but List-Unsubscribe."""
        names = {"Feedback-ID": self.feedback_id}
        if not self.list_slug:
            return names
        return {"List-ID": f"<{self.list_id}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} | names


class Recipient(NamedTuple):
    """One reader: ``delivery`` is the public id, ``token`` the subscription's, ``values`` the reader fields."""

    delivery: str
    address: str
    name: str
    token: str
    values: Mapping[str, str]


def values_of(recipient: Recipient, envelope: Envelope) -> dict[str, str]:
    """The reader's values with those that only the system sets."""
    base, token = envelope.base_url, recipient.token
    return {**recipient.values, "unsubscribe_url": f"{base}/u/{token}", "preferences_url": f"{base}/p/{token}"}


class Composer:
    """Makes the messages of one rendering.

    Raises ``ValueError`` for a ``base_url`` that cannot stand in a header, ``headers.AddressError`` for a sender or
    reply_to that is no address.
    """

    def __init__(self, rendering: Rendering, envelope: Envelope) -> None:
        longest = f"<{envelope.unsubscribe_url('x' * 22)}>"
        if len(longest) > UNSUBSCRIBE_BYTES or not _URL.fullmatch(longest):
            raise ValueError(
                f"base_url makes unsubscribe addresses that mail programs misread: {envelope.base_url}; it may have at "
                f"most {UNSUBSCRIBE_BYTES - 27} plain ASCII characters"
            )
        self._envelope = envelope
        uses = {use.token: use for use in rendering.fields}
        tokens = re.compile("|".join(map(re.escape, uses)) or r"(?!)")
        self._readers: list[Callable[[Mapping[str, str]], str]] = []
        self._index: dict[str, int] = {}
        self._subject = self._split(rendering.subject, tokens, uses)
        text, html = (self._split(_ended(part), tokens, uses) for part in (rendering.text, rendering.html))
        boundary = b"=_" + sha256((rendering.html + rendering.text).encode()).hexdigest()[:32].encode()
        self._skeleton: list[bytes] = []
        self._slots: list[tuple[int, int]] = []
        for subtype, pieces in ((b"plain", text), (b"html", html)):
            self._skeleton.append(b"--" + boundary + b"\r\n" + _PART % subtype)
            self._append(pieces)
            self._skeleton.append(b"\r\n")
        self._skeleton.append(b"--" + boundary + b"--\r\n")
        sender = wire_address(envelope.sender_email)
        self._from = address_header("From", envelope.sender_name, sender)
        self._date = f"Date: {format_datetime(envelope.date)}\r\n".encode()
        self._shared = b"".join(self._shared_headers(boundary))
        self._fixed_subject = None if self._has_values(self._subject) else self._subject_header({})

    def message(self, recipient: Recipient, *, smtputf8: bool = False) -> bytes:
        """The whole message for ``recipient``, its lines ended by CRLF.

        Raises ``headers.AddressError`` where no mail can be addressed to the recipient.
        """
        return b"".join(self.pieces(recipient, smtputf8=smtputf8))

    def pieces(self, recipient: Recipient, *, smtputf8: bool = False) -> list[bytes]:
        """The message in pieces, for who can send them one after another: most of them are the same for all readers,
        and need not be copied for each. Raises as ``message`` does."""
        if not _TOKEN.fullmatch(recipient.token):
            raise ValueError("a subscription's token is 22 letters, digits, - and _")
        to = wire_address(recipient.address, smtputf8=smtputf8)
        values = values_of(recipient, self._envelope)
        body = self._skeleton.copy()
        quoted = [quote_value(read(values)) for read in self._readers]
        for place, index in self._slots:
            body[place] = quoted[index]
        body[0] = self._headers(recipient, to, values) + body[0]
        return body

    def _headers(self, recipient: Recipient, to: str, values: Mapping[str, str]) -> bytes:
        envelope = self._envelope
        own = f"Message-ID: <{recipient.delivery}@{envelope.domain}>\r\n"
        if envelope.list_slug:
            own += f"List-Unsubscribe: <{values['unsubscribe_url']}>\r\n"
        return b"".join(
            (
                self._from,
                address_header("To", recipient.name, to),
                self._fixed_subject or self._subject_header(values),
                self._date,
                own.encode(),
                self._shared,
            )
        )

    def _shared_headers(self, boundary: bytes) -> list[bytes]:
        envelope = self._envelope
        of_list = [
            address_header("List-ID", envelope.list_name or envelope.list_slug, envelope.list_id),
            b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        ]
        return [
            address_header("Reply-To", "", wire_address(envelope.reply_to)),
            *(of_list if envelope.list_slug else ()),
            f"Feedback-ID: {envelope.feedback_id}\r\n".encode(),
            b"MIME-Version: 1.0\r\n",
            b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n\r\n',
        ]

    def _subject_header(self, values: Mapping[str, str]) -> bytes:
        parts = [part if isinstance(part, str) else self._readers[part](values) for part in self._subject]
        return text_header("Subject", self._envelope.prefix + "".join(parts))

    def _split(self, text: str, tokens: re.Pattern[str], uses: Mapping[str, FieldUse]) -> list[str | int]:
        """Literal pieces, and numbers of values between them."""
        pieces: list[str | int] = []
        end = 0
        for match in tokens.finditer(text):
            pieces += [text[end : match.start()], self._number(uses[match[0]])]
            end = match.end()
        return [*pieces, text[end:]]

    def _number(self, use: FieldUse) -> int:
        if use.token not in self._index:
            self._index[use.token] = len(self._readers)
            self._readers.append(reader_of(use))
        return self._index[use.token]

    @staticmethod
    def _has_values(pieces: list[str | int]) -> bool:
        return any(isinstance(piece, int) for piece in pieces)

    def _append(self, pieces: list[str | int]) -> None:
        for position, piece in enumerate(pieces):
            if isinstance(piece, int):
                self._slots.append((len(self._skeleton), piece))
                self._skeleton.append(b"")
            else:
                self._skeleton.append(quote_text(piece, open_end=position < len(pieces) - 1))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def reader_of(use: FieldUse) -> Callable[[Mapping[str, str]], str]:
    """How the value of ``use`` is made; times on the reader's clock are slow to tell and the same for many readers."""
    if use.where == "url" and use.name in SYSTEM_FIELDS:
        return itemgetter(use.name)  # made by us, of characters that stand for themselves
    if use.moment is None:
        return lambda values: value_for(use, values)
    told: dict[tuple[str | None, str | None], str] = {}

    def tell(values: Mapping[str, str]) -> str:
        key = (values.get("timezone"), values.get("language"))
        if (time := told.get(key)) is None:  # asked once: another thread may clear it
            if len(told) > 10_000:  # values come from imports: bounded whatever they are
                told.clear()
            time = told[key] = value_for(use, values)
        return time

    return tell
