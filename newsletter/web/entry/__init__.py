"""Setting the site up, signing in, one's own account."""
