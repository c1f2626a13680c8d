"""The list of issues, and how one is started."""
