"""For each check a table of the same file name: ``BAD`` contexts with what must be said, and ``NEAR`` misses."""
