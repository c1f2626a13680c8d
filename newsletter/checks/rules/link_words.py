"""Words of links."""

import re
from collections.abc import Iterator

from newsletter.checks.addresses import Address, addresses_of
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.prose import field_name
from newsletter.checks.wording import empty_link_words

_ADDRESS = re.compile(r"(https?://|www\.)\S*|[\w-]+(\.[\w-]+)+/\S+", re.IGNORECASE)
_LABELS = {"label", "button", "watch_label"}
_NAMED = "Make the words that name the page the link, such as [the broadcast on UN TV](https://…)."


@check(
    "link-words",
    "warning",
    bad="The link to the broadcast is [here](https://media.example.org/upr-live).",
    good="Watch [the broadcast on UN TV](https://media.example.org/upr-live).",
)
def link_words(context: Context) -> Iterator[Finding]:
    """Screen readers list the links of a mail by their words, and eyes jump from link to link: "here", "read more" or a
    bare address do not say where a link leads. An address that only stands in a text is no link in every mail program.
    Looked at in texts, and in the labels of buttons and resources.
    """
    language = context.issue.language.split("-")[0]
    labels = [(text.value, text.place) for text in context.texts if field_name(text) in _LABELS]
    in_texts = [address for address in addresses_of(context.texts) if address.text.markdown and address.how != "field"]
    for words, place in [*((address.words, address.place) for address in in_texts if address.how != "bare"), *labels]:
        if not words:
            message = "A link has no words, so that no reader can see it."
        elif empty_link_words(words, language):
            message = f"The link '{words}' does not say where it leads."
        elif _ADDRESS.fullmatch(words):
            message = f"The link '{_short(words)}' is a bare address, which screen readers spell out letter by letter."
        else:
            continue
        yield Finding("link-words", "warning", message, _NAMED, place)
    for address in in_texts:
        if address.how == "bare" and _is_page(address):
            message = f"The address {_short(address.url)} only stands in the text: in many mail programs it is no link."
            yield Finding("link-words", "warning", message, _NAMED, address.place)


def _is_page(address: Address) -> bool:
    return address.url.lower().startswith(("http://", "https://")) and "." in address.host


def _short(address: str) -> str:
    return address if len(address) <= 60 else f"{address[:59]}…"
