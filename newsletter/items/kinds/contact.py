"""Whom to ask."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from newsletter.items.base import Item
from newsletter.items.text import Line
from newsletter.items.values import Address
from newsletter.items.written import Written

_Phone = Annotated[
    Line,
    StringConstraints(pattern=r"^\+?[0-9][0-9 ().-]{5,24}$"),
    Written("telephone number", "6 to 25 digits, spaces, dots, hyphens and brackets, a digit first; + may lead them"),
]


class Contact(Item):
    """A person, the role, and how to reach them."""

    kind: ClassVar[str] = "contact"
    summary: ClassVar[str] = "Whom to ask: a name, a role, an address."
    example: ClassVar[str] = """\
## Questions?

```contact
name = "The coordination team"
role = "UPR Coordination"
email = "upr@example.org"
phone = "+41 22 555 01 00"
```
"""

    name: Line = Field(title="Name", description="Whom to ask.", examples=["The coordination team"])
    role: Line | None = Field(default=None, title="Role", description="What they do.", examples=["UPR Coordination"])
    email: Address | None = Field(
        default=None, title="Address", description="Where to write.", examples=["upr@example.org"]
    )
    phone: _Phone | None = Field(
        default=None, title="Telephone", description="With the country's code.", examples=["+41 22 555 01 00"]
    )
