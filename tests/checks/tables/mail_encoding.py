"""Encodings of the parts."""

from tests.checks.build import Case
from tests.checks.letters import PLAIN, RICH, case, part

BAD = [
    case("it is not quoted-printable", parts=(part("", raw=b"50 =% of all\r\n"), RICH), at=(None, None)),
    case("it is not quoted-printable", parts=(part("", raw=b"a =zz b\r\n"), RICH)),
    case("it is not quoted-printable", parts=(part("", raw="é\r\n".encode()), RICH)),
    case("it is not base64", parts=(part("", encoding="base64", raw=b"VGhl*IHJl\r\n"), RICH)),
    case("it is not base64", parts=(PLAIN, part("", "html", encoding="base64", raw=b"VGhlI\r\n"))),
    case("it is not utf-8", parts=(part("", raw=b"caf=E9\r\n"), RICH)),
    case("it is not us-ascii", parts=(part("", charset="us-ascii", raw=b"caf=C3=A9\r\n"), RICH)),
    case("says 7bit, and holds other bytes", parts=(part("", encoding="7bit", raw="é\r\n".encode()), RICH)),
    case("it is not x-odd", parts=(part("", encoding="x-odd", raw=b"x\r\n"), RICH)),
    case("it is not klingon", parts=(part("", charset="klingon", raw=b"x\r\n"), RICH)),
    case("is encoded as iso-8859-1", parts=(part("Bien sûr", charset="iso-8859-1"), RICH)),
    case("is encoded as windows-1252", parts=(PLAIN, part("<p>Bien sûr</p>", "html", charset="windows-1252"))),
    case("a letter that was lost", parts=(part("caf\ufffd"), RICH)),
    case("a letter that was lost", parts=(PLAIN, part("<p>caf\ufffd</p>", "html"))),
    case("encoded twice, such as 'Ã©'", parts=(part("cafÃ©"), RICH)),
    case("encoded twice", parts=(part("donâ€™t"), RICH)),
    case("encoded twice", parts=(PLAIN, part("<p>Â«\u00c2\u00a0x</p>", "html"))),
    Case(says="holds a NUL", level="error", message=case().message + b"\0"),
    Case(says="not CR LF", level="error", message=case().message + b"a\nb\r\n"),
    Case(says="not CR LF", level="error", message=case().message + b"a\rb\r\n"),
]

NEAR = [
    case(),
    *(
        case(parts=(part(text), RICH))
        for text in (
            "café",
            "Ça va, São Paulo, Ânimo, Ásia",
            "Ã",
            "Â vontade",
            "pão, mãe, Ãh",
            "â propos",
            "100 €",
            "a €“quoted” price",
            "don’t “quote” – or…",
            "استمعوا إلى الجلسة",
            "小组会议",
            "Zürich, Genève, Łódź",
            "😀 👩‍👩‍👧",
            "e\u0301 combined",
            "= equals =",
            "50 = % of all",
            "\u00a0a hard space",
            "\ufeffa mark",
            "x" * 3_000,
            "INFORMAÇÃO",
            "NAÇÃO E ÂMBITO",
        )
    ),
    case(parts=(part("", charset="us-ascii", raw=b"plain\r\n"), RICH)),
    case(parts=(part("", encoding="base64", raw=b"Y2Fmw6k=\r\n"), RICH)),
    case(parts=(part("", encoding="base64", raw=b"Y2Fm\r\nw6k=\r\n"), RICH)),
    case(parts=(part("", encoding="7bit", raw=b"plain\r\n"), RICH)),
    case(parts=(part("", encoding="8bit", raw="café\r\n".encode()), RICH)),
    case(parts=(part("", raw=b"soft =\r\nbreak\r\n"), RICH)),
    case(parts=(part("", encoding="Quoted-Printable", raw=b"=C3=A9\r\n"), RICH)),
    case(parts=(part("", charset="UTF-8", raw=b"=C3=A9\r\n"), RICH)),
    case(parts=(PLAIN, RICH, b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n")),
]
