"""How evenly connections are spread over the serving processes."""

import time
from collections import Counter

from harness import wire
from harness.bench import sampler
from harness.rows import Row

CONNECTIONS = 256
BURST = 16
SERVING = 4

NAMES = ("nginx-four", "prefork-four", "prefork-four-reuse-port", "fasthttp-four", "node-four")


def run(bench, result):
    """All subjects run at the same time, and get their connections in turn."""
    peers = bench.named(result, *NAMES)
    result.notes.append(f"{CONNECTIONS} keep-alive connections in bursts of {BURST}; 1.00 is an even spread, {SERVING} all at one")
    running = {}
    try:
        for name, peer in peers.items():
            running[name] = bench.start(peer)
            running[name].first_answer()
            running[name].await_workers(SERVING)
        for number, name in bench.rounds(result, 2 if bench.quick else 5, peers):
            shares = spread_of(running[name])
            add = sampler(result, number, name)
            add("largest share, of an even one", "×", max(shares) * SERVING / sum(shares))
            add("smallest share, of an even one", "×", min(shares) * SERVING / sum(shares))
    finally:
        for started in running.values():
            started.end()


def spread_of(running):
    """Connections by process, one request on each; all stay open until the last is answered."""
    connections = []
    try:
        pids = []
        for _ in range(CONNECTIONS // BURST):
            burst = [wire.Connection(running.port) for _ in range(BURST)]
            connections += burst
            for connection in burst:
                connection.socket.sendall(wire.request(running.peer.path))
            for connection in burst:
                answer = wire.await_answer(connection.socket, time.monotonic() + 30, lambda: None)
                pids.append(running.check(answer or wire.Answer(0, "", False)))
            time.sleep(0.01)
        return counts(pids, SERVING)
    finally:
        for connection in connections:
            connection.close()


def counts(pids, serving):
    """How many each got; processes that got none count as well."""
    found = list(Counter(pids).values())
    return found + [0] * (serving - len(found))


ROWS = (
    Row(
        "fairness",
        "Spread of connections",
        f"{SERVING} serving processes and {CONNECTIONS} connections that stay open: the largest and the smallest share. On a "
        "shared socket the kernel wakes who waits; with --reuse-port it hashes addresses; node hands out in turn.",
        run,
        baseline="nginx-four",
        metrics=("largest share, of an even one",),
    ),
)
