"""Issues, update items and files in the store."""
