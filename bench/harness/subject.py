"""A peer, which is a way to start a server, and a running one."""

import os
import re
import resource
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field

from harness import BenchFailure, processes, wire
from harness.orphans import kill_orphans

#: Variables that would make two machines, or two shells, measure different things.
FOREIGN = re.compile(r"^(PREFORK_|QUARKUS_|LISTEN_|NOTIFY_SOCKET|JAVA_|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|MAVEN_|GO|NODE_OPTIONS|UWSGI_|GUNICORN_)")

#: The processes that were started and not yet waited for.
LIVING = set()

PID = re.compile(r"pid (\d+)")


@dataclass(frozen=True)
class Peer:
    """How a server is started. ``command`` takes the Running and returns its arguments.

    Its answer to ``path`` must have status 200 and a body that matches ``body``, in which every peer writes the pid of the
    process that answers.
    """

    name: str
    title: str
    command: object
    environment: dict = field(default_factory=dict)
    path: str = "/"
    body: str = r"pid \d+"
    stop_signal: int = signal.SIGTERM
    children_serve: bool = True
    warm_seconds: int = 3
    cache: str = ""


def free_ports():
    """Two TCP ports that no process listens on now."""
    with socket.socket() as first, socket.socket() as second:
        first.bind((wire.HOST, 0))
        second.bind((wire.HOST, 0))
        return first.getsockname()[1], second.getsockname()[1]


def more_descriptors():
    """In the child: as many descriptors as the kernel allows, as in a container."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Running:
    """A started peer in a scratch directory of its own. A context manager: at its end the whole tree is gone."""

    def __init__(self, peer, scratch):
        self.peer = peer
        self.scratch = scratch
        scratch.mkdir(parents=True, exist_ok=True)
        self.port, self.management = free_ports()
        self.log = scratch / "peer.log"
        environment = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
        environment.update(QUARKUS_MANAGEMENT_PORT=str(self.management), QUARKUS_HTTP_PORT=str(self.port))
        environment.update(QUARKUS_HTTP_HOST=wire.HOST)
        environment.update(peer.environment)
        with open(self.log, "ab") as log:
            command = [str(part) for part in peer.command(self)]
            self.started = time.monotonic()
            self.process = subprocess.Popen(
                command,
                cwd=scratch,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=more_descriptors,
            )
        self.pid = self.process.pid
        LIVING.add(self.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def check(self, answer):
        """Fails unless the answer is what this peer has to say; returns the pid in it."""
        if answer.status != 200 or not re.search(self.peer.body, answer.body):
            raise BenchFailure(f"{self.peer.name} answered {answer.status} {answer.body[:200]!r}")
        found = PID.search(answer.body)
        return int(found.group(1)) if found else None

    def first_answer(self, patience=60.0, tick=lambda: None):
        """Waits for the first answer; returns the seconds since the start, and the pid that answered."""

        def turn():
            tick()
            self.must_live()

        answer, moment = wire.first_answer(self.port, self.peer.path, self.started + patience, turn)
        return moment - self.started, self.check(answer)

    def get(self):
        """One checked answer; returns the pid in it."""
        return self.check(wire.get(self.port, self.peer.path))

    def must_live(self):
        """Fails when the process has ended."""
        if self.process.poll() is not None:
            raise BenchFailure(f"{self.peer.name} ended with {self.process.returncode}: {self.last_lines()}")

    def last_lines(self):
        """The end of its output, on one line."""
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-5:])

    def serving(self):
        """The pids of the processes that serve, as far as the tree tells: the children, or else the process itself."""
        found = processes.children(self.pid) if self.peer.children_serve else []
        return found or [self.pid]

    def await_workers(self, count, patience=60.0):
        """Until this many processes have answered; asks until then, which warms them a little, too."""
        deadline = time.monotonic() + patience
        seen = set()
        while len(seen) < count:
            if time.monotonic() > deadline:
                raise BenchFailure(f"{self.peer.name}: only {len(seen)} of {count} processes answer")
            seen.update(self.burst(2 * count))
            time.sleep(0.02)
        return seen

    def burst(self, count):
        """The pids that answer to connections that are opened all at once, so that one process cannot take each in turn."""
        connections = [wire.Connection(self.port) for _ in range(count)]
        try:
            for connection in connections:
                connection.socket.sendall(wire.request(self.peer.path, close=True))
            return [self.check(wire.await_answer(c.socket, time.monotonic() + 30, lambda: None)
                               or wire.Answer(0, "", False)) for c in connections]
        finally:
            for connection in connections:
                connection.close()

    def signal(self, number):
        """Sends a signal to the process that was started."""
        os.kill(self.pid, number)

    def end(self):
        """Stops it as its users do, and kills what is left of its tree, of which some masters leave their children."""
        if self.process.poll() is None:
            self.signal(self.peer.stop_signal)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        LIVING.discard(self.pid)
        kill_orphans(LIVING)
