"""The command line: chooses rows, runs them one after the other, and writes the report after each."""

import argparse
import os
import signal
import sys
import time
import unittest
from pathlib import Path

from harness import BenchFailure, Skipped, java, machine, orphans, prepare, publish, report, samples
from harness.bench import Bench
from harness.peers import Peers
from harness.rows import every


#: So many cores may be busy with other work before a row.
QUIET = 0.1


def arguments(words):
    """The options; an unknown row ends with code 2."""
    parser = argparse.ArgumentParser(
        prog="bench/run", description="Measures Prefork beside its peers, and writes ratios. docs/PERFORMANCE.md explains it."
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows to measure; all if none is named")
    parser.add_argument("--list", action="store_true", help="show the rows")
    parser.add_argument("--quick", action="store_true", help="two minutes, few rows and rounds: not for publication")
    parser.add_argument("--resume", action="store_true", help="leave out rows that this commit's results have already")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where results go (default: bench/results, or bench/results/quick)")
    parser.add_argument("--jdk", action="append", default=[], metavar="HOME", help="measure on this JDK; repeatable")
    parser.add_argument("--native", type=Path, metavar="FILE", help="measure this native executable too")
    parser.add_argument("--no-install", action="store_true", help="install nothing; what is missing is skipped")
    parser.add_argument("--publish", action="store_true", help="measure nothing: copy a full report to docs/performance")
    parser.add_argument("--self-test", action="store_true", help="test the bench itself; measures nothing")
    chosen = parser.parse_args(words)
    known = [row.name for row in every()]
    unknown = [name for name in chosen.rows if name not in known]
    if unknown:
        parser.error(f"there is no row {unknown[0]!r}: one of {', '.join(known)}")
    if chosen.native and not os.access(chosen.native, os.X_OK):
        parser.error(f"{chosen.native} is not an executable, so it cannot be measured: build it, see docs/NATIVE.md")
    if chosen.out is None:
        chosen.out = prepare.BENCH / "results" / ("quick" if chosen.quick else "")
    return chosen


def rows_of(chosen):
    """The rows to measure, in the report's order."""
    if chosen.rows:
        return [row for row in every() if row.name in chosen.rows]
    return [row for row in every() if row.quick or not chosen.quick]


def is_done(row, chosen, commit):
    """Whether the directory has this row of the same commit and kind, complete."""
    before = samples.load(row.name, chosen.out)
    if not before or before.failure or "changes" in commit:
        return False
    return before.run.get("commit") == commit and before.run.get("quick") == chosen.quick


def measure(row, bench, commit):
    """Runs one row; what it failed with goes into its result."""
    result = samples.RowResult(row.name)
    begun = time.monotonic()
    busy = machine.busy()
    if busy > QUIET:
        bench.say(f"{row.name}: other processes keep {busy:.2f} cores busy, which disturbs the figures")
    result.run.update(moment=machine.moment(), commit=commit, quick=bench.quick, busy=busy)
    try:
        row.run(bench, result)
    except Skipped as e:
        result.skipped["the row"] = str(e)
    except (BenchFailure, OSError) as e:
        result.failure = f"{type(e).__name__}: {e}" if isinstance(e, OSError) else str(e)
        bench.say(f"{row.name} FAILED: {result.failure}; the last peers' output is in {bench.keep_logs(row.name)}")
    result.run["seconds"] = round(time.monotonic() - begun)
    return result


def run(chosen):
    """Measures, and returns the exit code: 1 when a row failed."""
    jdks = java.installed(chosen.jdk)
    bench = None
    failed = []
    peers = Peers(jdks, chosen.native and chosen.native.resolve(), lambda text: bench.say(text))
    bench = Bench(peers, chosen.quick)
    orphans.adopt()
    # As with ^C: what was started is ended, and the scratch directory goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if not chosen.no_install:
            prepare.install(bench.say)
        about = publish.machine_of(chosen.out, machine.describe(jdks))
        commit = machine.commit()
        for row in rows_of(chosen):
            if chosen.resume and is_done(row, chosen, commit):
                bench.say(f"{row.name}: done before")
                continue
            result = measure(row, bench, commit)
            failed += [row.name] if result.failure else []
            samples.save(result, chosen.out)
            report.write(chosen.out, about)
    finally:
        bench.close()
    report.write(chosen.out, about)
    print(chosen.out / "report.md")
    if failed:
        print(f"bench: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def main(words):
    """Does what the words say, and returns the exit code."""
    chosen = arguments(words)
    if chosen.list:
        for row in every():
            print(f"{row.name:16} {row.title}{' (also with --quick)' if row.quick else ''}")
        return 0
    if chosen.self_test:
        suite = unittest.defaultTestLoader.discover(str(prepare.BENCH / "tests"), top_level_dir=str(prepare.BENCH))
        return 0 if unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful() else 1
    try:
        if chosen.publish:
            publish.publish(chosen.out)
            print(publish.TARGET)
            return 0
        return run(chosen)
    except (BenchFailure, Skipped) as e:
        print(f"bench: {e}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
