"""The whole way through the desk, from an empty folder to the archive, as people go it."""
