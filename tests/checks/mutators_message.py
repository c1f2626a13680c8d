"""Faults of messages, put into sound ones: each mutator breaks one thing and says which check must find it.

They know nothing of the checks' own code: what is broken is told by the standards, not by what is found.
"""

import re
from collections.abc import Callable
from random import Random

Mutator = Callable[[bytes, Random], bytes]

MUTATORS: dict[str, tuple[str, tuple[str, ...], Mutator]] = {}
"""By name: the check that must find it, those that may as it breaks more than one rule, and the mutator."""
DECOYS: dict[str, Mutator] = {}


def breaks(check: str, *also: str) -> Callable[[Mutator], Mutator]:
    def add(mutator: Mutator) -> Mutator:
        MUTATORS[mutator.__name__] = (check, also, mutator)
        return mutator

    return add


def decoy(mutator: Mutator) -> Mutator:
    DECOYS[mutator.__name__] = mutator
    return mutator


def field(message: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The message with the whole field ``name`` (with its folds) changed; nothing takes it out."""
    pattern = re.compile(rb"^" + re.escape(name.encode()) + rb":.*(?:\r\n[ \t].*)*\r\n", re.MULTILINE | re.IGNORECASE)
    found = pattern.search(message)
    assert found, name
    value = found[0].decode()[len(name) + 1 :].strip()
    new = change(value)
    line = f"{name}: {new}\r\n".encode() if new else b""
    return message[: found.start()] + line + message[found.end() :]


def twice(message: bytes, name: str) -> bytes:
    return field(message, name, lambda value: f"{value}\r\n{name}: {value}")


def part(message: bytes, number: int, change: Callable[[bytes, bytes], bytes]) -> bytes:
    """The message with one part changed: by its head and its body."""
    boundary = re.search(rb'boundary="([^"]+)"', message)
    assert boundary
    pieces = message.split(b"--" + boundary[1])
    head, _, body = pieces[number + 1].partition(b"\r\n\r\n")
    pieces[number + 1] = change(head, body)
    return (b"--" + boundary[1]).join(pieces)


@breaks("list-unsubscribe")
def no_way_out(message: bytes, chance: Random) -> bytes:
    return field(message, "List-Unsubscribe", lambda _: "")


@breaks("list-unsubscribe")
def way_out_by_mail(message: bytes, chance: Random) -> bytes:
    return field(message, "List-Unsubscribe", lambda value: f"<mailto:leave@example.org?subject={chance.random()}>")


@breaks("list-unsubscribe")
def way_out_in_the_clear(message: bytes, chance: Random) -> bytes:
    return field(message, "List-Unsubscribe", lambda value: value.replace("https:", "http:"))


@breaks("list-unsubscribe")
def way_out_is_long(message: bytes, chance: Random) -> bytes:
    return field(message, "List-Unsubscribe", lambda value: value.replace(">", "x" * chance.randint(40, 90) + ">"))


@breaks("list-unsubscribe")
def way_out_is_encoded(message: bytes, chance: Random) -> bytes:
    return field(message, "List-Unsubscribe", lambda value: "=?utf-8?q?" + value.replace("/", "=2F")[:60] + "?=")


@breaks("list-unsubscribe")
def way_out_names_the_reader(message: bytes, chance: Random) -> bytes:
    mark = chance.choice(["ana@example.net", "ana%40example.net"])
    return field(message, "List-Unsubscribe", lambda _: f"<https://news.example.org/u?e={mark}>")


@breaks("one-click")
def two_clicks(message: bytes, chance: Random) -> bytes:
    wrong = chance.choice(["", "One-Click", "List-Unsubscribe=Two-Clicks"])
    return field(message, "List-Unsubscribe-Post", lambda _: wrong)


@breaks("list-id")
def list_has_no_name(message: bytes, chance: Random) -> bytes:
    wrong = chance.choice(["", "UPR Updates", "<upr>", "<upr updates>"])
    return field(message, "List-ID", lambda _: wrong)


@breaks("list-id")
def complaints_are_not_counted(message: bytes, chance: Random) -> bytes:
    wrong = chance.choice(["", "a:b:c:d:e", "october:upr:newsletter:"])
    return field(message, "Feedback-ID", lambda _: wrong)


@breaks("free-mail")
def sender_at_a_free_service(message: bytes, chance: Random) -> bytes:
    host = chance.choice(["gmail.com", "yahoo.fr", "hotmail.co.uk", "gmx.de", "aol.com", "mail.ru", "icloud.com"])
    return field(message, "From", lambda value: re.sub(r"@[\w.-]+", f"@{host}", value))


@breaks("mail-headers")
def one_is_missing(message: bytes, chance: Random) -> bytes:
    return field(message, chance.choice(["Date", "To", "Subject", "Message-ID", "Reply-To"]), lambda _: "")


@breaks("mail-headers")
def one_is_there_twice(message: bytes, chance: Random) -> bytes:
    return twice(message, chance.choice(["Date", "To", "Subject", "Message-ID", "From"]))


@breaks("mail-headers")
def id_of_another_host(message: bytes, chance: Random) -> bytes:
    host = chance.choice(["localhost", "example.com", "ip-10-0-0-1.internal"])
    return field(message, "Message-ID", lambda value: re.sub(r"@[^>]+", f"@{host}", value))


@breaks("mail-headers")
def bytes_in_the_header(message: bytes, chance: Random) -> bytes:
    return field(message, "Subject", lambda value: f"Réunion {chance.random()}")


@breaks("mail-headers")
def line_break_out_of_a_value(message: bytes, chance: Random) -> bytes:
    end = chance.choice([b"\n", b"\r"])
    return message.replace(b"Subject: ", b"Subject: a" + end + b"Bcc: x@example.org" + end + b" ", 1)


@breaks("mail-addresses")
def sender_is_no_address(message: bytes, chance: Random) -> bytes:
    wrong = chance.choice(
        ["USHRN", "news@localhost", "a@example.org, b@example.org", "news@exa_mple.org", ".x@example.org"]
    )
    return field(message, chance.choice(["From", "Reply-To"]), lambda _: wrong)


@breaks("mail-addresses")
def name_of_somebody_else(message: bytes, chance: Random) -> bytes:
    return field(message, "From", lambda _: '"help@bank.example" <news@example.org>')


@breaks("mail-parts")
def no_text(message: bytes, chance: Random) -> bytes:
    return part(message, 0, lambda head, body: head + b"\r\n\r\n" + b" " * chance.randint(0, 3) + b"\r\n")


@breaks("mail-parts")
def html_comes_first(message: bytes, chance: Random) -> bytes:
    return (
        message.replace(b"text/plain", b"text/x").replace(b"text/html", b"text/plain").replace(b"text/x", b"text/html")
    )


@breaks("mail-parts")
def all_of_it_mixed(message: bytes, chance: Random) -> bytes:
    return message.replace(b"multipart/alternative", chance.choice([b"multipart/mixed", b"multipart/related"]))


@breaks("mail-encoding")
def wrong_charset(message: bytes, chance: Random) -> bytes:
    wrong = chance.choice([b"us-ascii", b"iso-8859-1", b"windows-1252", b"utf-16"])
    accent = b"=C3=A9t=C3=A9\r\n"
    return part(
        message, chance.randrange(2), lambda head, body: head.replace(b"utf-8", wrong) + b"\r\n\r\n" + accent + body
    )


@breaks("mail-encoding")
def letters_encoded_twice(message: bytes, chance: Random) -> bytes:
    return part(message, chance.randrange(2), lambda head, body: head + b"\r\n\r\n=C3=83=C2=A9\r\n" + body)


@breaks("mail-encoding")
def letters_lost(message: bytes, chance: Random) -> bytes:
    return part(message, chance.randrange(2), lambda head, body: head + b"\r\n\r\n=EF=BF=BD\r\n" + body)


@breaks("mail-encoding")
def line_ends_of_one_kind(message: bytes, chance: Random) -> bytes:
    return part(message, chance.randrange(2), lambda head, body: head + b"\r\n\r\n" + body.replace(b"\r\n", b"\n"))


@breaks("field-left")
def a_token_in_the_mail(message: bytes, chance: Random) -> bytes:
    token = b"F%012x%04d" % (chance.randrange(1 << 48), chance.randrange(9_999))
    return part(message, chance.randrange(2), lambda head, body: head + b"\r\n\r\nDear " + token + b",\r\n" + body)


@breaks("field-left")
def a_token_in_the_subject(message: bytes, chance: Random) -> bytes:
    return field(message, "Subject", lambda value: f"Dear F{chance.randrange(1 << 48):012x}0001")


@decoy
def other_subjects(message: bytes, chance: Random) -> bytes:
    good = ["=?utf-8?q?R=C3=A9union?=", "F-35 and F16", "Subject: what it is", "List-Unsubscribe", "a <b> c"]
    return field(message, "Subject", lambda _: chance.choice(good))


@decoy
def other_senders(message: bytes, chance: Random) -> bytes:
    good = ['"USHRN, Geneva" <news@example.org>', "news@gmail.example.org", "=?utf-8?q?R=C3=A9seau?= <n@example.org>"]
    return field(message, "From", lambda _: chance.choice(good))


@decoy
def other_texts(message: bytes, chance: Random) -> bytes:
    good = [b"=C3=A9t=C3=A9, S=C3=A3o, =C3=82nimo", b"a < b", b"F123 F0ff", b"{{name}}", b"=E2=80=9Cquoted=E2=80=9D"]
    return part(message, 0, lambda head, body: head + b"\r\n\r\n" + chance.choice(good) + b"\r\n" + body)


@decoy
def more_headers(message: bytes, chance: Random) -> bytes:
    return message.replace(b"MIME-Version", b"X-Tag: a\r\nX-Tag: b\r\nReceived: x\r\nReceived: y\r\nMIME-Version", 1)
