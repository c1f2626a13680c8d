"""The kinds of item that an issue is made of: one file a kind, each with two templates of the same name."""
