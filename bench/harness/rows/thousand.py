"""A thousand trivial workers: how the master itself scales."""

import json
import os
import signal
import time

from harness import BenchFailure, Skipped, processes, wire
from harness.bench import sampler
from harness.peers import master
from harness.rows import Goal, Row
from harness.rows.start import wait_until
from harness.subject import Peer

COUNT = 1000
PATIENCE = 180.0
IDLE = 10.0
OPTIONS = (f"--workers={COUNT}", "--ready=delay=100ms")
SLEEP = ("sleep", "100000")

#: The floor: a shell that starts as many, and supervises none.
SHELL = f"i=0; while [ $i -lt {COUNT} ]; do sleep 100000 & i=$((i + 1)); done; wait"


def makers(bench):
    """The shell, the jar, the native executable."""

    def native():
        if not bench.peers.native:
            raise Skipped("no native executable was given (--native FILE)")
        return master("prefork-native", "Prefork, native", (bench.peers.native,), OPTIONS, SLEEP, {})

    jdk = bench.peers.jdks[0]
    return {
        "shell": lambda: Peer("shell", "a shell that starts them", lambda it: ("sh", "-c", SHELL)),
        "prefork": lambda: bench.peers.jar_master("prefork", f"Prefork ({jdk.feature})", jdk, OPTIONS, SLEEP),
        "prefork-native": native,
    }


def run(bench, result):
    """Each round goes through the whole life of each subject."""
    peers = bench.choose(result, makers(bench))
    for number, name in bench.rounds(result, 1 if bench.quick else 2, peers):
        with bench.start(peers[name]) as running:
            life = Life(running, sampler(result, number, name))
            life.start()
            if name != "shell":
                life.ready()
                life.idle()
                life.mass_death()
                life.scrape()
                life.stop()


class Life:
    """What happens to a master of a thousand: each phase with its seconds and the master's own CPU time."""

    def __init__(self, running, add):
        self.running = running
        self.add = add
        self.spent = 0.0

    def start(self):
        """All are there."""
        self.phase("all started", self.running.started, lambda: len(processes.children(self.running.pid)) >= COUNT)
        self.must_be_sleeps(self.running.pid)

    def ready(self):
        """All are ready, as the started probe says."""
        self.phase("all ready", self.running.started, self.started_is_up)
        self.add("master's CPU until all are ready", "s", self.spent)

    def idle(self):
        """Nothing happens; what does the master do?"""
        time.sleep(2)
        before, begun = processes.cpu(self.running.pid), time.monotonic()
        wait_until(begun + IDLE)
        self.add("master's CPU while idle", "%", 100 * (processes.cpu(self.running.pid) - before) / (time.monotonic() - begun))
        for kind, value in processes.memory(self.running.pid).items():
            self.add(f"master, {kind}", "MB", value)

    def mass_death(self):
        """All are killed, and all must be back."""
        old = set(processes.children(self.running.pid))
        before, begun = processes.cpu(self.running.pid), time.monotonic()
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        self.phase(
            "all killed → all back", begun, lambda: len(set(processes.children(self.running.pid)) - old) >= COUNT, before
        )
        self.must_be_sleeps(self.running.pid)
        self.add("master's CPU for that", "s", self.spent)

    def scrape(self):
        """A scrape while a thousand are there; the first ones warm the way."""
        seconds = []
        for _ in range(10):
            begun = time.monotonic()
            answer = wire.get(self.running.management, "/q/metrics")
            seconds.append(time.monotonic() - begun)
            if answer.status != 200 or "prefork_workers" not in answer.body:
                raise BenchFailure(f"a scrape answered {answer.status} {answer.body[:200]!r}")
        for value in seconds[5:]:
            self.add("scrape", "ms", 1000 * value)

    def stop(self):
        """The signal, and the end."""
        begun = time.monotonic()
        self.running.signal(signal.SIGTERM)
        self.running.process.wait(PATIENCE)
        self.add("SIGTERM → exit", "s", time.monotonic() - begun)

    def phase(self, name, begun, happened, before=0.0):
        """Waits until something has happened; what the master spent since ``before`` is kept."""
        while not happened():
            self.running.must_live()
            if time.monotonic() > begun + PATIENCE:
                raise BenchFailure(f"{self.running.peer.name}: not {name} within {PATIENCE:g} s")
            time.sleep(0.02)
        self.add(name, "s", time.monotonic() - begun)
        self.spent = processes.cpu(self.running.pid) - before

    def must_be_sleeps(self, root):
        """Fails unless a thousand children run what they were started for."""
        deadline = time.monotonic() + 10
        while True:
            names = [entry.name for entry in processes.tree(root)[1:]]
            if names.count("sleep") >= COUNT:
                return
            if time.monotonic() > deadline:
                raise BenchFailure(f"only {names.count('sleep')} of {COUNT} workers run sleep")
            time.sleep(0.05)

    def started_is_up(self):
        """Whether the started probe is UP; until its listener is there, nothing is."""
        try:
            answer = wire.get(self.running.management, "/q/health/started")
        except OSError:
            return False
        return answer.status == 200 and json.loads(answer.body)["status"] == "UP"


ROWS = (
    Row(
        "thousand",
        "A thousand workers",
        f"{COUNT} workers that only sleep, ready after 100 ms: what the master needs for them. The shell starts as many and "
        "supervises none: it is the floor of the first line. "
        "Seconds until all are ready count from the start of the master.",
        run,
        baseline="shell",
        goals=(
            Goal("prefork", "all started", 3, unit="s"),
            Goal("prefork", "all ready", 5, unit="s"),
            Goal("prefork", "master's CPU until all are ready", 3, unit="s"),
            Goal("prefork", "master's CPU while idle", 0.1, unit="%"),
            Goal("prefork", "all killed → all back", 5, unit="s"),
            Goal("prefork", "master's CPU for that", 3, unit="s"),
            Goal("prefork", "scrape", 50, unit="ms"),
            Goal("prefork", "SIGTERM → exit", 1, unit="s"),
        ),
        metrics=("all started", "all killed → all back", "master's CPU for that"),
    ),
)
