"""Every peer: its name in the figures, and how it is started with two serving processes."""

import signal
import subprocess

from harness import Skipped, prepare
from harness.subject import Peer

WORKERS = 2


class Peers:
    """Makes peers on demand, and builds what they need once. Those that cannot be had raise Skipped."""

    def __init__(self, jdks, native, say):
        self.jdks = jdks
        self.native = native
        self.say = say
        self.home = jdks[0].home
        self.help = None

    def named(self, name):
        """``plain-quarkus``, ``fasthttp`` … and, on another than the first JDK, ``plain-quarkus@25``."""
        make = getattr(self, name.partition("@")[0].replace("-", "_"))
        return make(name, self.jdk(name))

    def jdk(self, name):
        """The JDK that a peer's name asks for: the first one unless it ends with another's version."""
        feature = name.partition("@")[2]
        found = [jdk for jdk in self.jdks if not feature or str(jdk.feature) == feature]
        if not found:
            raise Skipped(f"there is no JDK {feature} among those measured on")
        return found[0]

    # --- Java -----------------------------------------------------------------------------------------------------------

    def plain_quarkus(self, name, jdk):
        """The built-in worker's routes in one Quarkus process, without Prefork."""
        jar = prepare.quarkus("plain-quarkus", "plain-quarkus", self.home, self.say)
        return java_peer(name, f"plain Quarkus ({jdk.feature})", jdk, jar)

    def plain_quarkus_metrics(self, name, jdk):
        """The same with health and metrics on the management interface, as Prefork has them."""
        options = ("-Pmetrics", "-Dquarkus.management.enabled=true")
        jar = prepare.quarkus("plain-quarkus", "plain-quarkus-metrics", self.home, self.say, *options)
        return java_peer(name, f"plain Quarkus with health and metrics ({jdk.feature})", jdk, jar)

    def rest_app(self, name, jdk):
        """A small REST application."""
        jar = prepare.quarkus("rest-app", "rest-app", self.home, self.say)
        return java_peer(name, f"REST application ({jdk.feature})", jdk, jar)

    def rest_app_prefork(self, name, jdk):
        """The same with Prefork among its dependencies, started alone."""
        jar = prepare.quarkus("rest-app", "rest-app-prefork", self.home, self.say, "-Pprefork")
        return java_peer(name, f"with the dependency, alone ({jdk.feature})", jdk, jar)

    def rest_app_worker(self, name, jdk):
        """The same as the one worker of a master."""
        jar = prepare.quarkus("rest-app", "rest-app-prefork", self.home, self.say, "-Pprefork")
        return self.jar_master(
            name, f"with the dependency, as a worker ({jdk.feature})", jdk, ("--workers=1",), (jdk.java, "-jar", jar)
        )

    # --- Prefork --------------------------------------------------------------------------------------------------------

    def prefork(self, name, jdk, options=(), title="Prefork", cache="", workers=WORKERS):
        """Built-in workers."""
        options = (f"--workers={workers}", *options)
        return self.jar_master(name, f"{title} ({jdk.feature})", jdk, options, cache=cache)

    def prefork_four(self, name, jdk):
        """Four built-in workers on one shared socket."""
        return self.prefork(name, jdk, (), "Prefork, 4 workers", workers=4)

    def prefork_four_reuse_port(self, name, jdk):
        """Four built-in workers with a socket each."""
        return self.prefork(name, jdk, ("--reuse-port",), "Prefork, 4 workers, a socket each", workers=4)

    def prefork_cached(self, name, jdk, cache, options=(), title="Prefork with a boot cache"):
        """The same with a boot cache, which an earlier run has trained."""
        if not self.knows("--boot-cache"):
            raise Skipped("this Prefork has no --boot-cache")
        return self.prefork(name, jdk, options, title, cache)

    def prefork_first(self, name, jdk):
        """As Prefork is by default in a new pod: nothing is cached yet, and a worker trains the boot cache."""
        if not self.knows("--boot-cache"):
            raise Skipped("this Prefork has no --boot-cache")
        options = (f"--workers={WORKERS}", lambda it: f"--boot-cache={it.scratch}")
        return self.jar_master(name, f"Prefork, first start in a pod ({jdk.feature})", jdk, options, training=True)

    def prefork_native(self, name, _jdk, options=()):
        """The native executable that --native names."""
        if not self.native:
            raise Skipped("no native executable was given (--native FILE)")
        return master(name, "Prefork, native", (self.native,), (f"--workers={WORKERS}", *options), (), {})

    def jar_master(self, name, title, jdk, options, command=(), cache="", training=False):
        """The packaged jar as a master, through its launcher where there is one; without a boot cache unless one is given."""
        boot = (f"--boot-cache={cache or 'off'}",) if self.knows("--boot-cache") and not training else ()
        options = (*boot, *options)
        return master(name, title, self.launch(jdk), options, command, {"JAVA_HOME": str(jdk.home)}, cache)

    def launch(self, jdk):
        """How the packaged jar is started on a JDK."""
        application = prepare.prefork(self.home, self.say)
        launcher = application / "bin" / "prefork"
        return (launcher,) if launcher.exists() else (jdk.java, "-jar", application / "quarkus-run.jar")

    def knows(self, option):
        """Whether this Prefork has the option."""
        if self.help is None:
            command = [str(part) for part in (*self.launch(self.jdks[0]), "--help")]
            self.help = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return option in self.help

    # --- others ---------------------------------------------------------------------------------------------------------

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
            text = (prepare.BENCH / "peers" / "nginx.conf").read_text(encoding="utf-8")
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
        options = ("-k", "gthread", "--threads=4", f"--workers={WORKERS}", "--keep-alive=60", f"--chdir={prepare.BENCH / 'peers'}")
        return Peer(name, "gunicorn", lambda it: (binary, *options, f"--bind=127.0.0.1:{it.port}", "wsgi:application"))

    def uwsgi(self, name, _jdk):
        """The same application below a server in C, to which SIGTERM means a reload unless it is told otherwise."""
        binary = prepare.require("uwsgi-core")
        options = ("--plugin", "python3", "--master", "--die-on-term", "--processes", WORKERS, "--disable-logging", "--need-app")
        place = ("--wsgi-file", prepare.BENCH / "peers" / "wsgi.py")
        return Peer(name, "uWSGI", lambda it: (binary, *options, *place, "--http11-socket", f"127.0.0.1:{it.port}"))

    def node(self, name, _jdk, workers=WORKERS):
        """JavaScript: the primary accepts, and hands connections to its workers in turn."""
        binary = prepare.require("node")
        script = prepare.BENCH / "peers" / "cluster.js"
        return Peer(name, "node cluster", lambda it: (binary, script, it.port, workers), warm_seconds=5)

    def node_four(self, name, jdk):
        """Four workers."""
        return self.node(name, jdk, 4)


def java_peer(name, title, jdk, jar):
    """One JVM without options, as its users start it."""
    return Peer(name, title, lambda it: (jdk.java, "-jar", jar), children_serve=False, warm_seconds=20)


def master(name, title, launch, options, command, environment, cache=""):
    """A master of ours. Many unexpected exits are what the bench wants to see. An option may be a function of the start."""

    def arguments(it):
        tail = ("--", *command) if command else ()
        known = [option(it) if callable(option) else option for option in options]
        return (*launch, f"--listen=127.0.0.1:{it.port}", "--recover-threshold=100000", *known, *tail)

    return Peer(name, title, arguments, environment, warm_seconds=20, cache=cache)
