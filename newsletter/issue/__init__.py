"""The issue as a frozen value, and its file format."""
