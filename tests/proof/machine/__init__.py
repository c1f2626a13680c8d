"""A state machine of what people, providers and crashes do to a site, and a model that knows what may come of it."""
