"""Compose, render, check and mail the newsletters of advocacy networks.

The way of an issue, and of imports (from right to left, never back):

    items -> issue -> render -> checks -> store -> delivery -> reports -> cli, web

``items``, ``issue``, ``render`` and ``checks`` are pure: no Django, no network, no clock.
"""
