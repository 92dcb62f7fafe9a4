"""Rolling reloads under traffic: what they lose, and what they cost the slowest requests."""

import os
import signal
import time

from harness import BenchFailure, figures
from harness.bench import sampler
from harness.paced import PacedClient, Tally
from harness.peers import WORKERS
from harness.rows import Goal, Row

KEPT = 64
SINGLE = 16

#: Between an answer and the next request of the same client, in seconds.
PAUSE = 0.05

#: From one reload to the next, in seconds.
BETWEEN = 0.2

PATIENCE = 60.0

NAMES = ("prefork", "prefork-cached", "prefork-cached-warmup", "prefork-gunicorn", "prefork-node", "prefork-uvicorn", "gunicorn", "nginx")
SLOWEST = "99.9th percentile of latency"


def run(bench, result):
    """Each round starts every subject, lets it serve, and reloads it again and again by HUP while it serves on the same terms."""
    peers = bench.named(result, *(NAMES[1:3] if bench.quick else NAMES), "prefork-native")
    reloads = 3 if bench.quick else 20
    quiet = 5 if bench.quick else 15
    result.notes.append(
        f"{KEPT} connections and {SINGLE} clients with a connection for each request, {1000 * PAUSE:g} ms from an answer to the "
        f"next request; {quiet} s to warm, {quiet} s of quiet, then {reloads} reloads, each {1000 * BETWEEN:g} ms after the one before is complete"
    )
    for number, name in bench.rounds(result, 1 if bench.quick else 2, peers):
        with bench.start(peers[name]) as running:
            running.first_answer()
            running.await_workers(WORKERS)
            client = PacedClient(running, Tally(KEPT, PAUSE, reopen=True), Tally(SINGLE, PAUSE, single=True))
            try:
                measure(running, client, quiet, reloads, sampler(result, number, name))
            finally:
                client.end()
            bench.must_use_cache(running)


def measure(running, client, quiet, reloads, add):
    """As long a time to warm as the quiet one that counts; then the reloads."""
    serve(client, quiet)
    forget(client)
    serve(client, quiet)
    client.must_have_answers()
    before = slowest(client)
    forget(client)
    taken = []
    for _ in range(reloads):
        taken.append(reload(running, client))
        serve(client, BETWEEN)
    client.settle()
    during = slowest(client)
    kept, single = (tally.lost + client.waiting(tally) for tally in client.tallies)
    add("requests failed, kept connections", "", kept)
    add("requests failed, a connection for each", "", single)
    add(f"{SLOWEST}, quiet", "ms", 1000 * before)
    add(f"{SLOWEST}, during reloads", "ms", 1000 * during)
    add("the latter, of the former", "×", during / before)
    for seconds in taken:
        add("signal → all workers replaced", "s", seconds)


def serve(client, seconds):
    """Traffic for so long."""
    end = time.monotonic() + seconds
    client.run(lambda: time.monotonic() > end)


def forget(client):
    """Latencies up to now do not count."""
    for tally in client.tallies:
        tally.seconds.clear()


def slowest(client):
    """The latency that one in a thousand exceeds, in seconds."""
    return figures.quantile([seconds for tally in client.tallies for seconds in tally.seconds], 0.999)


def reload(running, client):
    """HUP; returns the seconds until all processes that served are gone and as many others have answered."""
    old = set(client.pids)
    client.pids.clear()
    asked = time.monotonic()
    running.signal(signal.SIGHUP)
    living = set(old)

    def is_complete():
        living.difference_update([pid for pid in living if not os.path.exists(f"/proc/{pid}")])
        return not living and len(client.pids - old) >= WORKERS or time.monotonic() > asked + PATIENCE

    client.run(is_complete)
    running.must_live()
    seconds = time.monotonic() - asked
    if seconds > PATIENCE:
        raise BenchFailure(f"{running.peer.name} did not replace its workers within {PATIENCE:g} s")
    client.pids -= old
    return seconds


ROWS = (
    Row(
        "reload",
        "Rolling reload",
        f"HUP again and again while {KEPT} keep-alive connections and {SINGLE} clients with a connection for each request are "
        "served: requests without an answer, and the latency that one request in a thousand exceeds, against that of the same "
        "process before.",
        run,
        baseline="prefork",
        goals=tuple(
            Goal(subject, metric, limit, unit=unit)
            for subject in ("prefork", "prefork-cached", "prefork-cached-warmup")
            for metric, limit, unit in (
                ("requests failed, kept connections", 0, ""),
                ("requests failed, a connection for each", 0, ""),
                ("the latter, of the former", 2.0, "×"),
            )
        ),
        metrics=("requests failed, kept connections", f"{SLOWEST}, during reloads", "signal → all workers replaced"),
    ),
)
