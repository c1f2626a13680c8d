"""Whether the provider would take mails: its settings, and its own word."""

from dataclasses import dataclass

from newsletter.delivery.providers.base import Barred, Checked, RateLimited, Unreachable
from newsletter.delivery.providers.registry import provider_for
from newsletter.site import Site


@dataclass(frozen=True)
class Reached:
    """What was found. ``problems``: what to mend in the settings before mails go out; ``answer``: what the provider
    said, ``mend``: what helps where that was no."""

    problems: tuple[str, ...]
    answer: str
    level: str
    """good, warning (nobody can tell, or not now) or bad."""
    mend: str = ""


def try_provider(site: Site) -> Reached:
    """Look through the settings and ask the provider; nothing is mailed. Takes seconds."""
    provider = provider_for(site)
    try:
        problems = provider.check()
        outcome = provider.reach()
    finally:
        provider.close()
    match outcome:
        case None:
            return Reached(
                problems, "this service can only be tried by a mail: send yourself a test of an issue", "warning"
            )
        case Checked(reason):
            return Reached(problems, reason, "good")
        case Unreachable(reason):
            mend = "look at the name and the port; is this machine let out to that port, and is the service up?"
            return Reached(problems, reason, "bad", mend)
        case RateLimited(reason):
            return Reached(problems, reason, "warning", "wait a little, then try again")
        case Barred(reason):
            return Reached(problems, reason, "bad", "correct what it names, then try again")
    return Reached(problems, outcome.reason, "bad", "look at the service's own pages")
