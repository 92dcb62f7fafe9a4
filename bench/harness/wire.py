"""A small HTTP/1.1 client: one connection, one answer at a time, each of them checked."""

import errno
import socket
import time
from dataclasses import dataclass

from harness import BenchFailure

HOST = "127.0.0.1"

#: Between two attempts to connect, in seconds: the resolution of what is measured with it.
TICK = 0.002


@dataclass(frozen=True)
class Answer:
    """A response: its status, its body as text, and whether the connection may be used again."""

    status: int
    body: str
    reusable: bool


def request(path, close=False):
    """The bytes of a GET."""
    end = "Connection: close\r\n" if close else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{end}\r\n".encode()


def parse(data, ended=False):
    """The first answer in these bytes, and how many it took; None while it is incomplete.

    Bodies end by Content-Length, by chunks, or with the connection, which is then ``ended``.
    """
    head, found, _ = data.partition(b"\r\n\r\n")
    if not found:
        return None
    lines = head.decode("latin-1").split("\r\n")
    version, status = lines[0].split()[:2]
    if not version.startswith("HTTP/1."):
        raise BenchFailure(f"not an HTTP response: {lines[0]!r}")
    fields = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip().lower()
    start = len(head) + 4
    reusable = fields.get("connection", "keep-alive" if version == "HTTP/1.1" else "close") != "close"
    if fields.get("transfer-encoding") == "chunked":
        chunked = dechunk(data, start)
        if chunked is None:
            return None
        return Answer(int(status), chunked[0].decode(errors="replace"), reusable), chunked[1]
    if "content-length" in fields:
        end = start + int(fields["content-length"])
        if len(data) < end:
            return None
    elif not ended:
        return None
    else:
        end, reusable = len(data), False
    return Answer(int(status), data[start:end].decode(errors="replace"), reusable), end


def dechunk(data, place):
    """The body made of the chunks from this place on, and where it ends; None while it is incomplete."""
    body = b""
    while True:
        line_end = data.find(b"\r\n", place)
        if line_end < 0:
            return None
        size = int(data[place:line_end].split(b";")[0], 16)
        place = line_end + 2 + size + 2
        if len(data) < place:
            return None
        if size == 0:
            return body, place
        body += data[line_end + 2:line_end + 2 + size]


class Connection:
    """A blocking connection to a port of this machine. Used by one thread."""

    def __init__(self, port, patience=30.0):
        self.socket = socket.create_connection((HOST, port), timeout=patience)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""

    def get(self, path="/", close=False):
        """Asks, and waits for the answer."""
        self.socket.sendall(request(path, close))
        while True:
            parsed = parse(self.data)
            if parsed:
                self.data = self.data[parsed[1]:]
                return parsed[0]
            more = self.socket.recv(262144)
            if not more:
                parsed = parse(self.data, ended=True)
                if parsed:
                    return parsed[0]
                raise ConnectionResetError("the connection ended without a complete response")
            self.data += more

    def close(self):
        """Closes it; it may be closed already."""
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def get(port, path="/", patience=30.0):
    """One answer over a connection of its own."""
    with Connection(port, patience) as connection:
        return connection.get(path, close=True)


def first_answer(port, path, deadline, tick=lambda: None):
    """Tries until an answer comes, and returns it with the moment (time.monotonic) at which it was complete.

    A connection that waits in a queue is waited for; one that is refused or reset is tried again. ``tick`` is called at
    every turn, TICK seconds apart.
    """
    while time.monotonic() < deadline:
        tick()
        with socket.socket() as attempt:
            attempt.settimeout(0.5)
            try:
                attempt.connect((HOST, port))
                attempt.sendall(request(path, close=True))
                answer = await_answer(attempt, deadline, tick)
                if answer:
                    return answer, time.monotonic()
            except OSError as e:
                if e.errno not in (errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE) and not isinstance(e, socket.timeout):
                    raise
        time.sleep(TICK)
    raise BenchFailure(f"no answer on port {port} before the deadline")


def await_answer(attempt, deadline, tick):
    """The answer on a connected socket, or None when the connection ends without one."""
    data = b""
    attempt.settimeout(TICK)
    while time.monotonic() < deadline:
        tick()
        try:
            more = attempt.recv(65536)
        except socket.timeout:
            continue
        data += more
        parsed = parse(data, ended=not more)
        if parsed:
            return parsed[0]
        if not more:
            return None
    return None
