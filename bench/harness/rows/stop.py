"""The stop: from the last answer to the end of the process, with 64 busy keep-alive connections."""

import time

from harness import BenchFailure
from harness.bench import sampler
from harness.paced import PacedClient, Tally
from harness.rows import Goal, Row

CONNECTIONS = 64

#: Between an answer and the next request on the same connection, in seconds.
PAUSE = 0.05

PATIENCE = 40.0


def run(bench, result):
    """Each round starts every subject, keeps 64 connections busy for a while, and stops it by its own signal."""
    names = ["plain-quarkus", "prefork"]
    if not bench.quick:
        names += ["prefork-cached", "fasthttp", "nginx", "gunicorn", "node"]
    peers = bench.named(result, *names, "prefork-native")
    result.notes.append(f"{CONNECTIONS} connections, each with a request {1000 * PAUSE:g} ms after its last answer")
    for number, name in bench.rounds(result, 1 if bench.quick else 4, peers):
        with bench.start(peers[name]) as running:
            running.first_answer()
            if peers[name].children_serve:
                running.await_workers(2)
            kept = Tally(CONNECTIONS, PAUSE)
            client = PacedClient(running, kept)
            try:
                stop(running, client, kept, sampler(result, number, name))
            finally:
                client.end()


def stop(running, client, kept, add):
    """Three seconds of traffic, the signal, and what is seen until the process has gone."""
    warm = time.monotonic() + 3
    client.run(lambda: time.monotonic() > warm)
    client.must_have_answers()
    running.must_live()
    asked = time.monotonic()
    running.signal(running.peer.stop_signal)
    client.run(lambda: running.process.poll() is not None or time.monotonic() > asked + PATIENCE)
    gone = time.monotonic()
    if running.process.poll() is None:
        raise BenchFailure(f"{running.peer.name} did not stop within {PATIENCE:g} s")
    # What came before the process went may still be unread.
    client.run(lambda: time.monotonic() > gone + 0.05)
    add("last answer → process gone", "ms", 1000 * max(0.0, gone - max(client.last, asked)))
    add("signal → process gone", "ms", 1000 * (gone - asked))
    add("requests without an answer", "", kept.lost + client.waiting(kept))


ROWS = (
    Row(
        "stop",
        "Stop",
        f"SIGTERM (nginx: SIGQUIT) while {CONNECTIONS} keep-alive connections are busy. Time from the last answer that a "
        "client got (from the signal, if none came after it) to the end of the process that was started, and requests that got no answer.",
        run,
        baseline="plain-quarkus",
        goals=(
            Goal("prefork", "last answer → process gone", 150, unit="ms"),
            Goal("prefork-cached", "last answer → process gone", 150, unit="ms"),
            Goal("prefork", "requests without an answer", 0),
        ),
        metrics=("last answer → process gone", "signal → process gone"),
        quick=True,
    ),
)
