"""The memory of each process, idle after a while of load."""

import statistics
import time

from harness import prepare, processes, wrk
from harness.bench import sampler
from harness.rows import Goal, Row

NAMES = ("plain-quarkus", "prefork", "prefork-cached", "prefork-native", "fasthttp", "nginx", "gunicorn", "uwsgi", "node")


def run(bench, result):
    """Each round starts every subject, loads it, and reads what the kernel accounts."""
    prepare.require("wrk")
    names = ("plain-quarkus", "prefork", "prefork-native") if bench.quick else NAMES
    newer = [f"{name}@{jdk.feature}" for jdk in bench.peers.jdks[1:] for name in ("plain-quarkus", "prefork-cached")]
    peers = bench.named(result, *names, *([] if bench.quick else newer))
    seconds = 4
    result.notes.append(f"{seconds} s of load, then 2 s idle, then /proc/PID/smaps_rollup")
    for number, name in bench.rounds(result, 1 if bench.quick else 2, peers):
        with bench.start(peers[name]) as running:
            running.first_answer()
            wrk.load(running, seconds)
            time.sleep(2)
            bench.must_use_cache(running)
            read(running, sampler(result, number, name))


def read(running, add):
    """The master by itself where there is one, the mean of what serves, and the sum of all."""
    serving = running.serving()
    everything = {entry.pid: processes.memory(entry.pid) for entry in processes.tree(running.pid) if entry.state != "Z"}
    if running.pid not in serving:
        for kind, value in everything[running.pid].items():
            add(f"master, {kind.upper() if kind != 'private' else kind}", "MB", value)
    for kind in ("rss", "pss", "private"):
        shown = kind.upper() if kind != "private" else kind
        add(f"serving process, {shown}", "MB", statistics.mean(everything[pid][kind] for pid in serving))
    add("all processes, PSS", "MB", sum(sizes["pss"] for sizes in everything.values()))


ROWS = (
    Row(
        "memory",
        "Memory",
        "Resident (RSS), proportional (PSS) and private megabytes of the master and of a serving process, after some seconds "
        "of load. JVMs take what their heap limit allows, which a master sets for its workers: compare PSS of all processes.",
        run,
        baseline="plain-quarkus",
        goals=(Goal("prefork", "master, RSS", 80, unit="MB"),),
        metrics=("master, RSS", "serving process, PSS", "all processes, PSS"),
    ),
)
