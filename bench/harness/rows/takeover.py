"""A serving worker is killed while another one stands by, booted but without connections."""

import os
import signal

from harness import merged, prepare, wrk
from harness.bench import sampler
from harness.peers import WORKERS
from harness.rows import Goal, Row
from harness.rows.recovery import kill

#: Two connections at a time look for the new process, so often: what is measured is some milliseconds.
PACE = 0.001

#: Seconds of load before and after a kill.
WINDOW = 5

#: Seconds of load before that, because the worker that came after the last kill has compiled nothing yet.
WARM = 10

#: The subjects, with the workers that stand by.
STANDBYS = {"prefork-standby": 1, "prefork": 0}


def run(bench, result):
    """Each subject is killed many times, one worker after the other, and each time waits until all is as before."""
    prepare.require("wrk")
    peers = bench.named(result, *STANDBYS)
    kills, loaded = (3, 1) if bench.quick else (50, 5)
    result.notes.append(f"{kills} kills, while two connections every {1000 * PACE:g} ms look for the new process; {loaded} more under wrk")
    for name, peer in peers.items():
        bench.say(f"{result.row}: {name}")
        with bench.start(peer) as running:
            running.first_answer()
            for number in range(1, kills + 1):
                add = sampler(result, number, name)
                serving = settled(running, STANDBYS[name])
                killed = kill(running, victim(serving, number), serving, PACE)
                add("another process answers", "ms", 1000 * killed.seconds)
                add("connections lost meanwhile", "", killed.lost)
            for number in range(1, loaded + 1):
                serving = settled(running, STANDBYS[name])
                add_rates(running, victim(serving, number), sampler(result, number, name))


def settled(running, standbys):
    """Waits until all workers serve and all others stand by; returns the pids of those that serve."""
    states = {f'prefork_workers{{state="{state}"}}': 0 for state in ("starting", "stopping")}
    states['prefork_workers{state="ready"}'] = WORKERS
    states['prefork_workers{state="standby"}'] = standbys
    merged.await_figures(running, states)
    return running.await_workers(WORKERS)


def victim(serving, number):
    """One of them, each in its turn."""
    return sorted(serving)[number % WORKERS]


def add_rates(running, pid, add):
    """Requests per second before a kill and after it. Those that the killed process had are lost, and not what is looked at."""
    wrk.load(running, WARM)
    before = wrk.watch(running, WINDOW)
    after = wrk.watch(running, WINDOW, lambda: os.kill(pid, signal.SIGKILL))
    rates = [1e6 * seen["requests"] / seen["micros"] for seen in (before, after)]
    add("requests/s, before", "/s", rates[0])
    add("requests/s, after", "/s", rates[1])
    add("the latter, of the former", "×", rates[1] / rates[0])


ROWS = (
    Row(
        "takeover",
        "SIGKILL of a worker → a standby worker answers",
        "A worker gets SIGKILL while a client opens connections at a steady pace and reads the pid in each answer: time until a "
        "process answers that did not serve before; with one worker that stands by, and without. Then the same under load: requests "
        f"per second in the {WINDOW} s after the kill, against the {WINDOW} s before.",
        run,
        baseline="prefork",
        goals=(
            Goal("prefork-standby", "another process answers", 10, unit="ms"),
            Goal("prefork-standby", "the latter, of the former", 0.8, at_least=True, unit="×"),
        ),
        metrics=("another process answers", "the latter, of the former"),
    ),
)
