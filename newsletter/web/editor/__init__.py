"""One issue: its items, forms, previews, checks, revisions."""
