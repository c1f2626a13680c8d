"""Hostile issue files."""

import struct
import zlib
from collections.abc import Callable

from tests.cli.conftest import Ran
from tests.hostile.world import Row, World, front, item, text

ENCODED = "=?utf-8?q?Hi=0D=0ABcc:_evil@x.org?="
BOMB = "---\na: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(20)) + "---\n"


def png(width: int, height: int) -> bytes:
    """A picture of one colour: small as a file, as large as it says once it is opened."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = zlib.compressobj(9)
    row = b"\0" * (width // 8 + 1)
    data = b"".join([*(pixels.compress(row) for _ in range(height)), pixels.flush()])
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def picture(name: str, content: bytes = b"") -> Callable[[World], Ran]:
    """Tries an image item whose file is ``name``."""

    def do(world: World) -> Ran:
        if content:
            (world.root / "issues" / name).write_bytes(content)
        return world.issue(item("image", f'src = "{name}"\nalt = "People in a hall"'))

    return do


def linked_picture(world: World) -> Ran:
    (world.root / "issues" / "group.png").symlink_to(world.root / "secrets.toml")
    return picture("group.png")(world)


ROWS = [
    Row(1, "an empty file", lambda w: w.issue(b""), 1, ("the file is empty",)),
    Row(
        2, "not UTF-8", lambda w: w.issue((front() + "\nGen\xe8ve").encode("latin-1")), 1, ("hostile.md:7", "not UTF-8")
    ),
    Row(4, "NUL", lambda w: w.issue(text("a\0b")), 1, ("hostile.md:9", "U+0000", "delete it")),
    Row(5, "a lone surrogate", lambda w: w.issue(text("a\ud800b")), 1, ("hostile.md:9", "not UTF-8")),
    Row(6, "a YAML alias bomb", lambda w: w.issue(BOMB), 1, ("hostile.md:1", "YAML", "+++")),
    Row(
        7,
        "!!python/object",
        lambda w: w.issue("---\n!!python/object/apply:os.system ['id']\n---\n"),
        1,
        ("YAML", "+++"),
    ),
    Row(
        8,
        "a duplicate key",
        lambda w: w.issue(front().replace("+++\n", '+++\ntitle = "Other"\n', 1)),
        1,
        ("'title' is set twice",),
    ),
    Row(9, "100 MB", lambda w: w.issue(b"x" * 100_000_000), 1, ("100,000,000 bytes",)),
    Row(
        10,
        "an unknown field",
        lambda w: w.issue(front(preheadr='"x"')),
        1,
        ("hostile.md:5", "preheadr", "did you mean 'preheader'?"),
    ),
    Row(
        10,
        "an unknown field of an item",
        lambda w: w.issue(item("event", 'starts = 2030-11-09\nwach_url = "https://example.org"')),
        1,
        ("did you mean 'watch_url'?",),
    ),
    Row(
        11,
        "an impossible date",
        lambda w: w.issue(item("event", "starts = 2021-02-29")),
        1,
        ("hostile.md:10", "28 days"),
    ),
    Row(
        11,
        "a time in a DST gap",
        lambda w: w.issue(item("event", "starts = 2020-03-29T02:30:00")),
        1,
        ("does not exist in Europe/Zurich",),
    ),
    Row(
        13,
        "a javascript: link",
        lambda w: w.issue(text("[x](javascript:alert(1))")),
        1,
        ("hostile.md:9", "not an https:// address"),
    ),
    Row(
        13,
        "a javascript: button",
        lambda w: w.issue(item("button", 'label = "x"\nurl = "javascript:alert(1)"')),
        1,
        ("not an https:// address",),
    ),
    Row(14, "data:text/html", lambda w: w.issue(text("[x](data:text/html,x)")), 1, ("not an https:// address",)),
    Row(15, "//evil", lambda w: w.issue(text("[x](//evil.example.org)")), 1, ("not an https:// address",)),
    Row(
        16,
        "user@host",
        lambda w: w.issue(text("[x](https://bank.example.org@evil.example.org/)")),
        1,
        ("before the @",),
    ),
    Row(17, "a homograph host", lambda w: w.issue(text("[x](https://ex\u0430mple.org/)")), 1, ("Latin", "Cyrillic")),
    Row(
        18,
        "a bidi override in a title",
        lambda w: w.issue(front(title='"News \u202egnp"')),
        1,
        ("hostile.md:2", "U+202E", "delete it"),
    ),
    Row(19, "../ as image path", picture("../../secrets.toml"), 1, ("hostile.md:10", "leads out of the folder")),
    Row(19, "an absolute image path", picture("/etc/passwd"), 1, ("leads out of the folder",)),
    Row(20, "a symlink out of the folder", linked_picture, 1, ("link to a file outside the folder",)),
    Row(21, "50,000 [", lambda w: w.issue(text("[" * 50_000)), 1, ("hostile.md:9", "square brackets")),
    Row(
        22,
        "300-deep HTML",
        lambda w: w.issue(text("<div>" * 300 + "x" + "</div>" * 300)),
        1,
        ("is HTML", "use Markdown"),
    ),
    Row(22, "300-deep quotes", lambda w: w.issue(text("> " * 300 + "x")), 1, ("too deep", "flatter")),
    Row(23, "a decompression bomb", picture("bomb.png", png(60_000, 60_000)), 1, ("million pixels",)),
    Row(
        24,
        "SVG with script",
        picture("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'),
        1,
        ("not a JPEG, PNG, GIF or WebP",),
    ),
    Row(
        24,
        "SVG that says it is PNG",
        picture("x.png", b"<svg><script>x</script></svg>"),
        1,
        ("not a JPEG, PNG, GIF or WebP",),
    ),
    Row(
        25,
        "CRLF in the subject",
        lambda w: w.issue(front(subject='"Hi\\r\\nBcc: evil@x.org"')),
        1,
        ("hostile.md:3", "U+000D"),
    ),
    Row(
        26,
        "an encoded word that adds a Bcc",
        lambda w: w.issue(front(subject=f'"{ENCODED}"')),
        1,
        ("hostile.md:3", "encoded mail header"),
    ),
    Row(27, "U+2028 in the subject", lambda w: w.issue(front(subject='"Hi\u2028Bcc: evil@x.org"')), 1, ("line break",)),
    Row(28, "a subject of 10 KB", lambda w: w.issue(front(subject=f'"{"x" * 10_000}"')), 1, ("hostile.md:3", "300")),
    Row(29, "a subject of white space", lambda w: w.issue(front(subject='" \\t "')), 1, ("hostile.md:3", "empty")),
    Row(
        51,
        "a __class__ chain",
        lambda w: w.issue(text("{{ ''.__class__.__mro__ }}")),
        1,
        ("hostile.md:9", "is not a reader field", "{{first_name|friend}}"),
    ),
    Row(
        52,
        "|attr and format",
        lambda w: w.issue(text("{{ x|attr('y') }} {{ '%s'|format(x) }} {{ first_name.x }}")),
        1,
        ("not a reader field",),
    ),
    Row(
        53,
        "a filter that makes 1 GB",
        lambda w: w.issue(text("{{ 'x' * 1000000000 }} {{ 'x'|center(1000000000) }}")),
        1,
        ("not a reader field",),
    ),
    Row(
        54,
        "nested loops",
        lambda w: w.issue(text("{% for a in range(9) %}{% for b in range(9) %}x{% endfor %}{% endfor %}")),
        1,
        ("not a reader field",),
    ),
    Row(
        55,
        "an undefined field",
        lambda w: w.issue(text("Dear {{frist_name|friend}}")),
        1,
        ("hostile.md:9", "frist_name", "did you mean", "first_name"),
    ),
    Row(55, "a field of the system", lambda w: w.issue(text("{{unsubscribe_url}}")), 1, ("unsubscribe_url",)),
]
