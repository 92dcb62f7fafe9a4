"""What rows are given: peers, scratch directories, rounds, and a voice."""

import shutil
import sys
import tempfile
import time
from pathlib import Path

from harness import BenchFailure, Skipped, prepare, processes
from harness.samples import Sample
from harness.subject import Running


#: For a boot cache to appear, in seconds: a master waits until its workers have loaded what they need.
PATIENCE = 150.0

#: Names of files that are still being written end so.
UNFINISHED = (".list", ".names", ".tmp", ".config", ".part")


class Bench:
    """One run of the bench. Used by one thread. ``quick`` means fewer rounds and shorter ones, not for publication."""

    def __init__(self, peers, quick):
        self.peers = peers
        self.quick = quick
        self.scratch = Path(tempfile.mkdtemp(prefix="prefork-bench-"))
        self.caches = {}
        self.count = 0
        self.logs = []

    def say(self, text):
        """One line of progress on the standard error."""
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def start(self, peer):
        """The peer, started in a directory of its own."""
        self.count += 1
        running = Running(peer, self.scratch / f"{self.count}-{peer.name}")
        self.logs = [*self.logs[-1:], running.log]
        return running

    def keep_logs(self, row):
        """What the last two peers of a failed row have written; returns the file's name below the project."""
        kept = prepare.PLACE / f"failed-{row}.log"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("\n".join(log.read_text(errors="replace") for log in self.logs if log.exists()), encoding="utf-8")
        return kept.relative_to(prepare.TOP)

    def choose(self, result, makers):
        """Those of the peers that can be had, by name; what is missing goes into the result with its reason."""
        found = {}
        for name, make in makers.items():
            try:
                found[name] = make()
                result.run.setdefault("titles", {})[name] = found[name].title
            except Skipped as e:
                result.skipped[name] = str(e)
                self.say(f"{result.row}: {name} is skipped: {e}")
        return found

    def named(self, result, *names):
        """The peers of these names that can be had."""
        return self.choose(result, {name: lambda name=name: self.named_or_cached(name) for name in names})

    def named_or_cached(self, name):
        """One peer; those with a boot cache get one that was trained in this run."""
        base = name.partition("@")[0]
        if not base.startswith("prefork-cached"):
            return self.peers.named(name)
        jdk = self.peers.jdk(name)
        if base == "prefork-cached":
            return self.peers.prefork_cached(name, jdk, self.cache(jdk))
        if not self.peers.knows("--warmup"):
            raise Skipped("this Prefork has no --warmup")
        title = "Prefork with a boot cache and warm-up requests"
        return self.peers.prefork_cached(name, jdk, self.cache(jdk), ("--warmup=/",), title)

    def cache(self, jdk):
        """A directory with a trained boot cache for this JDK, made once in a run."""
        if jdk not in self.caches:
            self.caches[jdk] = self.train(jdk)
        if isinstance(self.caches[jdk], Skipped):
            raise self.caches[jdk]
        return self.caches[jdk]

    def train(self, jdk):
        """Serves with an empty cache directory until the master has made a cache, as the first start in a pod does."""
        directory = self.scratch / f"boot-cache-{jdk.feature}"
        directory.mkdir(mode=0o700)
        peer = self.peers.prefork_cached(f"training@{jdk.feature}", jdk, directory)
        self.say(f"training a boot cache on JDK {jdk.feature}")
        with self.start(peer) as running:
            running.first_answer()
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                running.burst(4)
                time.sleep(0.25)
                running.must_live()
                if is_complete(directory):
                    return directory
        return Skipped(f"no boot cache appeared within {PATIENCE:g} s on JDK {jdk.feature}")

    def must_use_cache(self, running):
        """Fails unless a worker has a file of its boot cache mapped: a refused cache would be measured as one."""
        cache = str(running.peer.cache)
        if cache and not any(processes.maps(pid, cache) for pid in running.serving()):
            raise BenchFailure(f"{running.peer.name}: no worker has a file of the boot cache mapped: {running.last_lines()}")

    def rounds(self, result, count, subjects):
        """Pairs of round and subject, interleaved: A B C, A B C … so that what disturbs a round disturbs all of it."""
        for number in range(1, count + 1):
            for name in subjects:
                self.say(f"{result.row}: round {number} of {count}, {name}")
                yield number, name

    def close(self):
        """Removes the scratch directory."""
        shutil.rmtree(self.scratch, ignore_errors=True)


def is_complete(directory):
    """Whether there is a cache in the directory, and none that is still being written."""
    files = [file for file in directory.rglob("*") if file.is_file()]
    return bool(files) and not any(file.name.endswith(UNFINISHED) for file in files)


def sampler(result, number, subject):
    """A function that adds samples of one subject and round."""

    def add(metric, unit, value):
        result.samples.append(Sample(number, subject, metric, unit, float(value)))

    return add
