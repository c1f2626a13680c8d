"""The postal address in HTML and text."""

from tests.checks.build import ADDRESS, HTML, TEXT, Case

LINES = "USHRN\n250 Georgia Avenue SE\nAtlanta, GA 30312\nUSA"


def _bad(says: str, **changes: str) -> Case:
    return Case(says=says, level="error", at=(None, None), **changes)


def _shown(address: str, html: str | None = None, text: str | None = None) -> Case:
    """``address`` in the settings, and as a layout may show it."""
    return Case(
        address=address,
        html=HTML.replace(ADDRESS, address if html is None else html),
        text=TEXT.replace(ADDRESS, address if text is None else text),
    )


BAD = [
    _bad("has no postal address", address=""),
    _bad("has no postal address", address=" \n "),
    _bad("missing from the HTML", html=HTML.replace(ADDRESS, "")),
    _bad("missing from the HTML", html=HTML.replace(ADDRESS, ADDRESS[:20])),
    _bad("missing from the HTML", html=HTML.replace(ADDRESS, f"<!-- {ADDRESS} -->")),
    _bad("missing from the HTML", html=HTML.replace(ADDRESS, f'<i style="display: none">{ADDRESS}</i>')),
    _bad("missing from the HTML", html=HTML.replace(ADDRESS, f'<img alt="{ADDRESS}">')),
    _bad("missing from the text", text=TEXT.replace(ADDRESS, "")),
    _bad("missing from the text", text=TEXT.replace("Atlanta", "Boston")),
    _bad(
        "missing from the text",
        address=LINES + "\nEarth",
        html=HTML.replace(ADDRESS, LINES + "\nEarth"),
        text=TEXT.replace(ADDRESS, LINES),
    ),
]

NEAR = [
    Case(),
    _shown(LINES),
    _shown(LINES, LINES.replace("\n", "<br>")),
    _shown(LINES, LINES.replace("\n", " · "), LINES.replace("\n", ", ")),
    _shown(LINES, LINES.replace("\n", "</p><p>"), LINES.replace("\n", "\r\n")),
    _shown(ADDRESS, ADDRESS.replace(" ", "&nbsp;")),
    _shown(ADDRESS, ADDRESS.replace(" ", "\n      ")),
    _shown(ADDRESS, f"<b>USHRN</b>{ADDRESS[5:]}"),
    _shown(ADDRESS, ADDRESS.replace("Georgia", "<span>Georgia</span>")),
    _shown(ADDRESS, ADDRESS.upper()),
    _shown(ADDRESS, text=ADDRESS.replace(" GA", "\nGA")),
    _shown(ADDRESS, text="    " + ADDRESS.replace(" GA", "\n    GA")),
    _shown(f"  {ADDRESS}\n\n"),
    _shown("Müller & Söhne, Straße 1, 8001 Zürich", "Müller &amp; Söhne, Straße 1, 8001 Zürich"),
    _shown("Rue d'Italie 11, 1204 Genève", "Rue d&#39;Italie 11, 1204 Gen&egrave;ve"),
    _shown("P.O. Box 12, Nairobi"),
    _shown("شارع ١٢، بيروت"),
    _shown("東京都千代田区1-1"),
    _shown("<Network>, Street 1", "&lt;Network&gt;, Street 1"),
    _shown(ADDRESS, f'<a href="https://maps.example.org">{ADDRESS}</a>'),
    _shown(ADDRESS, f'<table><tr><td style="display:block">{ADDRESS}</td></tr></table>'),
    _shown(ADDRESS, text=ADDRESS.lower()),
    _shown(ADDRESS, f"{ADDRESS} {ADDRESS}"),
    _shown(ADDRESS, f"<address>{ADDRESS}</address>"),
    _shown(ADDRESS, f"Mail us: {ADDRESS}.", f"Mail us: {ADDRESS}."),
    _shown(ADDRESS, ADDRESS.replace(",", " ,")),
    _shown("Casilla 5, La Paz"),
    _shown("1 Å Street, Malmö", "1 &Aring; Street, Malm&ouml;"),
    _shown("A\u2014B House, 1 Street", "A&mdash;B House, 1 Street"),
    _shown("Box [1], *Geneva*", "Box [1], *Geneva*"),
]
