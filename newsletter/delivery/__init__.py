"""From a mailing to its deliveries."""
