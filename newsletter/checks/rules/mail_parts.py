"""The parts of the message."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check


@check(
    "mail-parts",
    "error",
    bad="Content-Type: text/html",
    good="Content-Type: multipart/alternative, with text/plain first, then text/html",
    needs="message",
)
def mail_parts(context: Context) -> Iterator[Finding]:
    """A mail has its text in two forms, plain first and HTML second, so that a program takes the last that it knows
    (RFC 2046, section 5.1.4), and neither is empty. A mail of HTML alone counts as spam with many services.
    """
    for wrong in _faults(context):
        yield Finding(
            "mail-parts",
            "error",
            f"The mail is not made of a text part and an HTML part: {wrong}.",
            "Look whether the issue and the site's own templates have any text; if so, report it as a fault of this "
            "program.",
        )


def _faults(context: Context) -> Iterator[str]:
    letter = context.letter
    if letter.mime != "multipart/alternative":
        yield f"it is {letter.mime}"
        return
    types = [part.mime for part in letter.parts]
    if types != ["text/plain", "text/html"]:
        yield "its parts are " + (", ".join(types[:6]) or "none") + ", and not text/plain and text/html"
        return
    plain, rich = letter.parts
    if not plain.text.strip():
        yield "the text part is empty"
    if "<" not in rich.text:
        yield "the HTML part is empty" if not rich.text.strip() else "the HTML part holds no HTML"
    if "<html" in plain.text[:500].lower() or "<!doctype" in plain.text[:500].lower():
        yield "the text part holds HTML"
