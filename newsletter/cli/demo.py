"""``newsletter demo``: the whole way of an issue, once, in a folder of its own."""


def demo() -> None:
    """Show the whole way of an issue."""
