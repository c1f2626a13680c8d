"""The ways out: one file a provider."""
