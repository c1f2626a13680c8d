"""From a header to fields: which column is what."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from subscribers.importing.errors import FileError
from subscribers.importing.formats import Format, recognise
from subscribers.importing.statuses import STATUSES, SURE, YES_OR_NO, plain_word

# Compared by letters and digits alone, without case.
ALIASES = {
    "email": "email emailaddress mail mailaddress address emailadresse mailadresse correo correoelectronico courriel "
    "adresseemail adressemail email1value primaryemail subscriberemail البريدالإلكتروني",
    "first_name": "firstname first givenname forename vorname nombre prenom prénom",
    "last_name": "lastname last surname familyname nachname apellido apellidos nomdefamille",
    "name": "name fullname displayname names nombrecompleto nomcomplet الاسم",
    "language": "language lang locale sprache idioma langue",
    "timezone": "timezone tz zone zeitzone zonahoraria fuseauhoraire",
    "status": "status state subscriptionstatus subscribed subscriberstatus optin emailstatus emailsubscriptionstatus "
    "can2subscriptionstatus can2emailsubscriptionstatus",
    "unsubscribed": "unsubscribed unsubscribe unsub optout optedout unsubscribedat unsubscribetime unsubtime unsubdate "
    "unsubscribedate unsubscribeddate dateunsubscribed unsubscribedon optouttime optoutdate optedoutat optedoutdate "
    "emailoptout hasoptedoutofemail unsubscribedfromallemail donotemail abgemeldet désabonné desabonne desinscrit baja",
    "opted_in": "optintime optinat optindate optedinat subscribedat subscribedon subscribedate subscribeddate "
    "datesubscribed subscriptiondate signupdate signuptime signedupat signupat consentdate consentat dateofconsent",
    "opted_in_from": "optinip signupip subscribeip ipsignup",
    "confirmed": "confirmtime confirmedat confirmedon confirmdate confirmeddate confirmationdate confirmationtime",
    "confirmed_from": "confirmip ipconfirm confirmationip",
    "suppressed_at": "cleantime",
}
# Titles that may say who is not to be mailed, in words that are not among those above.
_MAY_FORBID = re.compile(
    r"unsub|opt(ed)?(out|in)|donot|dontmail|bounce|clean|suppress|bl(o|a)ck(ed|list)|complain|spam|consent|permission"
    r"|confirm|abmeld|abgemeld|widerruf|désabo|désinscri|desabo|desinscri|desuscri|cancelad"
)
# Titles of columns of yes and no that may say it.
_MAY_AGREE = re.compile(
    r"einwillig|zustimm|erlaub|accept|acept|marketing|newsletter|mailing|abonn|subscri|suscri|autori[sz]"
    r"|gdpr|dsgvo|rgpd|consentim|موافق"
)
_FIELDS = {alias: field for field, aliases in ALIASES.items() for alias in aliases.split()}
_AMBIGUOUS = {"state", "address"}
_EVIDENCE = {"opted_in", "opted_in_from", "confirmed", "confirmed_from", "suppressed_at"}
ERROR_COLUMNS = ("line", "verdict", "reason")
"""What a file of errors has before the columns of its import."""
IGNORED = "-"
"""Said of a column that is to be passed over."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is; ``None`` where the file has none."""

    fields: dict[str, int]
    """Field -> index, of the fields in ``ALIASES``."""
    attributes: dict[str, int]
    """Attribute of the site -> index."""
    mapping: dict[str, str]
    """Column as it is written in the file -> field or attribute, or ``-`` where a person said so."""
    ignored: tuple[str, ...]
    """Columns that mean nothing here."""
    format: Format | None = None
    """The program that the file comes from, where its columns show it."""
    mended: bool = False
    """It is a file of errors of an earlier import."""


def plain_title(title: str) -> str:
    """A title by its letters and digits alone."""
    return re.sub(r"[\W_]+", "", title).casefold()


def is_address_title(title: str) -> bool:
    """Does the column of this title hold addresses?"""
    return _FIELDS.get(plain_title(title)) == "email"


class Choice:
    """What a person said of columns: title, or number from 1 -> field, attribute or ``-``."""

    def __init__(self, chosen: Mapping[str, str], attributes: Collection[str]) -> None:
        """Raises ``FileError`` where there is no such field."""
        known = [*ALIASES, *attributes]
        self._by_title: dict[str, str] = {}
        self._written = dict(chosen)
        for title, field in chosen.items():
            name = field.strip()
            if name != IGNORED and name not in known:
                name = {plain_title(one): one for one in known}.get(plain_title(name), "")
            if not name:
                near = get_close_matches(field, known, n=1, cutoff=0.5)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                raise FileError(
                    f"--column: there is no field '{field[:40]}'{hint}",
                    f"there are {', '.join(known)}; and - for a column to be passed over",
                )
            self._by_title[_key(title)] = name

    def of(self, index: int, title: str) -> str | None:
        """What was said of the column, if anything was."""
        return self._by_title.get(_key(title)) or self._by_title.get(str(index + 1))

    def names_all(self, number: int) -> bool:
        """Was each of ``number`` columns named by its number, and one as that of the addresses?"""
        fields = [self._by_title.get(str(at + 1)) for at in range(number)]
        return None not in fields and "email" in fields

    def is_address(self, title: str) -> bool:
        """Does the column of this title hold addresses, by what was said or by itself?"""
        said = self._by_title.get(_key(title))
        return is_address_title(title) if said is None else said == "email"

    def check(self, header: Sequence[str], place: str) -> None:
        """Raises ``FileError`` where something was said of a column that is not there."""
        there = {_key(title) for title in header} | {str(at + 1) for at in range(len(header))}
        for title in self._written:
            if _key(title) not in there:
                near = get_close_matches(title, [one.strip() for one in header], n=1, cutoff=0.4)
                hint = f"; did you mean '{near[0][:40]}'?" if near else ""
                raise FileError(f"--column: {place} has no column '{title[:40]}'{hint}", _named(header))


