"""Whatever the values are, a spliced message says what the standard library's message for that reader says."""

import quopri
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.delivery.headers import AddressError, clean, wire_address
from newsletter.delivery.messages import Composer, Envelope, Recipient
from newsletter.render.fields import fill
from newsletter.render.rendering import FieldUse, Rendering
from tests.delivery.worlds import ENVELOPE, RENDERING, recipient

PREFIX = "Tk0000000000"
TOKENS = tuple(f"{PREFIX}{number:04}" for number in range(5))
USES = (
    FieldUse(TOKENS[0], "first_name", "friend", "html"),
    FieldUse(TOKENS[1], "first_name", "friend", "text"),
    FieldUse(TOKENS[2], "first_name", "friend", "subject"),
    FieldUse(TOKENS[3], "city", "", "text"),
    FieldUse(TOKENS[4], "unsubscribe_url", "", "url"),
)
# What is likely to break a line, a word or an encoding: dots, blanks and equals signs at line ends, every line end.
nasty = st.sampled_from(
    [".", "From ", "=", " ", "\t", "\n", "\r\n", "a" * 80, "é", "日本語", "👩‍👩‍👧", "=?", "?=", "\u0301"]
)
characters = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
texts = st.lists(nasty | characters, max_size=12).map("".join)
values = texts | st.sampled_from(["=?utf-8?q?Hi=0D=0ABcc:_evil@x.org?=", "a\r\nBcc: evil@x.org", "\u2028x", "=3D"])


def body(*tokens: str) -> st.SearchStrategy[str]:
    return st.lists(texts | st.sampled_from(tokens), max_size=8).map(lambda parts: "".join(parts) + "\n")


renderings = st.builds(
    Rendering,
    language=st.just("en"),
    subject=st.lists(st.text(st.characters(exclude_categories=["C", "Z"])) | st.just(TOKENS[2]), max_size=4).map(
        " ".join
    ),
    preheader=st.just(""),
    html=body(TOKENS[0], TOKENS[4]),
    text=body(TOKENS[1], TOKENS[3], TOKENS[4]),
    fields=st.just(USES),
)


def reference(rendering: Rendering, envelope: Envelope, one: Recipient) -> EmailMessage:
    """The message of a reader as the standard library makes it."""
    filled = fill(rendering, {**one.values, "unsubscribe_url": envelope.unsubscribe_url(one.token)})
    message = EmailMessage(policy.SMTP)
    if "=?" not in filled.subject:  # the standard library decodes it, line breaks and all
        message["Subject"] = clean(filled.subject)
    message["To"] = Address(clean(one.name), addr_spec=one.address)
    message["From"] = Address(clean(envelope.sender_name), addr_spec=envelope.sender_email)
    message.set_content(filled.text, cte="quoted-printable")
    message.add_alternative(filled.html, subtype="html", cte="quoted-printable")
    return message


def bodies(message: EmailMessage) -> list[bytes]:
    return [part.get_payload(decode=True) for part in message.iter_parts()]


def in_lines(content: bytes) -> bytes:
    return re.sub(rb"\r\n|\r|\n", b"\n", content)


def joined(words: str) -> str:
    """Without blanks: the standard library's reader keeps or drops the one between two encoded words as it likes
    (https://github.com/python/cpython/issues/92081)."""
    return "".join(words.split())


@settings(deadline=None, max_examples=150)
@given(rendering=renderings, name=values, first=values, city=values, sender=values)
@example(RENDERING, "", "", "", "")
def test_a_message_says_what_the_standard_librarys_says(
    rendering: Rendering, name: str, first: str, city: str, sender: str
) -> None:
    envelope = replace(ENVELOPE, sender_name=sender)
    one = recipient(name=name, values={"first_name": first, "city": city})
    raw = Composer(rendering, envelope).message(one)
    ours = message_from_bytes(raw, policy=policy.default)
    theirs = reference(rendering, envelope, one)

    assert [part.get_content_type() for part in ours.iter_parts()] == ["text/plain", "text/html"]
    assert [in_lines(part) for part in bodies(ours)] == [in_lines(part) for part in bodies(theirs)]
    subject = fill(rendering, one.values).subject
    assert ours["Subject"] == clean(subject)
    assert ours["Subject"] == theirs["Subject"] or "=?" in subject
    for field, shown in (("To", one.name), ("From", sender)):
        (address,) = ours[field].addresses
        assert address.addr_spec == theirs[field].addresses[0].addr_spec
        assert joined(address.display_name) == joined(clean(shown))
    assert sorted(ours.keys()) == sorted(HEADERS)
    assert not ours.defects and not any(part.defects for part in ours.iter_parts())
    check_wire(raw)


HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "List-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "MIME-Version",
    "Content-Type",
]


def check_wire(raw: bytes) -> None:
    """What holds for the bytes of every message."""
    assert raw.isascii() and raw.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw), "a bare CR or LF"
    head, _, content = raw.partition(b"\r\n\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 76
    assert not re.search(rb"^(\.|From )", raw, re.MULTILINE)
    assert not re.search(rb"^[^\r\n]*[ \t]\r\n", content, re.MULTILINE), "white space at the end of a line"
    for line in head.split(b"\r\n"):
        assert not line.isspace() and line
        if b"=?" in line:
            assert len(line) <= 76
        assert len(line) <= 76 or line.startswith((b"List-Unsubscribe:", b"Feedback-ID:")), line
    for word in re.findall(rb"=\?utf-8\?[bq]\?[^? ]*\?=", head):
        assert len(word) <= 75
        assert "\N{REPLACEMENT CHARACTER}" not in str(
            message_from_bytes(b"X: " + word + b"\n\n", policy=policy.default)["X"]
        )


def test_headers_are_what_mailbox_providers_ask_for() -> None:
    raw = Composer(RENDERING, ENVELOPE).message(recipient())
    head = raw.partition(b"\r\n\r\n")[0].decode()
    assert "\r\nList-Unsubscribe: <https://news.example.org/u/token00000000000000001>\r\n" in head
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    assert "\r\nList-ID: UPR Network <upr.news.example.org>\r\n" in head
    assert "\r\nMessage-ID: <delivery00000000000001@news.example.org>\r\n" in head
    assert "\r\nDate: Wed, 28 Oct 2020 09:00:00 +0000\r\n" in head
    assert "\r\nReply-To: reply@example.org\r\n" in head
    assert re.search(r"\r\nFeedback-ID: october-2020:upr:newsletter:[0-9a-f]{10}\r\n", head)
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == "News for Name1"
    assert message["Message-ID"] == message["Message-ID"].strip()
    assert message["Content-Type"].params["boundary"].startswith("=_")


def test_the_longest_base_url_keeps_list_unsubscribe_within_77_bytes() -> None:
    base = "https://" + "n" * 38 + ".org"
    raw = Composer(RENDERING, replace(ENVELOPE, base_url=base)).message(recipient())
    value = re.search(rb"List-Unsubscribe: (<.*>)\r\n", raw)[1]
    assert len(base) == 50 and len(value) == 77
    with pytest.raises(ValueError, match="at most 50 plain ASCII"):
        Composer(RENDERING, replace(ENVELOPE, base_url=base + "x"))
    with pytest.raises(ValueError, match="plain ASCII"):
        Composer(RENDERING, replace(ENVELOPE, base_url="https://zoë.example.org"))


def test_a_message_is_the_same_every_time() -> None:
    first, second = (Composer(RENDERING, ENVELOPE).message(recipient()) for _ in range(2))
    assert first == second


def test_the_boundary_follows_the_content() -> None:
    one = Composer(RENDERING, ENVELOPE).message(recipient())
    two = Composer(replace(RENDERING, text="Other\n"), ENVELOPE).message(recipient())
    boundaries = {re.search(rb'boundary="(.*)"', raw)[1] for raw in (one, two)}
    assert len(boundaries) == 2


def test_a_test_mail_says_so_in_its_subject() -> None:
    raw = Composer(RENDERING, replace(ENVELOPE, prefix="[Test] ")).message(recipient())
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == "[Test] News for Name1"


def test_times_are_told_on_each_readers_clock() -> None:
    use = FieldUse(TOKENS[1], "local_time", "see below", "text", datetime(2020, 11, 9, 13, 30, tzinfo=UTC))
    rendering = replace(RENDERING, text=f"At {TOKENS[1]}.\n", fields=(use,))
    composer = Composer(rendering, ENVELOPE)
    seen = []
    for zone in ("America/New_York", "Asia/Tokyo", "America/New_York", ""):
        one = recipient(values={"timezone": zone, "language": "en"})
        message = message_from_bytes(composer.message(one), policy=policy.default)
        filled = fill(rendering, one.values).text
        seen.append(message.get_body(("plain",)).get_content().replace("\r\n", "\n"))
        assert seen[-1] == filled
    assert seen[0] == seen[2] != seen[1]


def test_a_token_of_another_shape_is_never_put_into_a_link() -> None:
    with pytest.raises(ValueError, match="22 letters"):
        Composer(RENDERING, ENVELOPE).message(recipient(token="x\r\nBcc: evil@example.org"))


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("Zoe.O'Neill+upr@Example.org", "Zoe.O'Neill+upr@Example.org"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("info@xn--bcher-kva.example", "info@xn--bcher-kva.example"),
    ],
)
def test_hosts_go_out_as_a_labels(address: str, wire: str) -> None:
    assert wire_address(address) == wire


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a b@example.org",
        "a@b@example.org",
        "a,b@example.org",
        "<a@example.org>",
        "a@example..org",
        "a@[192.0.2.1]",
        "a@exa\u2028mple.org",
        "@example.org",
        "a",
        "",
        ".a@example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        wire_address(address, smtputf8=True)


