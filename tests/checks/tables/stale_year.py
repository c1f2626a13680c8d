"""Years of copyright lines. The mail of these cases leaves in 2020, and comes from USHRN."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.checks.build import ADDRESS, TOKEN, Case


def _foot(line: str, says: str = "") -> Case:
    return Case(body=f"<p>Text.</p><p>{line}</p>", says=says, at=(None, None))


def _body(line: str, says: str = "") -> Case:
    return Case(issue={"introduction": line}, body=f"<p>{line}</p>", says=says, at=(None, "introduction"))


def _on(moment: datetime, line: str, says: str = "") -> Case:
    return replace(_foot(line, says), now=moment)


NEW_YEAR = datetime(2020, 12, 31, 23, 30, tzinfo=UTC)
"""Half an hour into 2021 in Zurich."""

BAD = [
    _foot("© 2019 USHRN", "'© 2019' names the year 2019, and the mail leaves in 2020"),
    _foot("&copy; 2019 USHRN", "2019"),
    _foot("© USHRN 2019", "2019"),
    _foot("© USHRN, 2018", "2018"),
    _foot("Copyright 2019 USHRN", "Copyright 2019"),
    _foot("Copyright © 2019 USHRN. All rights reserved.", "2019"),
    _foot("(c) 2019 USHRN", "2019"),
    _foot("© 2015–2019 USHRN", "names the year 2019"),
    _foot("© 2015-2019 USHRN", "names the year 2019"),
    _foot("USHRN. All rights reserved, 2019", "2019"),
    _foot("© 2019 USHRN. Todos los derechos reservados.", "2019"),
    _foot("Tous droits réservés 2019", "2019"),
    _foot("جميع الحقوق محفوظة 2019", "2019"),
    Case(text=f"Text\n\n© 2019 USHRN\n{ADDRESS}\nUnsubscribe <{TOKEN}>", says="2019", at=(None, None)),
    _body("© 2019 USHRN", "2019"),
    _on(NEW_YEAR, "© 2020 USHRN", "leaves in 2021"),
]

NEAR = [
    *(
        _foot(line)
        for line in (
            "© 2020 USHRN",
            "© 2015–2020 USHRN",
            "© 2015-2020 USHRN",
            "© 2015 – 2020 USHRN",
            "© USHRN 2020",
            "© USHRN",
            "Copyright USHRN",
            "© 2021 USHRN",
            "USHRN, founded 2003",
            "USHRN since 2003",
            "The report of 2019",
            "Copyright law of the United States, as told in our talk of May 2019, is complex and 2019 was a year.",
            "Registered charity 20191234",
            "Box 2019, 1211 Geneva",
            "2019 Peachtree Street, Atlanta",
            "© 20191 USHRN",
            "(c) a third point of 19 articles",
            "All rights reserved.",
            "All human rights for all, 2019",
            "UPR 2019",
            "License CC BY 4.0",
            "© OpenStreetMap contributors",
            "Creative Commons 2.0",
            "Version 2019",
            "Tel. +41 22 555 2019",
        )
    ),
    _body("Photo: © 2019 Keystone"),
    _body("The map is © 2018 OpenStreetMap."),
    _body("Poem © 1968 by its author"),
    _body("A (c) 2015 study"),
    _on(datetime(2021, 1, 1, tzinfo=UTC), "© 2021 USHRN"),
    _on(datetime(2020, 1, 1, 12, tzinfo=UTC), "© 2020 USHRN"),
]
