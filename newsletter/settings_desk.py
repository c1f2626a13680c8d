"""The settings of the desk, the pages where people of the organisation sign in."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from newsletter.settings_base import Duration, Section


class DeskSection(Section):
    """Where issues are made, checked, approved and sent."""

    second_factor: Literal["optional", "required"] = Field(
        title="Second factor",
        default="optional",
        description="Whether everybody who signs in must also give a code from an app on their phone: optional or "
        "required.",
    )
    signed_in: Duration = Field(
        title="Stay signed in",
        default=timedelta(days=14),
        description="So long after signing in, people must sign in again.",
    )
