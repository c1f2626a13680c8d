"""What a browser sends for one item of an issue."""

from newsletter.issue.pieces import cut
from newsletter.store.edit_fields import values_of
from newsletter.store.revisions import newest
from newsletter.web.editor import forms

JSON = {"HTTP_ACCEPT": "application/json", "HTTP_HX_REQUEST": "true"}


def posted(key: str, /, *, slug: str = "news", **changes: object) -> dict[str, object]:
    """What the form of an item sends, with ``changes``."""
    revision = newest(slug)
    pieces = cut(revision.source)
    from newsletter.store.edit_fields import part_of

    part = part_of(pieces, key)
    fields = forms.fields_of(type(part), introduction=key == "~introduction")
    return {"base": revision.number, **forms.raw_of(fields, values_of(part)), **changes}
