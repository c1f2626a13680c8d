"""Makes newsletter/sample/readers.csv: 1,000 rows of made-up readers at example domains, for the demo.

    python -m tests.subscribers.sample_readers

No chance is involved, so that every run writes the same file.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

PATH = Path(__file__).parents[2] / "newsletter" / "sample" / "readers.csv"
ROWS = 1_000
HEADER = ("Email", "First name", "Last name", "Language", "Time zone", "Status")
HOSTS = ("example.org", "example.com", "example.net", "mail.example.org", "post.example.com", "correo.example.net")

# Language, zones, first names, last names. Arabic names stand with the Latin spelling of their address.
PEOPLE = (
    (
        "en",
        "America/New_York Europe/London America/Chicago Africa/Nairobi Asia/Kolkata America/Los_Angeles",
        "Grace Amara Nikhil Siobhán Kwame Mei Tomasz Wanjiru Aroha Priya Ngozi Thandiwe Ji-woo Leilani Oluwaseun "
        "Hannah",
        "O'Connor Okafor Sharma Nguyễn Whitaker Mwangi Kowalski Park Tauranga Abernathy Desrosiers Begay Zieliński "
        "Osei Lindqvist",
    ),
    (
        "es",
        "America/Mexico_City America/Bogota America/Lima Europe/Madrid America/Argentina/Buenos_Aires",
        "Lucía Íñigo Marisol Joaquín Xochitl Begoña Rubén Itzel Ángela Wayra Nuria Matías Yolotzin",
        "Muñoz Quispe Echeverría Peñaloza Ibáñez Huamán Tzoc Castañeda Villalobos Güell Arreola",
    ),
    (
        "fr",
        "Europe/Paris Europe/Zurich Africa/Dakar America/Toronto Africa/Kinshasa",
        "Zoé Aïssatou François Mélisande Koffi Noëlle Thérèse Mamadou Élodie Baptiste Awa",
        "Lefèvre Diallo N'Guessan Châtelain Rochat Mbemba Saint-Pierre Ouédraogo Gagné",
    ),
    (
        "ar",
        "Asia/Amman Africa/Cairo Africa/Tunis Asia/Beirut",
        "ليلى/Layla يوسف/Youssef مريم/Mariam سامي/Sami هدى/Huda طارق/Tariq نور/Nour",
        "حداد/Haddad الخطيب/Alkhatib منصور/Mansour زيدان/Zidan قاسم/Qasim",
    ),
)

# What a file of real life holds, by its row: each is told or mended on import.
SPECIAL = {
    57: ("layla.haddad.example.org", "Layla", "Haddad", "ar", "Asia/Amman", "subscribed"),
    113: ("ruben.quispe@example.net,itzel.tzoc@example.net", "Rubén", "Quispe", "es", "America/Lima", "subscribed"),
    190: ("Grace Park <grace.park@example.com>", "Grace", "Park", "en", "Europe/London", "subscribed"),
    248: ("", "Nour", "Zidan", "ar", "Asia/Beirut", "subscribed"),
    301: ("ITZEL.QUISPE@EXAMPLE.COM", "Itzel", "Quispe", "es", "America/Bogota", "subscribed"),
    344: ("zoé@example.org", "Zoé", "Rochat", "fr", "Europe/Zurich", "subscribed"),
    402: ("lucia@café.example.org", "Lucía", "Arreola", "es", "Europe/Madrid", "subscribed"),
    403: ("Lucia@xn--caf-dma.example.org", "Lucía", "Arreola", "es", "Europe/Madrid", "subscribed"),
    466: ("kwame@localhost", "Kwame", "Osei", "en", "Africa/Nairobi", "subscribed"),
    512: ("awa..diallo@example.org", "Awa", "Diallo", "fr", "Africa/Dakar", "subscribed"),
    580: ("mei.lindgren@example.org", "Mei", "Lindgren", "en", "Mars/Olympus_Mons", "subscribed"),
    655: ("xochitl.balam@example.com", "Xochitl", "Balam", "es", "Mexico City", "subscribed"),
    731: ("tomasz.begay@example.net", "Tomasz", "Begay", "English", "America/Chicago", "subscribed"),
    804: ("koffi.gagne@example.org", "Koffi", "Gagné", "fr", "Africa/Dakar", "perhaps"),
    877: ("aroha.begay@example.org", "Aroha", "Begay", "en", "America/New_York", "subscribed", "moved"),
    949: ('"hannah lindqvist"@example.com', "Hannah", "Lindqvist", "en", "Europe/London", "subscribed"),
}


def status(row: int) -> str:
    """Most are subscribed; a few are not, as in any list that has been in use."""
    for every, word in (
        (311, "complained"),
        (199, "suppressed"),
        (101, "bounced"),
        (149, "pending"),
        (29, "unsubscribed"),
    ):
        if row % every == every - 1:
            return word
    return "subscribed"


def readers() -> Iterator[tuple[str, ...]]:
    """The rows under the header."""
    seen: dict[str, int] = {}
    for row in range(1, ROWS + 1):
        if row in SPECIAL:
            yield SPECIAL[row]
            continue
        language, zones, firsts, lasts = PEOPLE[(0, 1, 0, 2, 0, 3, 1, 2)[row % 8]]
        first, last, zone = (_pick(words, row * step) for words, step in ((firsts, 7), (lasts, 11), (zones, 5)))
        local = f"{_latin(first)}.{_latin(last)}"
        host = HOSTS[row * 13 % len(HOSTS)]
        seen[local + host] = seen.get(local + host, 0) + 1
        number = str(seen[local + host]) if seen[local + host] > 1 else ""
        # Some gave no name, some no zone: a mail must read well for them, too.
        first, last = ("", "") if row % 17 == 0 else (first.partition("/")[0], last.partition("/")[0])
        yield f"{local}{number}@{host}", first, last, language, "" if row % 19 == 0 else zone, status(row)


def _pick(words: str, number: int) -> str:
    choices = words.split()
    return choices[(number + number // len(choices)) % len(choices)]


def _latin(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.rpartition("/")[2])
    return "".join(char for char in plain if char.isascii() and (char.isalpha() or char == "-")).lower()


def content() -> str:
    """The whole file."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([HEADER, *readers()])
    return file.getvalue()


if __name__ == "__main__":
    PATH.write_text(content(), encoding="utf-8", newline="")
