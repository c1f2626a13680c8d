"""Subscribers, lists, imports, segments."""
