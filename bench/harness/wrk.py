"""wrk as the load generator: keep-alive connections, one thread, and its figures as JSON instead of prose."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness import BenchFailure, processes

#: One thread is enough for all peers here; more would only take CPU from them.
THREADS = 1
CONNECTIONS = 32

SCRIPT = Path(__file__).resolve().parent.parent / "report.lua"


@dataclass(frozen=True)
class Load:
    """What a run of wrk has seen: answered requests, seconds, and the CPU that the server spent meanwhile."""

    requests: int
    seconds: float
    cpu: float
    p99: float

    @property
    def rate(self):
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def micros(self):
        """The server's CPU time per request, in microseconds."""
        return 1e6 * self.cpu / self.requests


def parse(output):
    """The JSON line that the script prints last."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    raise BenchFailure(f"wrk printed no result: {output[-300:]!r}")


def load(running, seconds, connections=CONNECTIONS):
    """Loads a running peer for whole seconds. Errors and statuses other than 2xx and 3xx fail the row."""
    running.get()
    before = processes.tree_cpu(running.pid)
    seen = watch(running, seconds, connections=connections)
    cpu = processes.tree_cpu(running.pid) - before
    wrong = {kind: seen[kind] for kind in ("connect", "read", "write", "status", "timeout") if seen[kind]}
    if wrong or not seen["requests"]:
        raise BenchFailure(f"{running.peer.name} under wrk: {seen['requests']} requests, errors {wrong}")
    running.get()
    return Load(seen["requests"], seen["micros"] / 1e6, cpu, seen["p99"] / 1e6)


def watch(running, seconds, meanwhile=lambda: None, connections=CONNECTIONS):
    """What wrk itself has seen in these seconds, errors included; ``meanwhile`` is called once it runs."""
    command = ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT]
    with subprocess.Popen(
        [str(part) for part in command] + [f"http://127.0.0.1:{running.port}{running.peer.path}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            meanwhile()
            out, err = process.communicate(timeout=seconds + 60)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise BenchFailure(f"wrk ended with {process.returncode}: {err[-300:]}")
    return parse(out)
