"""Names that lead to this machine, and a visitor who may go there."""

from newsletter.checks import Visit
from newsletter.outside.hop import Limits
from newsletter.outside.names import Names
from newsletter.outside.visit import Visitor
from tests.stubs import dns_stub, web_stub
from tests.stubs.web_stub import said, trust

HERE = ["127.0.0.1"]
HOSTS = ("good", "other", "a", "b", "expired", "own", "wrong", "soon", "tls")
SHELL = "<html><head><title>Example</title></head><body>Welcome to the site. Nothing here. Try search.</body></html>"
PAGE = "<html><head><title>The &amp; report</title></head><body><p>It has forty pages.</p></body></html>"
_turns = iter(range(10**6))


def _rebinding() -> list[str]:
    """An address that may be asked at first, and one that may not afterwards."""
    return HERE if next(_turns) == 0 else ["127.0.0.2"]


ZONE = dns_stub.Zone(
    {
        **{(f"{name}.test", "A"): HERE for name in HOSTS},
        ("xn--bcher-kva.test", "A"): HERE,
        ("private.test", "A"): ["10.0.0.1"],
        ("metadata.test", "A"): ["169.254.169.254"],
        ("six.test", "AAAA"): ["::1"],
        ("mapped.test", "AAAA"): ["::ffff:10.0.0.1"],
        ("mixed.test", "A"): ["127.0.0.1", "192.168.0.1"],
        ("rebinding.test", "A"): _rebinding,
        ("fails.test", "*"): "SERVFAIL",
        ("silent.test", "*"): "SILENT",
    }
)  # fmt: skip


def visitor(names: Names, **limits: object) -> Visitor:
    return Visitor(names, Limits(**{"seconds": 1.0, "allowed": ("127.0.0.1",), "trust": trust(), **limits}))  # type: ignore[arg-type]


def follow(
    names: Names, routes: dict, path: str = "/x", *, host: str = "good.test", tls=None, other=None, **limits
) -> Visit:
    with web_stub.serve(routes, other=other or said("no", 404), tls=tls) as server:
        port = server.port
        scheme = "https" if tls else "http"
        return visitor(names, **limits).visit(f"{scheme}://{host}:{port}{path}")
