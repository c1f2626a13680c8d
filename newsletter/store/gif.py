"""Animated GIFs kept as they move, but without what else can be hidden in the file (GIF89a specification)."""

_HEADER, _TRAILER, _IMAGE, _EXTENSION = 13, 0x3B, 0x2C, 0x21
_CONTROL, _APPLICATION, _PLAIN_TEXT = 0xF9, 0xFF, 0x01
_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
"""The applications whose blocks say how often an animation is repeated."""


def plain(content: bytes) -> bytes:
    """``content`` without comments, blocks of other programs (XMP and the like), and whatever follows its end. Raises
    ``ValueError`` where it is no GIF, or breaks off."""
    try:
        return _plain(content)
    except IndexError:
        raise ValueError("the GIF breaks off before its end") from None


def _plain(content: bytes) -> bytes:
    if content[:6] not in {b"GIF87a", b"GIF89a"}:
        raise ValueError("this is no GIF")
    at = _HEADER + _table(content[10])
    kept = [content[:at]]
    while content[at] != _TRAILER:
        begin = at
        if content[at] == _IMAGE:
            at = _end(content, at + 11 + _table(content[at + 9]))
            keep = True
        elif content[at] == _EXTENSION:
            label = content[at + 1]
            keep = label in {_CONTROL, _PLAIN_TEXT} or (label == _APPLICATION and content[at + 3 : at + 14] in _LOOPS)
            at = _end(content, at + 2)
        else:
            raise ValueError("the GIF holds a block that no GIF has")
        if keep:
            kept.append(content[begin:at])
    return b"".join(kept) + bytes([_TRAILER])


def _table(flags: int) -> int:
    """Bytes of the table of colours that ``flags`` announce."""
    return 3 << (1 + (flags & 7)) if flags & 0x80 else 0


def _end(content: bytes, at: int) -> int:
    """Where a run of blocks ends, each with its length before it, the last of length 0."""
    while content[at]:
        at += 1 + content[at]
    return at + 1
