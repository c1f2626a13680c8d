"""What a check finds: how grave it is, where it stands, how it is mended."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from newsletter.issue.problems import Place

Level = Literal["error", "warning", "note"]
"""An ``error`` blocks sending; a ``warning`` wants a second look; a ``note`` is good to know."""


@dataclass(frozen=True)
class Fix:
    """A mend that is surely right."""

    label: str
    """The words of its button, such as *Use the address without tracking*."""
    old: str
    """This text, as it stands in the field or the Markdown at the finding's place …"""
    new: str
    """… becomes this, at its first occurrence; in Markdown at the first one from the finding's line on."""


@dataclass(frozen=True)
class Finding:
    """What one check found at one place, in words for an editor who is no programmer."""

    check: str
    """The name of the check."""
    level: Level
    message: str
    """What is wrong, in one sentence."""
    mend: str
    """What to do about it, in one sentence."""
    place: Place = field(default_factory=Place)
    """Item id and field. Whoever knows the file adds file and line; no item and no field is the mail as a whole."""
    fix: Fix | None = None
    """Where the mend is certain."""

    @property
    def key(self) -> str:
        """Eight hex digits that name the finding in an override: of check, item, field and message, so that they hold
        while lines above it change, and no longer hold once it says something else."""
        said = "\0".join((self.check, self.place.item or "", self.place.field or "", self.message))
        return sha256(said.encode()).hexdigest()[:8]
