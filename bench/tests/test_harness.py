"""The command line, the rows, what is read of programs' output, and the shape of the sources."""

import contextlib
import io
import os
import tempfile
import unittest
from pathlib import Path

from harness import BenchFailure, Skipped, __main__ as command, java, machine, prepare, processes, samples, wrk
from harness.bench import Bench, is_complete
from harness.peers import Peers
from harness.rows import every
from harness.subject import Peer

LONGEST = 200


class Voice:
    """Collects what is said."""

    def __init__(self):
        self.lines = []

    def __call__(self, text):
        self.lines.append(text)


class CommandLineTest(unittest.TestCase):
    def arguments(self, *words):
        return command.arguments(list(words))

    def test_rows_keep_the_reports_order(self):
        names = [row.name for row in every()]
        self.assertEqual(len(names), len(set(names)))
        chosen = self.arguments("stop", "start")
        self.assertEqual([row.name for row in command.rows_of(chosen)], ["start", "stop"])
        self.assertEqual([row.name for row in command.rows_of(self.arguments())], names)

    def test_quick_has_fewer_rows_and_a_directory_of_its_own(self):
        quick = self.arguments("--quick")
        self.assertLess(len(command.rows_of(quick)), len(every()))
        self.assertNotEqual(quick.out, self.arguments().out)

    def test_bad_input_is_one_line_and_code_2(self):
        for words, problem in {("nothing",): "there is no row 'nothing'", ("--native", "/nowhere"): "is not an executable"}.items():
            said = io.StringIO()
            with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as end:
                self.arguments(*words)
            self.assertEqual(end.exception.code, 2)
            self.assertIn(problem, said.getvalue().splitlines()[-1])

    def test_the_list_names_every_row(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            self.assertEqual(command.main(["--list"]), 0)
        self.assertEqual([line.split()[0] for line in said.getvalue().splitlines()], [row.name for row in every()])

    def test_a_row_is_done_only_by_the_same_commit(self):
        with tempfile.TemporaryDirectory() as name:
            chosen = self.arguments("--out", name)
            row = every()[0]
            self.assertFalse(command.is_done(row, chosen, "abc"))
            samples.save(samples.RowResult(row.name, run={"commit": "abc", "quick": False}), Path(name))
            self.assertTrue(command.is_done(row, chosen, "abc"))
            self.assertFalse(command.is_done(row, chosen, "def"))
            self.assertFalse(command.is_done(row, chosen, "abc with changes"))
            samples.save(samples.RowResult(row.name, failure="x", run={"commit": "abc", "quick": False}), Path(name))
            self.assertFalse(command.is_done(row, chosen, "abc"))


class BenchTest(unittest.TestCase):
    def setUp(self):
        jdk = java.Jdk(Path("/nowhere"), 17, "none")
        self.bench = Bench(Peers([jdk], None, lambda text: None), quick=True)
        self.bench.say = Voice()
        self.addCleanup(self.bench.close)

    def test_rounds_are_interleaved(self):
        result = samples.RowResult("start")
        self.assertEqual(list(self.bench.rounds(result, 2, "AB")), [(1, "A"), (1, "B"), (2, "A"), (2, "B")])

    def test_a_cache_is_complete_when_nothing_of_it_is_being_written(self):
        directory = self.bench.scratch / "deep"
        (directory / "er").mkdir(parents=True)
        self.assertFalse(is_complete(directory))
        (directory / "er" / "a.list").write_text("x")
        self.assertFalse(is_complete(directory))
        (directory / "er" / "a.jsa").write_text("x")
        self.assertFalse(is_complete(directory))
        (directory / "er" / "a.list").unlink()
        self.assertTrue(is_complete(directory))

    def test_a_cache_that_no_worker_has_mapped_fails(self):
        with self.bench.start(Peer("cached", "Cached", lambda it: ("sleep", "60"), cache="/no/such/cache")) as running:
            with self.assertRaisesRegex(BenchFailure, "no worker has a file of the boot cache mapped"):
                self.bench.must_use_cache(running)

    def test_what_is_missing_is_skipped_visibly(self):
        result = samples.RowResult("start")
        self.assertEqual(self.bench.named(result, "prefork-native"), {})
        self.assertIn("no native executable", result.skipped["prefork-native"])
        self.assertIn("prefork-native is skipped", self.bench.say.lines[0])
        self.assertEqual(self.bench.named(result, "plain-quarkus@99"), {})
        self.assertIn("no JDK 99", result.skipped["plain-quarkus@99"])

    def test_a_failed_row_says_why_and_a_skipped_one_too(self):
        class Row:
            name = "start"

            def __init__(self, problem):
                self.problem = problem

            def run(self, *_):
                raise self.problem

        self.assertEqual(command.measure(Row(BenchFailure("it broke")), self.bench, "abc").failure, "it broke")
        self.assertIn("Error: refused", command.measure(Row(ConnectionError("refused")), self.bench, "abc").failure)
        skipped = command.measure(Row(Skipped("no wrk")), self.bench, "abc")
        self.assertEqual((skipped.failure, skipped.skipped), ("", {"the row": "no wrk"}))


class OutputTest(unittest.TestCase):
    def test_versions_of_java(self):
        debian = 'openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6-Debian-1)\nOpenJDK 64-Bit\n'
        self.assertEqual(java.parse_version(debian), (17, "OpenJDK Runtime Environment 17.0.15+6-Debian-1"))
        self.assertEqual(java.parse_version('openjdk version "25" 2025-09-16\n')[0], 25)
        self.assertIsNone(java.parse_version("command not found"))

    def test_the_result_of_wrk(self):
        line = '{"requests": 5, "micros": 2000000, "connect": 0, "read": 0, "write": 0, "status": 0, "timeout": 0, "p99": 9}'
        self.assertEqual(wrk.parse(f"Running 2s test\n\n{line}\n")["requests"], 5)
        with self.assertRaises(BenchFailure):
            wrk.parse("unable to connect")
        load = wrk.Load(1000, 2.0, 0.01, 0.001)
        self.assertEqual((load.rate, round(load.micros, 6)), (500, 10))

    def test_the_machine_has_no_name_and_no_paths(self):
        about = machine.describe([java.Jdk(Path("/somewhere/jdk"), 17, "Java 17")])
        for value in about.values():
            self.assertNotIn(os.uname().nodename, value.split())
            self.assertNotIn("/somewhere", value)
        self.assertTrue(all(about.values()))

    def test_busy_cores(self):
        self.assertEqual(machine.busy_seconds("cpu  100 10 40 9999 500 20 20 10 5 5\ncpu0 1\n"), 200 / processes.TICKS)
        self.assertGreaterEqual(machine.busy(0.05), 0)

    def test_a_property_of_the_build(self):
        self.assertEqual(prepare.property_of("<a.b>1</a.b><version>2</version><version>3</version>", "version"), "2")

    def test_what_changed_is_built_again_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as name:
            source, target = Path(name) / "a.txt", Path(name) / "test-of-once"
            mark = prepare.PLACE / f"{target.name}.stamp"
            self.addCleanup(mark.unlink)
            source.write_text("1", encoding="utf-8")
            built = []

            def build():
                built.append(1)
                target.write_text("built", encoding="utf-8")

            for count, change in ((1, None), (1, None), (2, "source"), (2, None), (3, "target")):
                if change == "source":
                    source.write_text("2", encoding="utf-8")
                if change == "target":
                    os.utime(target, (1, 1))
                prepare.once(target, [source], build)
                self.assertEqual(len(built), count)


class SourcesTest(unittest.TestCase):
    def test_modules_are_small_and_say_what_they_are(self):
        files = [file for place in ("harness", "tests", "peers") for file in (prepare.BENCH / place).rglob("*.py")]
        self.assertGreater(len(files), 20)
        for file in files:
            text = file.read_text(encoding="utf-8")
            self.assertTrue(text.startswith('"""'), f"{file.name} has no docstring")
            self.assertLessEqual(len(text.splitlines()), LONGEST, f"{file.name} is too long")

    def test_every_row_is_explained(self):
        text = (prepare.TOP / "docs" / "PERFORMANCE.md").read_text(encoding="utf-8")
        for row in every():
            self.assertIn(f"| `{row.name}` |", text)
