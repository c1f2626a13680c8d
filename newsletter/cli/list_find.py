"""The list that a command names."""

from typing import TYPE_CHECKING

from newsletter.cli import shell

if TYPE_CHECKING:
    from subscribers.models import MailingList


def find_list(slug: str) -> "MailingList":
    """The list ``slug`` of the open site. Raises ``Stop`` with the nearest name where there is none."""
    from difflib import get_close_matches

    from subscribers.models import MailingList

    if found := MailingList.objects.filter(slug=slug).first():
        return found
    names = list(MailingList.objects.order_by("slug").values_list("slug", flat=True))
    near = get_close_matches(slug, names, n=1, cutoff=0.5)
    message = f"there is no list '{slug}'" + (f"; did you mean '{near[0]}'?" if near else "")
    mend = "newsletter list show names them all" if names else f"add it with: newsletter list add {slug}"
    raise shell.Stop(message, mend=mend, code=shell.USAGE)
