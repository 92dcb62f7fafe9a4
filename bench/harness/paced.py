"""A client with many keep-alive connections, each of which asks, waits for the answer, pauses, and asks again."""

import heapq
import selectors
import socket
import time

from harness import BenchFailure, wire


class Exchange:
    """One connection: what has come of the answer that it waits for."""

    def __init__(self, connection):
        self.socket = connection.socket
        self.socket.setblocking(False)
        self.data = b""
        self.waiting = False

    def has_ended(self):
        """Whether the server has closed it, which a client that reads sees before it sends; see MSG_PEEK in recv(2)."""
        try:
            return not self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True


class PacedClient:
    """Opens connections to a running peer, and keeps them busy while ``run`` is called. Used by one thread."""

    def __init__(self, running, connections, pause):
        self.running = running
        self.pause = pause
        self.selector = selectors.DefaultSelector()
        self.due = []
        self.answered = 0
        self.lost = 0
        self.last = None
        self.open = set()
        begun = time.monotonic()
        for number in range(connections):
            exchange = Exchange(wire.Connection(running.port))
            self.selector.register(exchange.socket, selectors.EVENT_READ, exchange)
            self.open.add(exchange)
            # Spread over the pause, so that requests do not come in bursts.
            heapq.heappush(self.due, (begun + pause * number / connections, number, exchange))
        self.order = connections

    def run(self, until):
        """Asks and reads until ``until()`` is true."""
        while not until():
            now = time.monotonic()
            while self.due and self.due[0][0] <= now:
                self.ask(heapq.heappop(self.due)[2])
            rest = self.due[0][0] - now if self.due else 0.002
            for key, _ in self.selector.select(min(max(rest, 0), 0.002)):
                self.read(key.data)

    def ask(self, exchange):
        """Sends a request; a connection that was closed while it idled is not one that lost a request."""
        if exchange not in self.open:
            return
        if exchange.has_ended():
            self.close(exchange)
            return
        try:
            exchange.socket.sendall(wire.request(self.running.peer.path))
            exchange.waiting = True
        except OSError:
            self.close(exchange)

    def read(self, exchange):
        """Takes what has come: a part of an answer, a whole one, or the end."""
        try:
            more = exchange.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        exchange.data += more
        parsed = wire.parse(exchange.data, ended=not more)
        if parsed:
            self.running.check(parsed[0])
            exchange.data = exchange.data[parsed[1]:]
            exchange.waiting = False
            self.answered += 1
            self.last = time.monotonic()
            if parsed[0].reusable and more:
                self.order += 1
                heapq.heappush(self.due, (self.last + self.pause, self.order, exchange))
                return
        if parsed or not more:
            self.close(exchange)

    def close(self, exchange):
        """Forgets a connection; a request that waited for its answer is lost."""
        if exchange in self.open:
            self.lost += exchange.waiting
            self.open.discard(exchange)
            self.selector.unregister(exchange.socket)
            exchange.socket.close()

    def must_have_answers(self):
        """Fails when nothing was answered, for then nothing was measured."""
        if not self.answered:
            raise BenchFailure(f"{self.running.peer.name} answered none of the paced requests")

    def end(self):
        """Closes what is open; what is still waited for is lost."""
        for exchange in list(self.open):
            self.close(exchange)
        self.selector.close()
