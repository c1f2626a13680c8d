"""What a machine can see before a mail leaves: one file a check."""
