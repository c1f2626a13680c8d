"""What SpamAssassin thinks of the mail."""

from collections.abc import Iterator

from newsletter.checks.answers import Spam
from newsletter.checks.engine import Context, Finding, Level, check

_NEAR = 0.6
"""Of the limit: from here on another server with other rules may well count it as spam."""
_SHOWN = 6
_OF_THE_WAY = (
    "NO_RELAYS",
    "NO_RECEIVED",
    "SPF_",
    "DKIM_",
    "T_SPF",
    "T_DKIM",
    "DMARC_",
    "ALL_TRUSTED",
    "RCVD_",
)
"""Rules about what a mail gets on its way, which it has not gone yet."""


@check(
    "spam-score",
    "error",
    "warning",
    bad="6.4 points: 2.5 URI_HEX, 2.1 SUBJ_ALL_CAPS, 1.8 HTML_IMAGE_ONLY_16",
    good="0.3 points of 5",
    needs="spam",
)
def spam_score(context: Context) -> Iterator[Finding]:
    """Where SpamAssassin runs on this machine (spamd), the mail is shown to it: at its limit, mostly 5 points, servers
    that use it put the mail into spam; from 3 on that is near. Told are the rules that cost points, without those that
    look at the way of a mail, which it has yet to go. Where it does not run, nothing is said.
    """
    if (spam := context.spam) is None:
        return
    hits = sorted(
        (hit for hit in spam.hits if hit.points > 0 and not hit.rule.startswith(_OF_THE_WAY)),
        key=lambda hit: -hit.points,
    )
    score = spam.score - sum(hit.points for hit in spam.hits if hit.rule.startswith(_OF_THE_WAY))
    if score < spam.limit * _NEAR:
        return
    level: Level = "error" if score >= spam.limit else "warning"
    told = "; ".join(f"{hit.points:.1f} for {_plain(hit.about) or hit.rule} ({hit.rule})" for hit in hits[:_SHOWN])
    yield Finding(
        "spam-score",
        level,
        f"SpamAssassin gives the mail {score:.1f} points, and {_at(spam)}: {told or 'no rule is named'}.",
        "Change what costs the most points; a rule's name leads to more about it on the web.",
    )


def _plain(about: str) -> str:
    """A rule's own words, without its prefixes, as part of a sentence."""
    words = about.split(":", 1)[-1].strip() if about.split(":", 1)[0].isupper() else about.strip()
    return words.rstrip(".")[:100]


def _at(spam: Spam) -> str:
    return f"from {spam.limit:g} on it counts as spam"
