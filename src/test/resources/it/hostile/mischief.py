"""A worker that serves well and has a child that does all the harm that a process of a worker's user can do to its master.

mischief.py DIRECTORY: serves HTTP on descriptor 3 and metrics on DIRECTORY/SLOT.sock. What must never work is told in a line
that begins with "MISCHIEF".
"""

import http.server
import mmap
import os
import random
import signal
import socket
import socketserver
import sys
import threading
import time

SLOT = os.environ["PREFORK_SLOT"]
MASTER = int(os.environ["PREFORK_MASTER_PID"])
OWN_SOCKET = os.environ["NOTIFY_SOCKET"]
METRICS = {"honest": 0, "growing": 1, "garbage": 2, "endless": 3, "silent": 4}
DAEMONS = 2

metrics_mode = mmap.mmap(-1, 1)
jobs = 0


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, listener, handler):
        socketserver.BaseServer.__init__(self, listener.getsockname(), handler)
        self.socket = listener

    def get_request(self):
        connection, _ = self.socket.accept()
        connection.setblocking(True)
        return connection, ("client", 0)


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass


class Answers(Quiet):
    def do_GET(self):
        global jobs
        jobs += 1
        body = b"worker %s (pid %d)\n" % (SLOT.encode(), os.getpid())
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.wfile.write(head + body)


class Metrics(Quiet):
    def do_GET(self):
        self.close_connection = True
        mode = metrics_mode[0]
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n\r\n")
        if mode == METRICS["silent"]:
            time.sleep(5)
            return
        self.wfile.write(b"# TYPE app_jobs_total counter\napp_jobs_total %d\n" % jobs)
        if mode == METRICS["garbage"]:
            self.wfile.write(os.urandom(10_000) + b"\n")
        for number in range({METRICS["growing"]: 300, METRICS["endless"]: 1_000_000}.get(mode, 0)):
            labels = b"p%d-%d-" % (os.getpid(), number) + b"x" * 4000
            self.wfile.write(b'grown_total{by="%s"} 1\n' % labels)


def serve():
    def wait_and_stop(number, frame):
        threading.Thread(target=server.shutdown).start()

    path = os.path.join(sys.argv[1], SLOT + ".sock")
    if os.path.exists(path):
        os.unlink(path)
    metrics = socket.socket(socket.AF_UNIX)
    metrics.bind(path)
    metrics.listen()
    threading.Thread(target=Server(metrics, Metrics).serve_forever, daemon=True).start()
    server = Server(socket.socket(fileno=3), Answers)
    signal.signal(signal.SIGTERM, wait_and_stop)
    send(OWN_SOCKET, b"READY=1", wait=True)
    # A connection that another worker took first is no failure.
    server.serve_forever(poll_interval=0.05)


def send(name, message, wait=False):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.setblocking(wait)
        try:
            channel.sendto(message, "\0" + name[1:])
            return True
        except OSError:  # a full queue, or nobody there
            return False


def second():
    end = time.monotonic() + 1
    while time.monotonic() < end:
        yield


def sockets_of_others():
    with open("/proc/net/unix") as table:
        names = [line.split()[-1] for line in table if " @" in line]
    own = OWN_SOCKET[: OWN_SOCKET.rindex("/") + 1]  # of this master
    return [name for name in names if name != OWN_SOCKET and name.startswith(own)]


def siblings():
    with open("/proc/%d/task/%d/children" % (MASTER, MASTER)) as children:
        return [int(pid) for pid in children.read().split() if int(pid) != os.getppid()]


def flood_own_socket():
    for _ in second():
        send(OWN_SOCKET, random.choice([b"STATUS=" + os.urandom(20).hex().encode(), os.urandom(3000), b"WATCHDOG=1"]))


def forge():
    for _ in second():
        for name in sockets_of_others():
            send(name, random.choice([b"STOPPING=1", b"READY=1", b"STATUS=forged", b"MAINPID=1", os.urandom(100)]))
        time.sleep(0.01)


def enter_groups():
    for pid in siblings():
        try:
            os.setpgid(0, pid)
            print("MISCHIEF entered the group of", pid, flush=True)
        except OSError:
            pass


def shout():
    sys.stderr.write(("shouting " + "x" * 100 + "\n") * 500)
    sys.stderr.flush()


def burst_of_orphans():
    # Not so many that they take the pod's memory: then the kernel ends the largest process, which is the master.
    for _ in range(10):
        child = os.fork()
        if child == 0:
            if os.fork() == 0:
                time.sleep(random.random() / 10)
            os._exit(0)
        os.waitpid(child, 0)


daemons = []


def daemon():
    """Leaves its worker's session, closes what ties it to its master, and does not heed TERM; a few for the whole pod."""
    if os.environ["PREFORK_GENERATION"] != "1" or len(daemons) == DAEMONS:
        return
    daemons.append(None)
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.closerange(0, 1024)
            os.execvp("sleep", ["sleep", "86400"])
        os._exit(0)
    os.waitpid(child, 0)


def other_metrics():
    metrics_mode[0] = random.choice(list(METRICS.values()))


def harm():
    """The child's life: ends with its parent, but for its daemons."""
    worker = os.getppid()
    os.close(3)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    attacks = [flood_own_socket, forge, enter_groups, shout, burst_of_orphans, daemon, other_metrics]
    while os.getppid() == worker:
        random.choice(attacks)()
        time.sleep(random.random() / 2)


if __name__ == "__main__":
    if os.fork() == 0:
        harm()
        os._exit(0)
    serve()
