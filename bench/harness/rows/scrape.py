"""The cost of a scrape: CPU of all processes, and latency."""

import sys
import time

from harness import BenchFailure, figures, merged, prepare, processes, wire
from harness.bench import sampler
from harness.peers import WORKERS
from harness.rows import Row

MANY = 64


def makers(bench):
    """Plain Quarkus with the same registry, two built-in workers, and 64 workers of a command with metrics of their own."""
    jdk = bench.peers.jdks[0]

    def commands():
        script = prepare.BENCH / "peers" / "exposition.py"
        path = f"{bench.scratch}/m-{{slot}}"
        options = (f"--workers={MANY}", f"--metrics-url=unix:{path}:/metrics", "--ready=delay=2s")
        return bench.peers.jar_master(
            "prefork-64", f"Prefork, {MANY} workers of a command", jdk, options, (sys.executable, "-SE", script, path)
        )

    return {
        "plain-quarkus-metrics": lambda: bench.peers.named("plain-quarkus-metrics"),
        "prefork": lambda: bench.peers.named("prefork"),
        "prefork-native": lambda: bench.peers.named("prefork-native"),
        "prefork-64": commands,
    }


def run(bench, result):
    """All subjects run at the same time, and are scraped in turn."""
    peers = bench.choose(result, makers(bench))
    running = {}
    try:
        for name, peer in peers.items():
            running[name] = bench.start(peer)
            prepare_subject(running[name], name)
        for number, name in bench.rounds(result, 2 if bench.quick else 4, peers):
            measure(running[name], name, sampler(result, number, name))
    finally:
        for started in running.values():
            started.end()


def prepare_subject(running, name):
    """Workers that serve have answered; then a hundred scrapes warm the way."""
    if name == "prefork-64":
        await_merged(running, MANY)
    else:
        running.first_answer()
        if running.peer.children_serve:
            running.await_workers(WORKERS)
            await_merged(running, WORKERS)
    for _ in range(100):
        scrape(running)


def await_merged(running, count):
    """Until a scrape has all workers' metrics."""
    merged.await_figures(running, {'prefork_scrape_workers{state="merged"}': count})


def scrape(running):
    """One checked scrape: seconds and bytes."""
    begun = time.monotonic()
    answer = wire.get(running.management, "/q/metrics")
    seconds = time.monotonic() - begun
    if answer.status != 200 or "# TYPE" not in answer.body:
        raise BenchFailure(f"{running.peer.name}: a scrape answered {answer.status} {answer.body[:200]!r}")
    return seconds, len(answer.body)


def measure(running, name, add):
    """Fifty scrapes, each on a connection of its own and 20 ms after the last, as far from a flood as a bench allows."""
    seconds = []
    size = 0
    before, own = processes.tree_cpu(running.pid), processes.cpu(running.pid)
    for _ in range(50):
        took, size = scrape(running)
        seconds.append(took)
        time.sleep(0.02)
    add("CPU per scrape, all processes", "ms", 1000 * (processes.tree_cpu(running.pid) - before) / len(seconds))
    if name.startswith("prefork"):
        add("of that the master's", "ms", 1000 * (processes.cpu(running.pid) - own) / len(seconds))
    add("latency, median", "ms", 1000 * figures.quantile(seconds, 0.5))
    add("latency, 95 %", "ms", 1000 * figures.quantile(seconds, 0.95))
    add("size", "kB", size / 1000)


ROWS = (
    Row(
        "scrape",
        "A scrape",
        "One request for all metrics: of plain Quarkus with the same registry, of two built-in workers, whose metrics the "
        f"master merges, and of {MANY} small processes with an endpoint each, which the master asks. Merging and asking is work "
        "that plain Quarkus does not have.",
        run,
        baseline="plain-quarkus-metrics",
        metrics=("CPU per scrape, all processes", "latency, median"),
    ),
)
