"""Faults in dates and hours."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.items.kinds.debrief import Debrief
from newsletter.items.kinds.engage import Engage, Share
from newsletter.items.kinds.event import Event
from tests.checks.mutators.made import Ground, Mutant, fault

_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}


def _said(day: date, language: str) -> str:
    month = _MONTHS[language].split()[day.month - 1]
    return {"en": f"{month} {day.day}", "es": f"{day.day} de {month}", "fr": f"{day.day} {month}"}.get(
        language, f"{day.day} {month}"
    )


def _events(ground: Ground) -> list[Event]:
    return [item for item in ground.issue.items if isinstance(item, Event) and isinstance(item.starts, datetime)]


def _zone(event: Event, ground: Ground) -> ZoneInfo:
    return ZoneInfo(event.zone or ground.issue.timezone)


@fault("weekday")
def weekday_of_last_year(ground: Ground) -> Mutant | None:
    item = ground.item()
    if item is None:
        return None
    day = ground.leaves.date() + timedelta(days=ground.dice.randint(5, 40))
    wrong = _DAYS[ground.language].split()[(day.weekday() + ground.dice.randint(1, 6)) % 7]
    said = _said(day, ground.language)
    comma = ", " if ground.language == "en" else " "
    sentence = {
        "en": f"The exhibition opens on {wrong}{comma}{said}.",
        "es": f"La exposición se inaugura el {wrong}{comma}{said}.",
        "fr": f"L’exposition ouvre ses portes le {wrong}{comma}{said}.",
        "ar": f"يفتتح المعرض يوم {wrong} {said}.",
    }[ground.language]
    return ground.with_sentence(sentence, item)


@fault("weekday")
def day_that_is_not(ground: Ground) -> Mutant | None:
    item = ground.item()
    day = {
        "en": "Wednesday, June 31",
        "es": "miércoles 31 de junio",
        "fr": "mercredi 31 juin",
        "ar": "الأربعاء 31 يونيو",
    }
    return ground.with_sentence(f"({day[ground.language]})", item) if item else None


@fault("past")
def event_of_last_year(ground: Ground) -> Mutant | None:
    events = [event for event in _events(ground) if not event.recording_url]
    if not events:
        return None
    event = ground.dice.choice(events)
    year = timedelta(days=364)
    ends = event.ends - year if event.ends else None
    return Mutant(ground.changed(event, starts=event.starts - year, ends=ends), event.id)


@fault("past")
def deadline_of_last_issue(ground: Ground) -> Mutant | None:
    for item in ground.issue.items:
        if isinstance(item, Engage):
            old = ground.leaves.date() - timedelta(days=ground.dice.randint(1, 40))
            if item.deadline:
                actions = tuple(action.model_copy(update={"deadline": None}) for action in item.actions)
                return Mutant(ground.changed(item, deadline=old, actions=actions), item.id)
            actions = (item.actions[0].model_copy(update={"deadline": old}), *item.actions[1:])
            return Mutant(ground.changed(item, actions=actions), item.id)
    return None


@fault("relative-day")
def counted_from_writing(ground: Ground) -> Mutant | None:
    sentence = ground.say(
        en="The registration desk closes tomorrow.|Yesterday the council adjourned.|We leave for the capital tonight."
        "|The council sits again the day after tomorrow.",
        es="El registro cierra mañana.|Ayer se levantó la sesión.|Salimos esta noche hacia la capital.",
        fr="Le bureau des inscriptions ferme demain.|Hier, la séance a été levée.|Nous partons ce soir pour Lyon.",
        ar="يغلق باب التسجيل غدًا.|رفعت الجلسة أمس.",
    )
    item = ground.item(avoid=("quote",))
    return ground.with_sentence(sentence, item) if sentence and item else None


@fault("relative-day")
def week_counted_from_writing(ground: Ground) -> Mutant | None:
    sentence = ground.say(
        en="Next week the judges hear both sides.|Last month nobody answered the phone.",
        es="La semana que viene declaran los testigos.|El mes pasado nadie contestó.",
        fr="La semaine prochaine, les juges entendent les deux parties.|Le mois dernier, personne n’a répondu.",
        ar="يستمع القضاة إلى الطرفين الأسبوع القادم.",
    )
    item = ground.item(avoid=("quote",))
    return ground.with_sentence(sentence, item) if sentence and item else None


@fault("missing-zone")
def hour_of_whom(ground: Ground) -> Mutant | None:
    day = _said(ground.leaves.date() + timedelta(days=ground.dice.randint(3, 30)), ground.language)
    sentence = ground.say(
        en=f"The next planning call is on {day} at 4 p.m.|Join us for the briefing on {day}, 16:00.",
        es=f"La próxima llamada será el {day} a las 16:00.|Únase a la charla el {day}, 18:30 h.",
        fr=f"Le prochain appel aura lieu le {day} à 16 h 30.|Rejoignez-nous le {day} à 18h.",
        ar=f"الاجتماع القادم يوم {day} الساعة 16:00.",
    )
    item = ground.item("text", "recap")
    if item is None or sentence is None:
        return None
    return Mutant(ground.changed(item, body=f"{item.body}\n\n{sentence}"), item.id)


@fault("clock-change")
def hour_that_is_not(ground: Ground) -> Mutant | None:
    events = _events(ground)
    if not events:
        return None
    event = ground.dice.choice(events)
    zone, hour = ground.dice.choice(
        [
            ("Europe/Zurich", datetime(2027, 3, 28, 2, 15)),
            ("America/New_York", datetime(2027, 3, 14, 2, 30)),
            ("Europe/London", datetime(2026, 10, 25, 1, 20)),
            ("America/Chicago", datetime(2026, 11, 1, 1, 45)),
        ]
    )
    return Mutant(ground.changed(event, starts=hour, ends=None, zone=zone), event.id)


@fault("zones-apart")
def hour_of_another_month(ground: Ground) -> Mutant | None:
    """The times of an event in spring, told as they are in winter."""
    event = ground.item("event")
    if not isinstance(event, Event) or not isinstance(event.starts, datetime):
        return None
    starts = datetime(2027, 3, 17, 15, 0)
    there = starts.replace(tzinfo=ZoneInfo("Europe/Zurich")).astimezone(ZoneInfo("America/New_York"))
    wrong = there - timedelta(hours=1)
    sentence = {
        "en": f"15:00 Geneva time ({wrong.hour}:00 in New York)",
        "es": f"15:00 hora de Ginebra ({wrong.hour}:00 hora de Nueva York)",
        "fr": f"15h00 heure de Genève ({wrong.hour}h00 heure de New York)",
        "ar": f"15:00 بتوقيت جنيف ({wrong.hour}:00 بتوقيت نيويورك)",
    }[ground.language]
    body = f"{event.body}\n\n{sentence}"
    return Mutant(ground.changed(event, starts=starts, ends=None, zone="Europe/Zurich", body=body), event.id)


@fault("zones-apart")
def hour_not_moved(ground: Ground) -> Mutant | None:
    """Somebody moved the event by an hour, and one of the two times in the text."""
    event = ground.item("event")
    if not isinstance(event, Event) or not isinstance(event.starts, datetime):
        return None
    zone = _zone(event, ground)
    other = "America/Los_Angeles" if zone.key.startswith("Europe") else "Europe/Zurich"
    there = event.starts.replace(tzinfo=zone).astimezone(ZoneInfo(other)) - timedelta(hours=1)
    name = "PT" if other.startswith("America") else "CET"
    return ground.with_sentence(f"({there:%H:%M} {name})", event)


@fault("deadline-order")
def details_after_the_session(ground: Ground) -> Mutant | None:
    for item in ground.issue.items:
        if isinstance(item, Debrief) and item.details:
            day = date(item.starts.year, item.starts.month, item.starts.day)
            return Mutant(ground.changed(item, due=day + timedelta(days=3)), item.id)
    return None


@fault("deadline-order")
def registration_after_the_event(ground: Ground) -> Mutant | None:
    events = [event for event in _events(ground) if type(event) is Event]
    if not events:
        return None
    event = ground.dice.choice(events)
    day = _said(event.starts.date() + timedelta(days=ground.dice.randint(1, 9)), ground.language)
    sentence = ground.say(
        en=f"Please register by {day}.|Registration is open until {day}.|RSVP by {day}.",
        es=f"Inscríbase antes del {day}.|Inscripciones hasta el {day}.",
        fr=f"Inscrivez-vous avant le {day}.|Inscription au plus tard le {day}.",
        ar=f"التسجيل مفتوح حتى {day}.",
    )
    return Mutant(ground.changed(event, body=f"{event.body}\n\n{sentence}"), event.id) if sentence else None


@fault("deadline-order")
def sharing_after_the_broadcast(ground: Ground) -> Mutant | None:
    events = [event for event in _events(ground) if event.watch_url]
    for item in ground.issue.items:
        if isinstance(item, Engage) and events:
            event = events[0]
            late = event.starts.date() + timedelta(days=6)
            for number, action in enumerate(item.actions):
                if isinstance(action, Share):
                    new = action.model_copy(update={"url": event.watch_url, "deadline": late})
                    actions = (*item.actions[:number], new, *item.actions[number + 1 :])
                    return Mutant(ground.changed(item, deadline=None, actions=actions), item.id)
    return None


@fault("stale-year")
def foot_of_last_year(ground: Ground) -> Mutant | None:
    year = ground.leaves.year - ground.dice.randint(1, 4)
    return Mutant(
        ground.issue, foot=ground.dice.choice([f"© {year} USHRN", f"Copyright 2009–{year}, USHRN", f"© USHRN {year}"])
    )
