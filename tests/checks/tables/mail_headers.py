"""Headers."""

from tests.checks.build import Case
from tests.checks.letters import HEADERS, case, header, message

_ONCE = ("Date", "From", "Reply-To", "To", "Subject", "Message-ID", "MIME-Version")

BAD = [
    *(header(name, None, f"{name} is missing") for name in _ONCE),
    *(header(name, [HEADERS[name]] * 2, f"{name} is there 2 times") for name in _ONCE),
    *(header(name, "", f"{name} is empty") for name in ("From", "To", "Date", "Message-ID")),
    header("Message-ID", "<1@localhost>", "ends in localhost"),
    header("Message-ID", "<1@news.example.org.evil.example>", "ends in news.example.org.evil.example"),
    header("Message-ID", "1@news.example.org", "not of the form"),
    header("Message-ID", "<1 2@news.example.org>", "not of the form"),
    header("Message-ID", "<1>", "not of the form"),
    header("Date", "28 October", "Date cannot be read"),
    header("Date", "Wed, 28 Oct 2020 12:00:00 -0000", "names no zone"),
    header("Cc", ["a@example.org"] * 2, "Cc is there twice"),
    header("Bcc", ["a@example.org"] * 2, "Bcc is there twice"),
    header("Subject", "Besprechung für alle", "beyond ASCII"),
    header("Subject", "=?utf-8?q?" + "x" * 66 + "?=", "over 75 characters"),
    case("'no header at all' is no header", extra=b"no header at all"),
    case("control character", extra=b"X-A: a\x00b"),
    case("control character", extra=b"X-A: a\x07b"),
    case("control character", extra=b"X-A: a\rX-B: b"),
    case("control character", extra=b"X-A: a\nX-B: b"),
    case("Subject is there 2 times", headers={"Subject": "Hello\r\nSubject: Another"}),
    Case(says="Date is missing", level="error", message=b"Subject: x\r\n\r\nx"),
]

NEAR = [
    case(),
    *(
        header("Subject", value)
        for value in (
            "",
            "=?utf-8?q?Besprechung_f=C3=BCr_alle?=",
            "=?utf-8?q?" + "x" * 63 + "?=",
            "=?utf-8?q?" + "x" * 63 + "?=\r\n =?utf-8?q?" + "y" * 63 + "?=",
            "Two\r\n lines of one subject",
            "Two\r\n\tlines",
            "Date: tomorrow",
            "a = ? b ?=",
            "x" * 200,
            "From: me\r\n  To: you",
        )
    ),
    *(
        header("Message-ID", value)
        for value in (
            "<1@news.example.org>",
            "<1@NEWS.example.org>",
            "<a.b-c_d@news.example.org>",
            "\r\n <1@news.example.org>",
            f"<{'x' * 22}@news.example.org>",
        )
    ),
    *(
        header("Date", value)
        for value in (
            "Wed, 28 Oct 2020 12:00:00 +0100",
            "28 Oct 2020 12:00 GMT",
            "Wed, 28 Oct 2020\r\n 12:00:00 -0500",
            "Wed, 28 Oct 2020 12:00:00 +0000 (UTC)",
        )
    ),
    *(header(name, "x@example.org") for name in ("Cc", "Sender", "Bcc", "X-Bcc")),
    *(header(name, ["a", "b"]) for name in ("Received", "X-Tag", "Comments")),
    header("X-Empty", ""),
    Case(message=message().replace(b"Subject", b"SUBJECT").replace(b"Message-ID", b"Message-Id")),
    Case(message=message() + b"Subject: in the body\r\nnot a header\r\n"),
    Case(message=message().replace(b"Date: ", b"Date:")),
]
