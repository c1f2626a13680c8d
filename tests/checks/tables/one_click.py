"""One click."""

from tests.checks.build import Case
from tests.checks.letters import HEADERS, case, header

_N = "List-Unsubscribe-Post"
_GOOD = HEADERS[_N]

BAD = [
    header(_N, None, "is missing", at=(None, None)),
    header(_N, [_GOOD, _GOOD], "is there twice"),
    header(_N, "One-Click", "says 'One-Click'"),
    header(_N, "List-Unsubscribe: One-Click", "says"),
    header(_N, "List-Unsubscribe=One Click", "says"),
    header(_N, "", "says ''"),
    header(_N, "=?utf-8?q?List-Unsubscribe=3DOne-Click?=", "says"),
    header(_N, f"{_GOOD}; x", "says"),
]

NEAR = [
    case(),
    header(_N, f"\r\n {_GOOD}"),
    header(_N, f"   {_GOOD}  "),
    header(_N, _GOOD.lower()),
    header(_N, _GOOD.upper()),
    *(
        Case(message=case().message.replace(b"List-Unsubscribe-Post", name))
        for name in (b"LIST-UNSUBSCRIBE-POST", b"list-unsubscribe-post")
    ),
    *(header(f"X-{name}", "x") for name in (_N, "One-Click", "List-Unsubscribe", "Post")),
    *(header(name, "x") for name in ("List-Post", "List-Help", "List-Owner", "List-Archive", "Precedence", "X-Post")),
    *(header("Subject", text) for text in ("List-Unsubscribe=One-Click", "One-Click", "Unsubscribe")),
    *(header("From", f"{name} <news@example.org>") for name in ("One-Click", "Post", '"List-Unsubscribe-Post: no"')),
    *(header("List-Unsubscribe", f"<https://{host}.example.org/u/x>") for host in ("n", "news", "one-click", "a", "b")),
    Case(body="<p>List-Unsubscribe-Post: nothing</p>", message=case().message),
    Case(text="List-Unsubscribe-Post: nothing", message=case().message),
]
