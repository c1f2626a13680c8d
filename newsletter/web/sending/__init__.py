"""Tests, approval, sending, progress."""
