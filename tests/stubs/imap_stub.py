"""A stand-in for an IMAP server (RFC 3501): as much of it as reading one folder needs, in the test's own process."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

USER, PASSWORD = "bounces", "secret word"


class Folder:
    """The mails of the folder and their flags; ``host`` and ``port`` are where it is served."""

    def __init__(self, mails: list[bytes]) -> None:
        self.mails = dict(enumerate(mails, start=1))
        self.seen: set[int] = set()
        self.fails: str = ""
        """A command that is answered NO."""
        self.port = 0


class Handler(socketserver.StreamRequestHandler):
    folder: Folder

    def handle(self) -> None:
        self._say(b"* OK ready")
        while line := self.rfile.readline():
            tag, _, command = line.rstrip(b"\r\n").partition(b" ")
            name, _, rest = command.partition(b" ")
            if name.upper() == b"UID":
                name, _, rest = rest.partition(b" ")
            words = name.decode().upper()
            if words == self.folder.fails:
                self._say(tag + b" NO not now")
            elif words == "LOGOUT":
                self._say(b"* BYE", tag + b" OK")
                return
            else:
                getattr(self, f"do_{words.lower()}")(rest)
                self._say(tag + b" OK done")

    def do_capability(self, _: bytes) -> None:
        self._say(b"* CAPABILITY IMAP4rev1")

    def do_login(self, rest: bytes) -> None:
        if rest != f'{USER} "{PASSWORD}"'.encode():
            self.folder.fails = "SELECT"

    def do_select(self, _: bytes) -> None:
        self._say(b"* %d EXISTS" % len(self.folder.mails))

    def do_search(self, rest: bytes) -> None:
        assert rest == b"UNSEEN"
        unseen = [b"%d" % uid for uid in self.folder.mails if uid not in self.folder.seen]
        self._say(b" ".join([b"* SEARCH", *unseen]))

    def do_fetch(self, rest: bytes) -> None:
        found = re.fullmatch(rb"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        assert found, rest
        raw = self.folder.mails[int(found[1])][: int(found[2])]
        self._say(b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)" % (found[1], len(raw), raw))

    def do_store(self, rest: bytes) -> None:
        found = re.fullmatch(rb"(\d+) \+FLAGS\.SILENT \(\\Seen\)", rest)
        assert found, rest
        self.folder.seen.add(int(found[1]))

    def _say(self, *lines: bytes) -> None:
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))


@contextmanager
def imap(mails: list[bytes]) -> Iterator[Folder]:
    """A folder with ``mails``, on a port of this machine."""
    folder = Folder(mails)
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"folder": folder}))
    server.daemon_threads = True
    folder.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield folder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
