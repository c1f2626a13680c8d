"""What a browser sends for one item of an issue."""

from newsletter.issue.pieces import cut
from newsletter.store.edit_fields import values_of
from newsletter.store.revisions import newest
from newsletter.web.editor import forms

JSON = {"HTTP_ACCEPT": "application/json", "HTTP_HX_REQUEST": "true"}


def posted(key: str, **changes: object) -> dict[str, object]:
    """What the form of an item sends, with ``changes``."""
    revision = newest("news")
    pieces = cut(revision.source)
    from newsletter.store.edit_fields import part_of
    from newsletter.web.editor.workspace import fields_for

    part = part_of(pieces, key)
    return {"base": revision.number, **forms.raw_of(fields_for(part, key), values_of(part)), **changes}