def test_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    assert wire_address("zoë@example.org", smtputf8=True) == "zoë@example.org"
    with pytest.raises(AddressError, match="SMTPUTF8"):
        wire_address("zoë@example.org")
    raw = Composer(RENDERING, ENVELOPE).message(recipient(address="zoë@example.org"), smtputf8=True)
    assert "zoë@example.org".encode() in raw


def test_a_part_that_does_not_end_its_last_line_gets_its_end() -> None:
    rendering = replace(RENDERING, text=f"Hi {USES[1].token}", html="<p>x</p>", fields=USES)
    message = message_from_bytes(Composer(rendering, ENVELOPE).message(recipient()), policy=policy.default)
    assert bodies(message) == [b"Hi Name1\r\n", b"<p>x</p>\r\n"]


@pytest.mark.parametrize("length", range(70, 80))
@pytest.mark.parametrize("last", ["", "é", "=", " ", "."])
def test_lines_of_about_76_bytes(length: int, last: str) -> None:
    """As long as a line may be, one less and one more: before a value, as a value, and with a line end after it."""
    piece = "x" * (length - len(quopri.encodestring(last.encode()))) + last
    text = f"{piece}{TOKENS[1]}\n{piece}\n{TOKENS[3]}{piece}\n"
    rendering = replace(RENDERING, text=text, fields=USES)
    one = recipient(values={"first_name": piece.strip(), "city": piece.strip()})
    raw = Composer(rendering, ENVELOPE).message(one)
    check_wire(raw)
    said = message_from_bytes(raw, policy=policy.default).get_body(("plain",)).get_content()
    assert said.replace("\r\n", "\n") == fill(rendering, one.values).text


@pytest.mark.parametrize("prefix", ["", "[Test] "])
def test_a_value_that_reads_as_an_encoded_word_stays_what_it_is(prefix: str) -> None:
    evil = "=?utf-8?q?Hi=0D=0ABcc:_evil@example.org?="
    envelope = replace(ENVELOPE, prefix=prefix, sender_name=evil, list_name=evil)
    raw = Composer(RENDERING, envelope).message(recipient(name=evil, values={"first_name": evil}))
    assert evil.encode() not in raw.partition(b"\r\n\r\n")[0]
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == f"{prefix}News for {evil}"
    assert message["To"].addresses[0].display_name == message["From"].addresses[0].display_name == evil
    assert "Bcc" not in message
