"""The address by which mail programs unsubscribe."""

from tests.checks.build import Case
from tests.checks.letters import HEADERS, case, header

_N = "List-Unsubscribe"
_GOOD = HEADERS[_N]
_BASE = "https://news.example.org"

BAD = [
    header(_N, None, "List-Unsubscribe is missing"),
    header(_N, [_GOOD, _GOOD], "is there twice"),
    header(_N, "=?utf-8?q?=3Chttps=3A//news.example.org/u/Zk3vT0qWc8yLr5bN1sXe7A=3E?=", "is encoded"),
    header(_N, f"<mailto:leave@example.org>, {_GOOD}", "must hold one address"),
    header(_N, f"{_GOOD}, <mailto:leave@example.org>", "must hold one address"),
    header(_N, _GOOD.strip("<>"), "must hold one address"),
    header(_N, f"{_GOOD} (leave)", "must hold one address"),
    header(_N, "", "must hold one address"),
    header(_N, _GOOD.replace("https", "http"), "is not https"),
    header(_N, "<mailto:leave@example.org>", "is not https"),
    header(_N, "<https:///u/Zk3vT0qWc8yLr5bN1sXe7A>", "is not https"),
    header(_N, f"<{_BASE}/u?email=ana@example.net>", "tells who the reader is"),
    header(_N, f"<{_BASE}/u?email=ana%40example.net>", "tells who the reader is"),
    header(_N, "<https://ana@news.example.org/u/Zk3vT0qWc8yLr5bN1sXe7A>", "tells who the reader is"),
    header(_N, f"<{_BASE}/u/{'x' * 60}>", "more than 77"),
    header(_N, f"<{_BASE}/u/{'x' * 49}>", "has 78 bytes"),
    header(_N, f"<{_BASE}/>", "names no subscription"),
    header(_N, f"<{_BASE}>", "names no subscription"),
    header(_N, f"<{_BASE}/u/Zk3v T0q>", "has spaces or letters"),
    header(_N, f"<{_BASE}/désabonner/x>", "has spaces or letters"),
]

NEAR = [
    case(),
    header(_N, f"<{_BASE}/u/{'x' * 48}>"),
    header("LIST-UNSUBSCRIBE", _GOOD).__class__(
        message=case().message.replace(b"List-Unsubscribe:", b"LIST-UNSUBSCRIBE:")
    ),
    header(_N, f"\r\n {_GOOD}"),
    header(_N, f"  {_GOOD}  "),
    header(_N, "<https://n.example.org/u/AAAAAAAAAAAAAAAAAAAAAA>"),
    header(_N, "<https://n.example.org:8443/u/AAAAAAAAAAAAAAAAAAAAAA>"),
    header(_N, "<https://xn--bcher-kva.example/u/AAAAAAAAAAAAAAAAAAAAAA>"),
    header(_N, "<HTTPS://news.example.org/u/AAAAAAAAAAAAAAAAAAAAAA>"),
    *(
        header(_N, f"<{_BASE}/{path}/AAAAAAAAAAAAAAAAAAAAAA>")
        for path in ("u", "unsubscribe", "a/b/u", "~n/u", "u_", "U")
    ),
    *(header(_N, f"<{_BASE}/u/{token}>") for token in ("-" * 22, "_" * 22, "0" * 22, "a-_Z" * 5)),
    *(header(_N, f"<{_BASE}/u?{query}>") for query in ("t=AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAA", "a=1&b=2")),
    *(header("Subject", subject) for subject in ("How to unsubscribe", "=?utf-8?q?=C3=A9?=", "mailto:a@b.example")),
    *(header("From", f"{name} <news@example.org>") for name in ("Leave", "https", "A b")),
    header("X-List-Unsubscribe", "<http://x>"),
    header("List-Subscribe", "<http://news.example.org/s>"),
    header("List-Help", "<mailto:help@example.org>"),
    header("Reply-To", "leave@example.org"),
    Case(body="<p>List-Unsubscribe: http://x</p>", message=case().message),
]
