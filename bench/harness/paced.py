"""A client with many connections, each of which asks, waits for the answer, pauses, and asks again."""

import heapq
import selectors
import socket
import time

from harness import BenchFailure, wire


class Exchange:
    """One connection: what has come of the answer that it waits for, since when, and whose tally counts it."""

    def __init__(self, connection, tally, asked):
        self.socket = connection.socket
        self.socket.setblocking(False)
        self.tally = tally
        self.data = b""
        self.asked = asked
        self.waiting = False

    def has_ended(self):
        """Whether the server has closed it, which a client that reads sees before it sends; see MSG_PEEK in recv(2)."""
        try:
            return not self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True


class Tally:
    """Requests of one kind: on connections that are kept, or ``single``, each on a connection of its own.

    A kept connection that has ended is opened anew with ``reopen``. ``seconds`` has the time of each answer since its
    request, for single ones since the connect. A request is lost when its connection ends or is refused without an answer.
    """

    def __init__(self, connections, pause, single=False, reopen=False):
        self.connections = connections
        self.pause = pause
        self.single = single
        self.reopen = single or reopen
        self.answered = 0
        self.lost = 0
        self.seconds = []


class PacedClient:
    """Opens connections to a running peer, and keeps them busy while ``run`` is called. Used by one thread."""

    def __init__(self, running, *tallies):
        self.running = running
        self.tallies = tallies
        self.selector = selectors.DefaultSelector()
        self.due = []
        self.last = None
        self.open = set()
        self.pids = set()
        self.order = 0
        self.asking = True
        begun = time.monotonic()
        for tally in tallies:
            for number in range(tally.connections):
                # Spread over the pause, so that requests do not come in bursts.
                moment = begun + tally.pause * number / tally.connections
                self.plan(moment, tally, None if tally.single else self.connect(tally))

    def plan(self, moment, tally, exchange):
        """The next request, on this connection or a new one."""
        if not self.asking:
            return
        self.order += 1
        heapq.heappush(self.due, (moment, self.order, tally, exchange))

    def connect(self, tally):
        """A new connection: the kernel accepts it, so that this waits for no process."""
        asked = time.monotonic()
        exchange = Exchange(wire.Connection(self.running.port), tally, asked)
        self.selector.register(exchange.socket, selectors.EVENT_READ, exchange)
        self.open.add(exchange)
        return exchange

    def run(self, until):
        """Asks and reads until ``until()`` is true."""
        while not until():
            now = time.monotonic()
            while self.due and self.due[0][0] <= now:
                _, _, tally, exchange = heapq.heappop(self.due)
                self.ask(tally, exchange)
            rest = self.due[0][0] - now if self.due else 0.002
            for key, _ in self.selector.select(min(max(rest, 0), 0.002)):
                self.read(key.data)

    def ask(self, tally, exchange):
        """Sends a request; a connection that was closed while it idled is not one that lost a request."""
        if exchange and exchange.has_ended():
            self.close(exchange)
        try:
            if exchange not in self.open:
                if not tally.reopen:
                    return
                exchange = self.connect(tally)
            else:
                exchange.asked = time.monotonic()
            exchange.waiting = True
            exchange.socket.sendall(wire.request(self.running.peer.path, close=tally.single))
        except OSError:
            if exchange in self.open:
                self.broken(exchange)
            else:
                tally.lost += 1
                self.plan(time.monotonic() + tally.pause, tally, None)

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
            self.answer(exchange, *parsed)
            if not parsed[0].reusable or not more:
                self.close(exchange)
        elif not more:
            self.broken(exchange)

    def answer(self, exchange, answer, length):
        """Counts an answer, and plans the next request."""
        tally = exchange.tally
        self.pids.add(self.running.check(answer))
        exchange.data = exchange.data[length:]
        exchange.waiting = False
        self.last = time.monotonic()
        tally.answered += 1
        tally.seconds.append(self.last - exchange.asked)
        if tally.reopen or answer.reusable:
            self.plan(self.last + tally.pause, tally, exchange)

    def broken(self, exchange):
        """A connection that ended without an answer: what it waited for is lost, and its turn is another's."""
        waited = exchange.waiting
        self.close(exchange)
        # One that was idle has its next turn already.
        if waited and exchange.tally.reopen:
            self.plan(time.monotonic() + exchange.tally.pause, exchange.tally, None)

    def close(self, exchange):
        """Forgets a connection; a request that waited for its answer is lost."""
        if exchange in self.open:
            exchange.tally.lost += exchange.waiting
            self.open.discard(exchange)
            self.selector.unregister(exchange.socket)
            exchange.socket.close()

    def waiting(self, tally):
        """Requests of this kind that have no answer yet."""
        return sum(exchange.waiting for exchange in self.open if exchange.tally is tally)

    def settle(self, patience=5.0):
        """Asks no more, and gives what is waited for this many seconds."""
        self.asking = False
        self.due.clear()
        end = time.monotonic() + patience
        self.run(lambda: time.monotonic() > end or not any(map(self.waiting, self.tallies)))

    def must_have_answers(self):
        """Fails when nothing was answered, for then nothing was measured."""
        if self.last is None:
            raise BenchFailure(f"{self.running.peer.name} answered none of the paced requests")

    def end(self):
        """Closes what is open; what is still waited for is lost."""
        for exchange in list(self.open):
            self.close(exchange)
        self.selector.close()
