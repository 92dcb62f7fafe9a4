"""A serving process is killed: how long until a process answers that was not there before."""

import os
import signal
import time

from harness import BenchFailure, wire
from harness.bench import sampler
from harness.peers import WORKERS
from harness.rows import Goal, Row

#: Two connections at a time, so often.
PACE = 0.005

PATIENCE = 60.0


def run(bench, result):
    """Each round starts every master, and kills each of its two workers once: no worker dies twice in a row."""
    names = ["plain-quarkus", "prefork", "prefork-cached"]
    names += [f"{name}@{jdk.feature}" for jdk in bench.peers.jdks[1:] for name in ("plain-quarkus", "prefork-cached")]
    peers = bench.named(result, *names, "prefork-native", "fasthttp", "gunicorn", "node")
    result.notes.append(f"two connections every {1000 * PACE:g} ms look for the new process")
    for number, name in bench.rounds(result, 1 if bench.quick else 4, peers):
        add = sampler(result, number, name)
        with bench.start(peers[name]) as running:
            seconds, _ = running.first_answer()
            if not peers[name].children_serve:
                add("a new process answers", "s", seconds)
                continue
            known = running.await_workers(WORKERS)
            for victim in sorted(known):
                time.sleep(3)
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


def kill(running, victim, known):
    """Kills, and asks until a pid answers that is not known."""
    os.kill(victim, signal.SIGKILL)
    begun = time.monotonic()
    lost = 0
    turn = begun
    while turn < begun + PATIENCE:
        pids, failed = ask_twice(running)
        lost += failed
        fresh = [pid for pid in pids if pid not in known]
        if fresh:
            return Killed(time.monotonic() - begun, fresh[0], lost)
        running.must_live()
        turn = max(turn + PACE, time.monotonic())
        time.sleep(max(0.0, turn - time.monotonic()))
    raise BenchFailure(f"{running.peer.name}: no new process answered within {PATIENCE:g} s")


def ask_twice(running):
    """The pids that answer to two connections at once, and how many got no answer."""
    connections, pids, failed = [], [], 0
    try:
        for _ in range(2):
            try:
                connections.append(wire.Connection(running.port, 5))
            except OSError:
                failed += 1
        for connection in connections:
            try:
                pids.append(running.check(connection.get(running.peer.path, close=True)))
            except OSError:
                failed += 1
    finally:
        for connection in connections:
            connection.close()
    return pids, failed


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
