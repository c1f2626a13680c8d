"""Pages: thin, over the same functions as the command line."""
