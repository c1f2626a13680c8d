"""SpamAssassin."""

from newsletter.checks import Hit, Spam
from tests.checks.build import Case


def _case(
    score: float, *hits: tuple[float, str, str], limit: float = 5.0, says: str = "", level: str = "warning"
) -> Case:
    return Case(says=says, level=level, at=(None, None), spam=Spam(score, limit, tuple(Hit(*hit) for hit in hits)))


_CAPS = (2.1, "SUBJ_ALL_CAPS", "Subject is all capitals")
_HEX = (2.5, "URI_HEX", "URI: URI hostname has long hexadecimal sequence")
_IMAGE = (1.8, "HTML_IMAGE_ONLY_16", "BODY: HTML: images with 1200-1600 bytes of words")
_SPF = (2.0, "SPF_FAIL", "SPF: sender does not match SPF record (fail)")

BAD = [
    _case(6.4, _CAPS, _HEX, _IMAGE, says="6.4 points", level="error"),
    _case(
        6.4,
        _CAPS,
        _HEX,
        _IMAGE,
        says="2.5 for URI hostname has long hexadecimal sequence (URI_HEX); 2.1",
        level="error",
    ),
    _case(5.0, _HEX, _HEX, says="from 5 on it counts as spam", level="error"),
    _case(3.0, _CAPS, says="3.0 points"),
    _case(4.9, _HEX, says="4.9 points"),
    _case(4.8, limit=8.0, says="from 8 on"),
    _case(8.0, limit=8.0, says="no rule is named", level="error"),
    _case(6.0, _HEX, _CAPS, (-0.1, "DKIM_VALID", "x"), says="6.1 points", level="error"),
    _case(3.5, (3.5, "FOO", ""), says="3.5 for FOO (FOO)"),
    _case(9.9, (9.9, "FUZZY", "  Odd. "), says="9.9 for Odd (FUZZY)", level="error"),
]

NEAR = [
    Case(),
    *(_case(score) for score in (-10.0, -1.0, 0.0, 0.1, 1.0, 2.0, 2.5, 2.9, 2.99)),
    *(_case(score, _CAPS) for score in (0.5, 1.5, 2.1, 2.9)),
    *(_case(score, limit=limit) for limit in (6.0, 8.0, 10.0) for score in (0.0, 1.0, 3.5)),
    _case(4.9, _SPF, _CAPS),
    _case(5.0, _SPF, (1.0, "NO_RELAYS", "x"), _CAPS),
    _case(3.1, (0.2, "NO_RECEIVED", "x"), _CAPS),
    _case(4.0, (2.0, "DKIM_INVALID", "x"), _CAPS),
    _case(4.0, (2.0, "T_SPF_PERMERROR", "x"), _CAPS),
    _case(4.0, (2.0, "RCVD_IN_X", "x"), _CAPS),
    _case(4.0, (2.0, "DMARC_MISSING", "x"), _CAPS),
    _case(2.9, (-1.0, "BAYES_00", "x"), _CAPS),
]
