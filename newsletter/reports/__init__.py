"""What became of a mailing, counted from its rows."""
