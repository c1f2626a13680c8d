"""Unsubscribing with one click."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check


@check(
    "one-click",
    "error",
    bad="List-Unsubscribe-Post: One-Click",
    good="List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    needs="message",
)
def one_click(context: Context) -> Iterator[Finding]:
    """Whoever mails many people must let them unsubscribe with one click, say Gmail and Yahoo: that takes the header
    List-Unsubscribe-Post with exactly these words beside List-Unsubscribe (RFC 8058, section 3.1).
    """
    values = context.letter.all("List-Unsubscribe-Post")
    if len(values) == 1 and values[0].casefold() == "list-unsubscribe=one-click":
        return
    wrong = "is missing" if not values else "is there twice" if len(values) > 1 else f"says '{values[0][:60]}'"
    yield Finding(
        "one-click",
        "error",
        f"Readers cannot unsubscribe with one click: the header List-Unsubscribe-Post {wrong}.",
        "Report this as a fault of this program, or of the provider's settings.",
    )
