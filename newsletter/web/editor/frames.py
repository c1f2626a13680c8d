"""A mail made ready for the frame it is looked at in: as this or that mail program shows it."""

import re

VIEWS = {
    "desktop": "Desktop",
    "mobile": "Mobile",
    "dark": "Dark",
    "inverted": "Inverted dark",
    "no-images": "Images off",
    "text": "Text",
    "inbox": "Inbox line",
}
"""The ways to look at an issue."""

_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_HEAD = re.compile(r"</head\s*>", re.IGNORECASE)
_ANCHOR = re.compile(r'(<a\b[^>]*?\shref="#)', re.IGNORECASE)

# Colours and pictures are turned round, pictures twice: as Gmail on iOS and others do it to a mail that is light.
_INVERTED = (
    "html{background:#fff;filter:invert(.9) hue-rotate(180deg);min-height:100%}img{filter:invert(1) hue-rotate(180deg)}"
)


def policy(view: str) -> str:
    """The Content-Security-Policy of a frame: styles and pictures of this site, and nothing may run or lead away."""
    pictures = "'none'" if view == "no-images" else "'self'"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; sandbox; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def dressed(html: str, view: str) -> str:
    """``html`` of a mail as in ``view``, whatever the colours of the machine it is looked at on.

    Links lead nowhere, but for those within the mail: the frame is no browser.
    """
    dark = view == "dark"
    html = _DARK.sub("@media all" if dark else "@media not all", html)
    html = _ANCHOR.sub(lambda found: found[1].replace(" href=", ' target="_self" href='), html)
    style = f":root{{color-scheme:{'dark' if dark else 'light'} !important}}[id]{{scroll-margin-top:20px}}"
    style += _INVERTED if view == "inverted" else ""
    # Nothing may open from a sandboxed frame: so a link that would is one that does nothing.
    added = f'<base target="_blank"><style>{style}</style>'
    return _HEAD.sub(lambda found: added + found[0], html, count=1)
