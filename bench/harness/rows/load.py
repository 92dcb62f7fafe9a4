"""Under load: the first seconds after a start, and the warm CPU time per request."""

import time
from contextlib import ExitStack

from harness import prepare, wrk
from harness.bench import sampler
from harness.rows import Goal, Row

#: Runs of wrk after the first answer: seconds 0–6, 6–10, 10–12, 12–18.
PARTS = (6, 4, 2, 6)


def run_first_seconds(bench, result):
    """Each subject is started anew, and loaded from its first answer on."""
    prepare.require("wrk")
    names = ["plain-quarkus", "prefork", "prefork-first", "prefork-cached"]
    newer = ["plain-quarkus", "prefork-first", "prefork-cached", "prefork-cached-warmup"]
    names += [f"{name}@{jdk.feature}" for jdk in bench.peers.jdks[1:] for name in newer]
    peers = bench.named(result, *names, "prefork-native")
    result.notes.append(f"wrk: {wrk.THREADS} thread, {wrk.CONNECTIONS} keep-alive connections, on the same cores")
    for number, name in bench.rounds(result, 1 if bench.quick else 2, peers):
        add = sampler(result, number, name)
        with bench.start(peers[name]) as running:
            running.first_answer()
            seen = [wrk.load(running, seconds) for seconds in PARTS]
            bench.must_use_cache(running)
        add("requests/s, seconds 0–6", "/s", seen[0].rate)
        add("requests/s, seconds 6–12", "/s", together(seen[1:3]))
        add("requests/s, seconds 12–18", "/s", seen[3].rate)
        add("requests in the first 10 s", "", seen[0].requests + seen[1].requests)


def together(loads):
    """The rate of several runs."""
    return sum(load.requests for load in loads) / sum(load.seconds for load in loads)


def await_both(running):
    """Lets both processes come up, or one would keep all connections of the warm-up. Which of them answers is the kernel's choice."""
    seen = set()
    end = time.monotonic() + 5
    while running.peer.children_serve and len(seen) < 2 and time.monotonic() < end:
        seen.add(running.get())
        time.sleep(0.01)


def run_warm(bench, result):
    """All subjects run at the same time and are loaded in turn, so that none is started or warmed anew in a round."""
    prepare.require("wrk")
    names = ["plain-quarkus", "prefork", "fasthttp"]
    if not bench.quick:
        names[1:1] = ["plain-quarkus-metrics"]
        names += ["nginx", "gunicorn", "uwsgi", "node"]
    peers = bench.named(result, *names, "prefork-native")
    with ExitStack() as stack:
        running = {}
        for name, peer in peers.items():
            bench.say(f"{result.row}: starting and warming {name}")
            running[name] = stack.enter_context(bench.start(peer))
            running[name].first_answer()
            await_both(running[name])
            seconds = min(6, peer.warm_seconds) if bench.quick else peer.warm_seconds
            wrk.load(running[name], seconds)
            result.notes.append(f"{name} was warmed by {seconds} s of load")
        for number, name in bench.rounds(result, 2 if bench.quick else 5, peers):
            time.sleep(0.2)
            seen = wrk.load(running[name], 2 if bench.quick else 3)
            add = sampler(result, number, name)
            add("CPU per request", "µs", seen.micros)
            add("requests/s", "/s", seen.rate)
            add("99th percentile of latency", "ms", 1000 * seen.p99)


ROWS = (
    Row(
        "first-seconds",
        "The first seconds",
        "Requests per second in windows that begin with the first answer, one start after the other. wrk runs once for each "
        "window and connects anew. What follows is in the next row.",
        run_first_seconds,
        baseline="plain-quarkus",
        goals=(Goal("prefork-cached@25", "requests in the first 10 s", 0.9, "plain-quarkus@25", at_least=True),),
        metrics=("requests in the first 10 s", "requests/s, seconds 0–6", "requests/s, seconds 12–18"),
    ),
    Row(
        "cpu-per-request",
        "CPU per request, warm",
        "CPU time of all processes of the server divided by the answered requests, in turns of 3 s, while the others idle. "
        "Every peer has two serving processes, plain Quarkus two event loops for each core.",
        run_warm,
        baseline="plain-quarkus",
        goals=(
            Goal("prefork", "CPU per request", 1.05, "plain-quarkus"),
            Goal("prefork", "CPU per request", 1.05, "plain-quarkus-metrics"),
            Goal("prefork", "CPU per request", 1.2, "fasthttp"),
        ),
        metrics=("CPU per request", "requests/s"),
        quick=True,
    ),
)
