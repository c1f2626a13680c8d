"""A name server on this machine, over UDP and TCP, that answers as it is told."""

import contextlib
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Values = list[str] | str | Callable[[], list[str]]
"""Records as they stand in a zone file; or SERVFAIL, REFUSED, SILENT (no answer), EMPTY (the name exists)."""


class Zone(dict[tuple[str, str], Values]):
    """Name and type to records. A name that is in it with another type exists."""

    def __init__(self, records: dict[tuple[str, str], Values]) -> None:
        super().__init__({(name.rstrip(".").lower(), kind): values for (name, kind), values in records.items()})
        self.asked: list[tuple[str, str]] = []

    def answer(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        [question] = query.question
        name, kind = question.name.to_text().rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        values = self.get((name, kind), self.get((name, "*"), []))
        values = values() if callable(values) else values
        if values == "SILENT":
            return None
        if isinstance(values, str):
            if values != "EMPTY":
                answer.set_rcode(dns.rcode.from_text(values))
        elif values:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif (name, "CNAME") in self and kind != "CNAME":
            [target] = self[name, "CNAME"]
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "CNAME", target))
            more = self.get((target.rstrip(".").lower(), kind), [])
            if isinstance(more, list) and more:
                answer.answer.append(dns.rrset.from_text(target, 60, "IN", kind, *more))
        elif not any(known == name or known.endswith(f".{name}") for known, _ in self):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


@contextlib.contextmanager
def serve(zone: Zone) -> Iterator[tuple[str, int]]:
    """The address and port at which ``zone`` is told."""

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, line = self.request
            if (answer := zone.answer(wire)) is None:
                return
            if len(answer) > 1_232:  # too long for UDP: asked again over TCP
                short = dns.message.make_response(dns.message.from_wire(wire))
                short.flags |= dns.flags.TC
                answer = short.to_wire()
            line.sendto(answer, self.client_address)

    class Tcp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            line = self.request
            [size] = struct.unpack("!H", line.recv(2, 0x100) or b"\0\0")
            if size and (answer := zone.answer(line.recv(size, 0x100))) is not None:
                line.sendall(struct.pack("!H", len(answer)) + answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tcp) as tcp:
        tcp.daemon_threads = True
        port = tcp.server_address[1]
        with socketserver.ThreadingUDPServer(("127.0.0.1", port), Udp) as udp:
            udp.daemon_threads = True
            for server in (udp, tcp):
                threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            try:
                yield "127.0.0.1", port
            finally:
                udp.shutdown()
                tcp.shutdown()
