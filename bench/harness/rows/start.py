"""From the start to the first answer, and what all processes spend until then."""

import time

from harness import BenchFailure, processes
from harness.bench import sampler
from harness.rows import Goal, Row

#: After the first answer: so long is CPU counted on, since a boot goes on behind it.
AFTER = 2.0

#: Between two looks for the master's first child, in seconds.
LOOK = 0.005

#: Programs that run a launcher.
SHELLS = ("sh", "dash", "bash", "busybox", "")


def subjects(bench):
    """On each JDK the plain application and Prefork without, with an empty and with a boot cache; quick: only what every build has."""
    if bench.quick:
        return ["plain-quarkus", "prefork", "prefork-cached", "prefork-native"]
    names = ["plain-quarkus", "plain-quarkus-metrics", "prefork", "prefork-first", "prefork-cached"]
    newer = [f"{name}@{jdk.feature}" for jdk in bench.peers.jdks[1:] for name in names if name != "plain-quarkus-metrics"]
    return names + newer + ["prefork-native"]


def run(bench, result):
    """Each round starts every subject once, and stops it."""
    peers = bench.named(result, *subjects(bench))
    for number, name in bench.rounds(result, 2 if bench.quick else 5, peers):
        measure(bench, peers[name], sampler(result, number, name))


def measure(bench, peer, add):
    """One start."""
    with bench.start(peer) as running:
        spawn = FirstSpawn(running.pid) if peer.name.startswith("prefork") else None
        seconds, _ = running.first_answer(tick=spawn.look if spawn else lambda: None)
        until = processes.tree_cpu(running.pid)
        add("first answer", "s", seconds)
        add("CPU until the first answer", "s", until)
        if spawn:
            add("master's CPU until its first spawn", "s", spawn.must_have())
        wait_until(running.started + seconds + AFTER)
        add("CPU until 2 s after it", "s", processes.tree_cpu(running.pid))
        if spawn:
            add("of that the master's", "s", processes.cpu(running.pid))
        running.get()
        bench.must_use_cache(running)


def wait_until(moment):
    """Lets time pass: here it is what is measured, and not what is waited for."""
    while True:
        rest = moment - time.monotonic()
        if rest <= 0:
            return
        time.sleep(rest)


class FirstSpawn:
    """The CPU time that a master has spent when its first child is seen. Reads at each tick until then."""

    def __init__(self, pid):
        self.pid = pid
        self.spent = None
        self.next = 0.0

    def look(self):
        """Looks for a child unless one was seen, not at every tick: to look takes CPU from the master."""
        if self.spent is None and time.monotonic() > self.next:
            self.next = time.monotonic() + LOOK
            spent = processes.cpu(self.pid)
            # The launcher is a shell script first, which has children of its own until it is replaced by the master.
            if processes.program(self.pid) not in SHELLS and processes.children(self.pid):
                self.spent = spent

    def must_have(self):
        """The CPU time; fails when no child was seen."""
        if self.spent is None:
            raise BenchFailure("no child was seen before the first answer")
        return self.spent


ROWS = (
    Row(
        "start",
        "Start → first answer",
        "From the start of the process to a complete answer, with two built-in workers; and the CPU time of all processes, "
        "those that ended included, until then and until two seconds later. With a boot cache: trained by an earlier start, "
        "as from the second start in a pod on; the first start, whose worker trains it, is a subject of its own.",
        run,
        baseline="plain-quarkus",
        goals=(
            Goal("prefork", "first answer", 2.0, "plain-quarkus"),
            Goal("prefork", "first answer", 2.0, "plain-quarkus-metrics"),
            Goal("prefork-cached", "first answer", 1.0, "plain-quarkus"),
            Goal("prefork-cached", "first answer", 1.0, "plain-quarkus-metrics"),
            Goal("prefork-cached@25", "first answer", 1.0, "plain-quarkus@25"),
            Goal("prefork-cached", "CPU until 2 s after it", 2.0, "plain-quarkus"),
            Goal("prefork-cached", "CPU until 2 s after it", 2.0, "plain-quarkus-metrics"),
            Goal("prefork-cached@25", "CPU until 2 s after it", 2.0, "plain-quarkus@25"),
            Goal("prefork", "master's CPU until its first spawn", 0.5, unit="s"),
        ),
        metrics=("first answer", "CPU until 2 s after it"),
        quick=True,
    ),
)
