"""The list's name, and what complaints are counted by."""

from tests.checks.build import Case
from tests.checks.letters import HEADERS, case, header


def _bad(name: str, value: str | list[str] | None, says: str) -> Case:
    return header(name, value, says, level="warning", at=(None, None))


BAD = [
    _bad("List-ID", None, "List-ID is missing"),
    _bad("List-ID", [HEADERS["List-ID"]] * 2, "List-ID is there twice"),
    _bad("List-ID", "UPR Updates", "names no list"),
    _bad("List-ID", "<upr>", "names no list"),
    _bad("List-ID", "<upr updates.example.org>", "names no list"),
    _bad("List-ID", "<upr.>", "names no list"),
    _bad("List-ID", "<upr@example.org>", "names no list"),
    _bad("List-ID", f"<{'x' * 250}.example.org>", "names no list"),
    _bad("List-ID", "", "names no list"),
    _bad("Feedback-ID", None, "Feedback-ID is missing"),
    _bad("Feedback-ID", ["a:b:c:sender1"] * 2, "Feedback-ID is there twice"),
    _bad("Feedback-ID", "a:b:c:d:sender1", "cannot count"),
    _bad("Feedback-ID", "a:b:c:", "cannot count"),
    _bad("Feedback-ID", "a:b:c:abc", "cannot count"),
    _bad("Feedback-ID", "", "cannot count"),
]

NEAR = [
    case(),
    *(
        header("List-ID", value)
        for value in (
            "<upr.news.example.org>",
            '"UPR, Updates" <upr.news.example.org>',
            "=?utf-8?q?Nouvelles_d=C3=A9t=C3=A9?= <ete.news.example.org>",
            "UPR Updates\r\n <upr.news.example.org>",
            "<upr-updates.localhost>",
            "<2020.news.example.org>",
            '"a <b> c" <upr.news.example.org>',
            f"<{'x' * 200}.example.org>",
            "<upr_2.news.example.org>",
            "<upr.xn--bcher-kva.example>",
        )
    ),
    *(
        header("Feedback-ID", value)
        for value in (
            "a:b:c:sender",
            "::c:sender",
            "a:sender",
            "sender",
            "october-2020:upr:newsletter:3f9a1c22d0",
            "a b:c d:e:sender",
        )
    ),
    *(header(f"X-{name}", "x") for name in ("List-ID", "Feedback-ID", "ID", "List")),
    *(header("Subject", text) for text in ("List-ID", "<upr>", "a:b:c", "Feedback-ID: no", "UPR", "a")),
    Case(message=case().message.replace(b"List-ID", b"List-Id")),
    Case(message=case().message.replace(b"Feedback-ID", b"FEEDBACK-ID")),
    Case(body="<p>List-ID: upr</p>", message=case().message),
]
