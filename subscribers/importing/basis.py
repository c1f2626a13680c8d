"""On what ground readers of a file may be mailed."""

from django.db.models import TextChoices


class Basis(TextChoices):
    """The grounds; ``label`` says what each means (GDPR, articles 6 and 7; ePrivacy Directive, article 13)."""

    OPT_IN = "opt-in", "they asked for it: a form, a sheet of sign-ups, a box that they ticked"
    CONFIRMED = "confirmed", "they asked, and confirmed it by a link in a mail"
    MEMBERSHIP = "membership", "they are members, and this mail is part of it"
    EXISTING_CONTACT = "existing-contact", "they dealt with you, were told of this mail, and did not object"
    OTHER = "other", "something else: say what as its source"


NEEDS_SOURCE = {Basis.MEMBERSHIP, Basis.EXISTING_CONTACT, Basis.OTHER}
"""Grounds that say too little alone: where they come from is told, too."""


class BasisError(ValueError):
    """Nobody said on what ground the readers of a file may be mailed."""
