"""Every peer: its name in the figures, and how it is started with two serving processes."""

import subprocess

from harness import Skipped, prepare
from harness.others import SCRIPTS, WORKERS, Others
from harness.subject import Peer


class Peers(Others):
    """Makes peers on demand, and builds what they need once. Those that cannot be had raise Skipped."""

    def __init__(self, jdks, native, say):
        self.jdks = jdks
        self.native = native
        super().__init__(say)
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

    def prefork_standby(self, name, jdk):
        """Two built-in workers, and one that is booted and accepts nothing until it is needed."""
        if not self.knows("--standby"):
            raise Skipped("this Prefork has no --standby")
        return self.prefork(name, jdk, ("--standby=1",), "Prefork with a standby worker")

    def prefork_gunicorn(self, name, jdk):
        """gunicorn as the worker, as docs/RECIPES.md has it: it closes each connection after one answer."""
        return self.foreign(name, "gunicorn", jdk, prepare.require("gunicorn"), "--workers=1", f"--chdir={SCRIPTS}", "wsgi:application")

    def prefork_uvicorn(self, name, jdk):
        """uvicorn as the worker."""
        options = ("--fd=3", "--lifespan=off", "--no-access-log", f"--app-dir={SCRIPTS}")
        return self.foreign(name, "uvicorn", jdk, prepare.require("uvicorn"), *options, "asgi:application")

    def prefork_node(self, name, jdk):
        """node as the worker."""
        return self.foreign(name, "node", jdk, prepare.require("node"), SCRIPTS / "inherited.js")

    def foreign(self, name, title, jdk, *command):
        """A command as the worker, twice."""
        return self.jar_master(name, f"{title} below Prefork", jdk, (f"--workers={WORKERS}",), command)

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
