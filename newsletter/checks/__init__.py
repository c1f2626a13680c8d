"""What an editor should know before an issue is mailed: one file a check, in ``newsletter.checks.rules``."""

from newsletter.checks.answers import Fault, Hit, Spam, Visit
from newsletter.checks.context import People, Picture
from newsletter.checks.engine import Check, Context, Finding, Fix, Level, check_all, checks, run_checks
from newsletter.checks.overrides import accepted

__all__ = [
    "Check",
    "Context",
    "Fault",
    "Finding",
    "Fix",
    "Hit",
    "Level",
    "People",
    "Picture",
    "Spam",
    "Visit",
    "accepted",
    "check_all",
    "checks",
    "run_checks",
]
