"""What the dependency costs an application that has it, alone and as a worker."""

from harness import processes
from harness.bench import sampler
from harness.rows import Goal, Row
from harness.rows.start import AFTER, wait_until

NAMES = ("rest-app", "rest-app-prefork", "rest-app-worker")


def run(bench, result):
    """Each round starts the application three ways."""
    peers = bench.named(result, *NAMES)
    for number, name in bench.rounds(result, 2 if bench.quick else 7, peers):
        add = sampler(result, number, name)
        with bench.start(peers[name]) as running:
            seconds, pid = running.first_answer()
            until = processes.cpu(pid)
            wait_until(running.started + seconds + AFTER)
            add("first answer", "s", seconds)
            # Of a worker the process that answers: the row before has the master.
            add("the application's CPU until the first answer", "s", until)
            add("the application's CPU until 2 s after it", "s", processes.cpu(pid))
            running.get()


ROWS = (
    Row(
        "dependency",
        "A REST application, without and with the dependency",
        "A small REST application by itself; with Prefork among its dependencies, started alone; and as the one worker of a "
        "master. CPU time is that of the process that answers, so a worker's does not contain the master's.",
        run,
        baseline="rest-app",
        goals=(
            Goal("rest-app-prefork", "the application's CPU until the first answer", 1.03, "rest-app"),
            Goal("rest-app-prefork", "first answer", 1.03, "rest-app"),
        ),
        metrics=("first answer", "the application's CPU until the first answer"),
    ),
)
