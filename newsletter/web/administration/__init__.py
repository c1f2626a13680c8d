"""People and their roles, the audit, settings, health."""
