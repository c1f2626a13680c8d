"""Addresses in the header."""

from tests.checks.build import Case
from tests.checks.letters import case, header


def _from(value: str, says: str = "") -> Case:
    return header("From", value, says)


BAD = [
    _from("news@bücher.example", "its domain has letters beyond ASCII"),
    _from("USHRN <news@bücher.example>", "its domain has letters beyond ASCII"),
    _from("josé@example.org", "the part before the @ has letters beyond ASCII"),
    _from("news@localhost", "'localhost' is no domain"),
    _from("news@example..org", "is no domain"),
    _from("news@-example.org", "is no domain"),
    _from("news@exa_mple.org", "is no domain"),
    _from("news@example.org.", "is no domain"),
    _from("news@[192.0.2.1]", "is no domain"),
    _from(f"news@{'x' * 64}.org", "is no domain"),
    _from("news", "no whole address"),
    _from("@example.org", "no whole address"),
    _from("news@", "no whole address"),
    _from("USHRN", "no whole address"),
    _from("a@example.org, b@example.org", "more than one address"),
    _from("<a@example.org>, <b@example.org>", "more than one address"),
    _from("A <a@example.org>, B <b@example.org>", "more than one address"),
    _from(".news@example.org", "not written as addresses are"),
    _from("ne..ws@example.org", "not written as addresses are"),
    _from("ne ws@example.org", "not written as addresses are"),
    _from(f"{'x' * 65}@example.org", "not written as addresses are"),
    _from('"security@bank.example" <news@example.org>', "the name shows another address, security@bank.example"),
    _from("help@bank.example <news@example.org>", "the name shows another address"),
    header("Reply-To", "news", "Reply-To is no address"),
    header("Reply-To", "news@bücher.example", "Reply-To is no address"),
]

NEAR = [
    case(),
    *(
        _from(value)
        for value in (
            "news@example.org",
            "<news@example.org>",
            "USHRN <news@example.org>",
            '"USHRN, Geneva" <news@example.org>',
            '"USHRN <Geneva>" <news@example.org>',
            "=?utf-8?q?R=C3=A9seau?= <news@example.org>",
            "USHRN\r\n <news@example.org>",
            "news@xn--bcher-kva.example",
            "news@a.b.c.d.example.org",
            "news@EXAMPLE.org",
            "n@e.org",
            "news+upr@example.org",
            "news.upr@example.org",
            "o'brien@example.org",
            "a_b-c@example.org",
            "news@ex-ample.org",
            "news@1.example.org",
            '"news@example.org" <news@example.org>',
            '"News@Example.org" <news@example.org>',
            "USHRN (the network) <news@example.org>",
            "USHRN @ Geneva <news@example.org>",
            '"a \\"b\\" c" <news@example.org>',
            f"{'x' * 64}@example.org",
            f"news@{'x' * 63}.org",
            "we@home <news@example.org>",
        )
    ),
    *(header("Reply-To", value) for value in ("ushrn@gmail.com", "A <a@example.net>", "answers@example.org")),
    header("Subject", "news@bücher.example".encode("punycode").decode()),
    header("Cc", "not an address"),
    header("To", "josé@example.org"),
]
