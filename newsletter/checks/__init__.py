"""What an editor should know before an issue is mailed: one file a check, in ``newsletter.checks.rules``."""

from newsletter.checks.context import People, Picture
from newsletter.checks.engine import Check, Context, Finding, Fix, Level, checks, run_checks

__all__ = ["Check", "Context", "Finding", "Fix", "Level", "People", "Picture", "checks", "run_checks"]
