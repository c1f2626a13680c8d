"""From an issue to what is mailed: HTML and text, once for all readers."""