def _key(title: str) -> str:
    return plain_title(title) or title.strip()


def columns_of(
    header: Sequence[str],
    attributes: Collection[str],
    *,
    place: str,
    chosen: Choice | None = None,
    sample: Sequence[Sequence[str]] = (),
    filename: str = "",
) -> Columns:
    """What the columns of ``header`` are; ``place`` is its file and line, ``sample`` are rows below it.

    Raises:
        FileError: no column holds addresses, two columns hold the same field, or one that is not understood may say
            who opted out; or the file is an export that tells of nobody who agreed.
    """
    mended = tuple(map(plain_title, header[:3])) == ERROR_COLUMNS
    choice = chosen or Choice({}, ())
    choice.check(header, place)
    said = [choice.of(index, title) for index, title in enumerate(header)]
    titles = [plain_title(title) if one is None else "" for title, one in zip(header, said, strict=True)]
    if mended:
        titles[:3] = "", "", ""
    recognised = recognise(titles, filename, sample) if not any(said) or "email" in titles else None
    own = {plain_title(attribute): attribute for attribute in attributes}
    found: dict[str, int] = {}
    ignored = []
    for index, title in enumerate(header):
        if said[index] == IGNORED or (mended and index < len(ERROR_COLUMNS)):
            continue
        field = said[index] or _field(titles[index], recognised) or own.get(titles[index])
        if titles[index] in _AMBIGUOUS and _is_another(index, titles, sample):
            field = own.get(titles[index])
        if field is None:
            ignored += [title.strip()] if title.strip() else []
        elif field in found and field in _EVIDENCE:
            ignored.append(title.strip())
        elif field in found:
            raise FileError(
                f"{place}: columns {found[field] + 1} ('{header[found[field]].strip()}') and {index + 1} "
                f"('{title.strip()}') are both the {field.replace('_', ' ')}",
                "delete one, or give it another title",
            )
        else:
            found[field] = index
    if "email" not in found:
        raise no_address(header, place)
    if "status" not in found and "unsubscribed" not in found and not (recognised and recognised.verdict):
        _forbid_nothing(header, ignored, sample, place)
    return Columns(
        fields={field: index for field, index in found.items() if field in ALIASES},
        attributes={field: index for field, index in found.items() if field not in ALIASES},
        mapping={header[index].strip(): field for field, index in found.items()}
        | {header[index].strip(): IGNORED for index, one in enumerate(said) if one == IGNORED},
        ignored=tuple(ignored),
        format=recognised,
        mended=mended,
    )


def _field(title: str, recognised: Format | None) -> str | None:
    if recognised and title in recognised.fields:
        return recognised.fields[title] or None
    return _FIELDS.get(title)


def _is_another(index: int, titles: Sequence[str], sample: Iterable[Sequence[str]]) -> bool:
    """Whether a column 'State' is a part of a country, not who is subscribed; or 'Address' where people live."""
    meaning = _FIELDS[titles[index]]
    if any(_FIELDS.get(title) == meaning for at, title in enumerate(titles) if at != index):
        return True
    written = [cells[index] for cells in sample if index < len(cells) and cells[index].strip()]
    fits = [plain_word(cell) in STATUSES if meaning == "status" else "@" in cell for cell in written]
    return bool(fits) and not any(fits)


def _forbid_nothing(
    header: Sequence[str], ignored: Collection[str], sample: Sequence[Sequence[str]], place: str
) -> None:
    for index, written in enumerate(header):
        title = written.strip()
        if title not in ignored:
            continue
        words = {plain_word(cells[index]) for cells in sample if index < len(cells) and cells[index].strip()}
        plain = plain_title(title)
        says = words & SURE or (words and words <= YES_OR_NO and _MAY_AGREE.search(plain))
        if says or _MAY_FORBID.search(plain):
            raise FileError(
                f"{place}: the column '{title[:40]}' may say who is not to be mailed, but is not understood",
                "call it 'unsubscribed' (a date or yes for who left) or 'status' (yes or subscribed for who may be "
                f"mailed); if it says neither, pass over it: --column '{title[:40]}=-'",
            )


def no_address(header: Sequence[str], place: str) -> FileError:
    """What is wrong where no column holds addresses."""
    if any("@" in title for title in header):
        numbers = " ".join(
            f"--column {at}={'email' if '@' in cell else 'name'}" for at, cell in enumerate(header[:8], 1)
        )
        return FileError(
            f"{place}: the first line is a reader already, not the names of the columns",
            f"put a line above it, such as: email,name; or say what each column is, such as: {numbers}",
        )
    near = next(
        (title for title in header if get_close_matches(plain_title(title), ("email", "emailaddress"), cutoff=0.6)), ""
    )
    if near:
        mend = f"is '{near.strip()[:40]}' the one? Call it 'email', or say: --column '{near.strip()[:40]}=email'"
    else:
        mend = "call the column of the addresses 'email', or say which it is: --column 'TITLE=email'"
    return FileError(f"{place}: no column holds addresses; {_named(header)}", mend)


def _named(header: Sequence[str]) -> str:
    return "there are " + ", ".join(f"'{title.strip()[:40]}'" for title in header[:12])
