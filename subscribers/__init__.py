"""Who may be mailed: addresses, lists, consent, suppression. Knows nothing of what is mailed."""
