"""The error of a text that holds something it may not."""


class TextError(ValueError):
    """A text that cannot be used because of the character at ``position`` (from 0)."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position
