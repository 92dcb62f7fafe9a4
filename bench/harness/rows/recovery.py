"""A serving process is killed: how long until a process answers that was not there before."""

import os
import selectors
import signal
import socket
import time

from harness import BenchFailure, wire
from harness.bench import sampler
from harness.peers import WORKERS
from harness.rows import Goal, Row

#: Two connections at a time, so often.
PACE = 0.005

PATIENCE = 60.0

#: Before each kill, in seconds: a worker that has just answered is still busy with its boot.
SETTLE = 2.0


def run(bench, result):
    """Each round starts every master, and kills each of its two workers once: no worker dies twice in a row."""
    names = ["plain-quarkus", "prefork", "prefork-cached"]
    names += [f"{name}@{jdk.feature}" for jdk in bench.peers.jdks[1:] for name in ("plain-quarkus", "prefork-cached")]
    peers = bench.named(result, *names, "prefork-native", "fasthttp", "gunicorn", "node")
    result.notes.append(f"two connections every {1000 * PACE:g} ms look for the new process")
    for number, name in bench.rounds(result, 1 if bench.quick else 3, peers):
        add = sampler(result, number, name)
        with bench.start(peers[name]) as running:
            seconds, _ = running.first_answer()
            if not peers[name].children_serve:
                add("a new process answers", "s", seconds)
                continue
            known = running.await_workers(WORKERS)
            for victim in sorted(known):
                time.sleep(SETTLE)
                killed = kill(running, victim, known)
                known.add(killed.answered)
                add("a new process answers", "s", killed.seconds)
                add("connections lost meanwhile", "", killed.lost)
            bench.must_use_cache(running)


class Killed:
    """What a client has seen after a kill: seconds until the new process answered, its pid, connections without an answer."""

    def __init__(self, seconds, answered, lost):
        self.seconds = seconds
        self.answered = answered
        self.lost = lost


def kill(running, victim, known, pace=PACE):
    """Kills, and opens two connections at this pace until a pid answers that is not known."""
    os.kill(victim, signal.SIGKILL)
    begun = time.monotonic()
    with Probes(running) as probes:
        turn = begun
        while time.monotonic() < begun + PATIENCE:
            if time.monotonic() >= turn:
                probes.ask()
                probes.ask()
                turn += pace
            fresh = [pid for pid in probes.answers(0.001) if pid not in known]
            if fresh:
                seconds = time.monotonic() - begun
                probes.settle()
                return Killed(seconds, fresh[0], probes.lost)
            running.must_live()
    raise BenchFailure(f"{running.peer.name}: no new process answered within {PATIENCE:g} s")


class Probes:
    """Connections with one request each. One that hangs, as at a process that was killed, does not hold up the next."""

    def __init__(self, running):
        self.running = running
        self.selector = selectors.DefaultSelector()
        self.lost = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()

    def ask(self):
        """Opens a connection; its request goes out when it is established."""
        probe = socket.socket()
        probe.setblocking(False)
        probe.connect_ex((wire.HOST, self.running.port))
        self.selector.register(probe, selectors.EVENT_WRITE, bytearray())

    def answers(self, seconds):
        """The pids in the answers that came within this time."""
        pids = []
        for key, _ in self.selector.select(seconds):
            try:
                if key.events == selectors.EVENT_WRITE:
                    key.fileobj.sendall(wire.request(self.running.peer.path, close=True))
                    self.selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
                    continue
                more = key.fileobj.recv(65536)
            except OSError:
                self.forget(key)
                self.lost += 1
                continue
            key.data.extend(more)
            parsed = wire.parse(bytes(key.data), ended=not more)
            if parsed:
                pids.append(self.running.check(parsed[0]))
            elif not more:
                self.lost += 1
            if parsed or not more:
                self.forget(key)
        return pids

    def forget(self, key):
        """Closes a connection."""
        self.selector.unregister(key.fileobj)
        key.fileobj.close()

    def settle(self):
        """Gives what is open five seconds more; what has no answer then is lost."""
        end = time.monotonic() + 5
        while self.selector.get_map() and time.monotonic() < end:
            self.answers(0.1)
        self.lost += len(self.selector.get_map())


ROWS = (
    Row(
        "recovery",
        "SIGKILL of a worker → a new process answers",
        "A worker gets SIGKILL while a client opens connections at a steady pace and reads the pid in each answer; the other "
        "worker keeps serving. For plain Quarkus, which no process replaces, it is a start of the process.",
        run,
        baseline="plain-quarkus",
        goals=(
            Goal("prefork-cached", "a new process answers", 0.8, "plain-quarkus"),
            Goal("prefork-cached@25", "a new process answers", 0.8, "plain-quarkus@25"),
        ),
        metrics=("a new process answers",),
    ),
)
