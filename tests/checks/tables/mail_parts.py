"""Parts of the message."""

from tests.checks.build import Case
from tests.checks.letters import PLAIN, RICH, case, part

_ATTACHED = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n"

BAD = [
    case("it is multipart/mixed", mime='multipart/mixed; boundary="=_b"', at=(None, None)),
    case("it is text/html", mime="text/html"),
    case("it is text/plain", mime="text/plain"),
    case("it is multipart/related", mime='multipart/related; boundary="=_b"'),
    case("text/html, text/plain, and not", parts=(RICH, PLAIN)),
    case("its parts are text/plain, and not", parts=(PLAIN,)),
    case("its parts are text/html, and not", parts=(RICH,)),
    case("application/pdf", parts=(PLAIN, RICH, _ATTACHED)),
    case("text/plain, text/plain", parts=(PLAIN, PLAIN)),
    case("the text part is empty", parts=(part(""), RICH)),
    case("the text part is empty", parts=(part(" \n\n\t\n"), RICH)),
    case("the text part is empty", parts=(part("\u00a0\n"), RICH)),
    case("the HTML part is empty", parts=(PLAIN, part("\n", "html"))),
    case("the HTML part holds no HTML", parts=(PLAIN, part("The review is on Monday.", "html"))),
    case("the text part holds HTML", parts=(part("<!DOCTYPE html><html><body>x</body></html>"), RICH)),
    case("the text part holds HTML", parts=(part("<HTML>x"), RICH)),
]

NEAR = [
    case(),
    *(
        case(parts=(part(text), RICH))
        for text in (
            "x",
            "a < b and b > a",
            "<https://example.org/u/x>",
            "- one\n- two",
            "Écoutez la séance",
            "استمعوا",
            "<p> is how a paragraph begins in HTML",
            "." * 2_000,
            "--=_c\nno boundary",
            "html",
            "-- \nUSHRN",
            "text/html",
            "=" * 70,
        )
    ),
    *(
        case(parts=(PLAIN, part(html, "html")))
        for html in (
            "<p>x</p>",
            "<!DOCTYPE html><html><body>x</body></html>",
            "<table><tr><td>x</td></tr></table>",
            "<html><body>" + "<p>x</p>" * 5_000 + "</body></html>",
            "<p>Écoutez</p>",
            "<b>",
            "<p>a</p><p>b</p>",
        )
    ),
    case(parts=(part("Bien sûr", charset="iso-8859-1"), RICH)),
    case(parts=(part("x", encoding="base64", raw=b"VGhlIHJldmlldw==\r\n"), RICH)),
    case(parts=(part("x", encoding="7bit", raw=b"The review\r\n"), RICH)),
    *(
        Case(message=case().message.replace(b"multipart/alternative", mime))
        for mime in (b"Multipart/Alternative", b"MULTIPART/ALTERNATIVE")
    ),
    Case(message=case().message.replace(b"text/html", b"Text/HTML")),
    case(mime='multipart/alternative; charset="utf-8"; boundary="=_b"'),
    case(headers={"Subject": "multipart/mixed"}),
    case(headers={"X-Type": "text/html"}),
]
