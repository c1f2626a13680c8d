"""The page behind "Change what you get" in every mail."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_http_methods

from newsletter.web.access import public
from newsletter.web.pages import LANGUAGES, language_of, page, this_site, words
from subscribers import moving
from subscribers.address import AddressError, normalise
from subscribers.links import Purpose
from subscribers.preferences import Preferences, Wanted, change, leave_all, mail_link, preferences_of

SOURCE = "preference page"
MONTHS = (1, 3, 6)
"""Pauses that the page offers, beside a date."""
LONGEST = timedelta(days=731)


class _Mistake(Exception):
    """What was sent cannot be done; its word says why."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows how things stand and changes nothing. POST does what its button says, and shows it again.

    The token in the address is the whole authority here: no cookie is set or read, so another site's page can send
    nothing in this reader's name that it could not send itself, and it does not know the token. There is nothing, then,
    for a CSRF cookie to guard. The key in the form (``_key``) is bound to the token; it keeps programs that POST to
    every address of a mail, as if for RFC 8058, from changing anything.

    A token of nobody, or of somebody who was erased, gets one and the same page.
    """
    now = datetime.now(UTC)
    known = preferences_of(token, at=now)
    if known is None:
        return page(request, "public/gone", title="nobody_title", text="nobody_text")
    said = problem = new = ""
    if request.method == "POST":
        try:
            said = _do(request, known, token, now)
        except _Mistake as mistake:
            problem = str(mistake)
        before, known = known, preferences_of(token, at=now) or known
        new = known.language if known.language != before.language else ""
    return _page(request, known, token, said=said, problem=problem, new_language=new)


def _do(request: HttpRequest, known: Preferences, token: str, now: datetime) -> str:
    """Do what the button says; the word that tells so."""
    if not constant_time_compare(request.POST.get("key", ""), _key(token)):
        raise _Mistake("preferences_again")
    match request.POST.get("do"):
        case "leave":
            leave_all(known, at=now, source=SOURCE)
            return "preferences_left"
        case "download":
            mail_link(known, Purpose.DOWNLOAD, at=now)
            return "preferences_mailed"
        case "erase":
            mail_link(known, Purpose.ERASE, at=now)
            return "preferences_mailed"
        case "move":
            return _move(request, known, now)
        case "save":
            language = language_of(request, known.language)
            name = this_site().settings.site.name
            said = words(language)["preferences_consent"]
            wordings = {one.slug: said.format(name=name, list=one.name) for one in known.lists}
            change(known, _wanted(request, known, now), at=now, source=SOURCE, wordings=wordings)
            return "preferences_saved"
    raise _Mistake("preferences_again")


def _move(request: HttpRequest, known: Preferences, now: datetime) -> str:
    try:
        to = normalise(request.POST.get("email", "")[:1_000])
    except AddressError:
        raise _Mistake("signup_no_address") from None
    moving.ask(known, to, at=now)
    return "preferences_mailed_there"


def _wanted(request: HttpRequest, known: Preferences, now: datetime) -> Wanted:
    """As the form says; a language or zone that nobody offered stays as it was."""
    said = request.POST
    language, zone = said.get("language", known.language), said.get("timezone", known.timezone)
    zone = zone if zone in {"", *available_timezones()} else known.timezone
    return Wanted(
        lists=frozenset(said.getlist("list")),
        topics=frozenset(said.getlist("topic")),
        language=language if language in {"", *LANGUAGES} else known.language,
        timezone=zone,
        paused_until=_pause(said.get("pause", ""), said.get("until", ""), known, _zone(zone), now),
    )


def _pause(said: str, until: str, known: Preferences, zone: ZoneInfo, now: datetime) -> datetime | None:
    if said == "keep":
        return known.paused_until
    today = now.astimezone(zone).date()
    if said in {str(number) for number in MONTHS}:
        day = months_after(today, int(said))
    elif said == "date":
        try:
            day = date.fromisoformat(until)
        except ValueError:
            raise _Mistake("preferences_no_date") from None
        if not today < day <= today + LONGEST:
            raise _Mistake("preferences_no_date")
    else:
        return None
    return datetime.combine(day, time(), zone).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _page(
    request: HttpRequest, known: Preferences, token: str, *, said: str, problem: str, new_language: str
) -> HttpResponse:
    zone = _zone(known.timezone)
    return page(
        request,
        "public/preferences",
        status=400 if problem else 200,
        language=new_language,  # what was just chosen goes before what the address asks for
        reader_language=known.language,
        known=known,
        until=known.paused_until and known.paused_until.astimezone(zone).date(),
        tomorrow=datetime.now(zone).date() + timedelta(days=1),
        zones=_zones(),
        months=MONTHS,
        key=_key(token),
        said=said,
        problem=problem,
    )


def _key(token: str) -> str:
    return salted_hmac("newsletter.preferences", token, algorithm="sha256").hexdigest()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or this_site().settings.site.timezone)
    except (ValueError, OSError):  # an import may have brought a name that is none
        return ZoneInfo("UTC")


@cache
def _zones() -> dict[str, list[str]]:
    """The zones that are named by a place, by their region."""
    regions = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    names = sorted(available_timezones())
    return {region: [name for name in names if name.startswith(f"{region}/")] for region in regions}
