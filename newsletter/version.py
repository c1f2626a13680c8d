"""The version of this software: written here alone, read by the build."""

__version__ = "0.1.0"


def version() -> str:
    """What ``newsletter --version`` prints."""
    return __version__
