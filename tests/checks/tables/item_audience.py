"""Items that are for some of the readers."""

from typing import Any

from newsletter.checks import People
from newsletter.items.kinds.text import Text
from tests.checks.build import Case


def _item(number: int = 1, audience: str | None = "geneva") -> Text:
    return Text(id=f"item-{number}", title=f"Item {number}", body="A plain text.", audience=audience)


def _case(
    *items: Text,
    says: str = "",
    level: str = "warning",
    at: tuple[str | None, str | None] | None = ("item-1", "audience"),
    count: int = 100,
    issue: dict[str, Any] | None = None,
    **variants: int,
) -> Case:
    crowd = People(count=count, variants={name.replace("_", "-"): number for name, number in variants.items()})
    more = {"items": items, **(issue or {})}
    return Case(says=says, level=level, at=at, issue=more, languages=("en",), people=crowd)


ALONE = {"introduction": ""}

BAD = [
    _case(_item(), says="there is no such segment", level="error"),
    _case(_item(audience="genva"), says="'genva'", level="error", geneva=10),
    _case(_item(), _item(2, "swiss"), says="'Item 1' is for 'geneva'", level="error", swiss=10),
    _case(_item(), says="nobody on the list is in it", geneva=0),
    _case(_item(), _item(2, None), says="'geneva', and nobody", geneva=0),
    _case(_item(), says="empty mail", level="error", at=(None, None), issue=ALONE, geneva=40),
    _case(
        _item(), _item(2, "swiss"), says="empty mail", level="error", at=(None, None), issue=ALONE, geneva=40, swiss=59
    ),
]

NEAR = [
    Case(),
    Case(languages=("en",), people=People(count=100)),
    Case(issue={"items": (_item(),)}),
    Case(issue={"items": (_item(),)}, languages=("en",)),
    Case(issue={"items": (_item(),)}, people=People(count=100)),
    Case(issue={"items": (_item(),)}, people=People(count=100), languages=("es", "en")),
    Case(issue={"items": ()}, languages=("en",), people=People(count=100, variants={"geneva": 0})),
    *(_case(_item(), geneva=number) for number in (1, 2, 50, 99, 100)),
    *(_case(_item(), count=0, geneva=0) for _ in range(1)),
    *(_case(_item(), _item(2, None), geneva=number) for number in (1, 40, 100)),
    *(_case(_item(), _item(2, None), issue=ALONE, geneva=number) for number in (1, 40, 100)),
    *(_case(_item(), issue=ALONE, count=count, geneva=count) for count in (1, 10, 100)),
    *(_case(_item(), _item(2, "swiss"), issue=ALONE, geneva=number, swiss=100 - number) for number in (1, 40, 99)),
    *(_case(_item(), _item(2, "swiss"), geneva=number, swiss=number) for number in (1, 40, 99)),
    *(_case(_item(audience=None), issue=ALONE, geneva=number) for number in (0, 1, 100)),
    *(_case(_item(audience=None), _item(2, None), geneva=number) for number in (0, 1, 100)),
    _case(_item(), _item(2), _item(3), geneva=3),
    _case(_item(audience="geneva-delegates"), geneva_delegates=31),
]
