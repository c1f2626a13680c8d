"""One file a check. A new file here is a new check: nothing else lists them (see docs/howto/add-a-check.md)."""
