"""From a header to fields: which column is what."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from subscribers.importing.reading import FileError

# Compared by letters and digits alone, without case.
ALIASES = {
    "email": "email emailaddress mail mailaddress address emailadresse mailadresse correo correoelectronico courriel "
    "adresseemail adressemail email1value primaryemail subscriberemail البريدالإلكتروني",
    "first_name": "firstname first givenname forename vorname nombre prenom prénom",
    "last_name": "lastname last surname familyname nachname apellido apellidos nomdefamille",
    "name": "name fullname displayname names nombrecompleto nomcomplet الاسم",
    "language": "language lang locale sprache idioma langue",
    "timezone": "timezone tz zone zeitzone zonahoraria fuseauhoraire",
    "status": "status state subscriptionstatus subscribed subscriberstatus optin emailstatus",
    "unsubscribed": "unsubscribed unsubscribe unsub optout optedout unsubscribedat unsubscribetime unsubtime unsubdate "
    "unsubscribedate unsubscribeddate dateunsubscribed unsubscribedon optouttime optoutdate optedoutat optedoutdate "
    "emailoptout hasoptedoutofemail unsubscribedfromallemail donotemail abgemeldet désabonné desabonne desinscrit baja",
}
# Titles that may say who is not to be mailed, in words that are not among those above.
_MAY_FORBID = re.compile(
    r"unsub|opt(ed)?(out|in)|donot|dontmail|bounce|suppress|bl(o|a)ck(ed|list)|complain|spam|consent|permission"
    r"|abmeld|abgemeld|widerruf|désabo|désinscri|desabo|desinscri|desuscri|cancelad"
)
_FIELDS = {alias: field for field, aliases in ALIASES.items() for alias in aliases.split()}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is; ``None`` where the file has none."""

    fields: dict[str, int]
    """Field -> index, of the fields in ``ALIASES``."""
    attributes: dict[str, int]
    """Attribute of the site -> index."""
    mapping: dict[str, str]
    """Column as it is written in the file -> field or attribute."""
    ignored: tuple[str, ...]
    """Columns that mean nothing here."""


def columns_of(header: Sequence[str], attributes: Collection[str], *, place: str) -> Columns:
    """What the columns of ``header`` are; ``place`` is its file and line.

    Raises:
        FileError: no column holds addresses, two columns hold the same field, or one that is not understood may say
            who opted out.
    """
    own = {_plain(attribute): attribute for attribute in attributes}
    found: dict[str, int] = {}
    ignored = []
    for index, title in enumerate(header):
        field = _FIELDS.get(_plain(title)) or own.get(_plain(title))
        if field is None:
            ignored += [title.strip()] if title.strip() else []
        elif field in found:
            raise FileError(
                f"{place}: columns {found[field] + 1} ('{header[found[field]].strip()}') and {index + 1} "
                f"('{title.strip()}') are both the {field.replace('_', ' ')}",
                "delete one, or give it another title",
            )
        else:
            found[field] = index
    if "email" not in found:
        raise _no_address(header, place)
    if "status" not in found and "unsubscribed" not in found:
        for title in ignored:
            if _MAY_FORBID.search(_plain(title)):
                raise FileError(
                    f"{place}: the column '{title[:40]}' may say who is not to be mailed, but is not understood",
                    "call it 'unsubscribed' (a date or yes for who left) or 'status', or delete it if it says neither",
                )
    return Columns(
        fields={field: index for field, index in found.items() if field in ALIASES},
        attributes={field: index for field, index in found.items() if field not in ALIASES},
        mapping={header[index].strip(): field for field, index in found.items()},
        ignored=tuple(ignored),
    )


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()


def _no_address(header: Sequence[str], place: str) -> FileError:
    if any("@" in title for title in header):
        return FileError(
            f"{place}: the first line is a reader already, not the names of the columns",
            "put a line above it, such as: email,name",
        )
    titles = ", ".join(f"'{title.strip()[:40]}'" for title in header[:12])
    near = next(
        (title for title in header if get_close_matches(_plain(title), ("email", "emailaddress"), cutoff=0.6)), ""
    )
    mend = f"is '{near.strip()[:40]}' the one? Call it 'email'" if near else "call the column of the addresses 'email'"
    return FileError(f"{place}: no column holds addresses; there are {titles}", mend)
