"""The peers that are neither Prefork nor Java, each with two serving processes."""

import signal

from harness import prepare
from harness.subject import Peer

WORKERS = 2

#: Where the sources of small servers are.
SCRIPTS = prepare.BENCH / "peers"


class Others:
    """Makes them on demand; ``say`` takes a line about what takes long."""

    def __init__(self, say):
        self.say = say

    def fasthttp(self, name, _jdk, *options):
        """Go: a master that starts itself again as children."""
        binary = prepare.fasthttp(self.say)
        # The children are as many as this says; each then runs on one core.
        return Peer(
            name, "fasthttp prefork", lambda it: (binary, f"-address=127.0.0.1:{it.port}", *options), {"GOMAXPROCS": str(WORKERS)}
        )

    def fasthttp_four(self, name, jdk):
        """Four children on one shared socket."""
        peer = self.fasthttp(name, jdk)
        return Peer(name, "fasthttp prefork, 4 children", peer.command, {"GOMAXPROCS": "4"})

    def nginx(self, name, _jdk, workers=WORKERS):
        """C: answers from its configuration."""
        binary = prepare.require("nginx")

        def command(it):
            text = (SCRIPTS / "nginx.conf").read_text(encoding="utf-8")
            text = text.replace("@PORT@", str(it.port)).replace("@WORKERS@", str(workers))
            (it.scratch / "nginx.conf").write_text(text, encoding="utf-8")
            return binary, "-p", it.scratch, "-e", "stderr", "-c", "nginx.conf"

        return Peer(name, "nginx", command, stop_signal=signal.SIGQUIT)

    def nginx_four(self, name, jdk):
        """Four workers on one shared socket."""
        return self.nginx(name, jdk, 4)

    def gunicorn(self, name, _jdk):
        """Python: threads, so that connections are kept alive."""
        binary = prepare.require("gunicorn")
        options = ("-k", "gthread", "--threads=4", f"--workers={WORKERS}", "--keep-alive=60", f"--chdir={SCRIPTS}")
        return Peer(name, "gunicorn", lambda it: (binary, *options, f"--bind=127.0.0.1:{it.port}", "wsgi:application"))

    def uwsgi(self, name, _jdk):
        """The same application below a server in C, to which SIGTERM means a reload unless it is told otherwise."""
        binary = prepare.require("uwsgi-core")
        options = ("--plugin", "python3", "--master", "--die-on-term", "--processes", WORKERS, "--disable-logging", "--need-app")
        place = ("--wsgi-file", SCRIPTS / "wsgi.py")
        return Peer(name, "uWSGI", lambda it: (binary, *options, *place, "--http11-socket", f"127.0.0.1:{it.port}"))

    def node(self, name, _jdk, workers=WORKERS):
        """JavaScript: the primary accepts, and hands connections to its workers in turn."""
        binary = prepare.require("node")
        script = SCRIPTS / "cluster.js"
        return Peer(name, "node cluster", lambda it: (binary, script, it.port, workers), warm_seconds=5)

    def node_four(self, name, jdk):
        """Four workers."""
        return self.node(name, jdk, 4)
