"""Reading /proc, on real processes where that is possible."""

import os
import signal
import subprocess
import sys
import time
import unittest

from harness import BenchFailure, orphans, processes
from harness.rows.start import FirstSpawn

LINE = "42 (a (odd) name) S 7 42 42 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 1 0 12345 1000 200 18446744073709551615"


def until(test, happened, patience=10):
    """Polls with a deadline."""
    deadline = time.monotonic() + patience
    while not happened():
        test.assertLess(time.monotonic(), deadline, "not before the deadline")
        time.sleep(0.01)


class ProcessesTest(unittest.TestCase):
    def test_a_name_may_have_parentheses_and_blanks(self):
        ticks = processes.TICKS
        stat = processes.parse_stat(LINE)
        self.assertEqual((stat.pid, stat.name, stat.state, stat.parent), (42, "a (odd) name", "S", 7))
        self.assertEqual((stat.cpu, stat.reaped), (200 / ticks, 50 / ticks))

    def test_a_tree_has_parents_first_and_no_strangers(self):
        def stat(pid, parent):
            return processes.Stat(pid, "x", "S", parent, 0.0, 0.0)

        found = processes.below(2, [stat(4, 3), stat(3, 2), stat(9, 1), stat(2, 1), stat(5, 2)])
        self.assertEqual([entry.pid for entry in found], [2, 3, 5, 4])

    def test_memory_is_in_millions_of_bytes(self):
        text = "00-ff ---p 00000000 00:00 0 [rollup]\nRss: 1000 kB\nPss: 500 kB\nPrivate_Clean: 100 kB\nPrivate_Dirty: 200 kB\n"
        parsed = {kind: round(value, 6) for kind, value in processes.parse_rollup(text).items()}
        self.assertEqual(parsed, {"rss": 1.024, "pss": 0.512, "private": 0.3072})
        own = processes.memory(os.getpid())
        self.assertGreaterEqual(own["rss"], own["pss"])
        self.assertGreaterEqual(own["pss"], own["private"])

    def test_cpu_time_of_a_child_counts_while_it_lives_and_after_it_was_waited_for(self):
        spin = "import time\nwhile time.process_time() < 0.3: pass\n"
        script = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {spin!r}])\nprint('done', flush=True)\nsys.stdin.read()"
        with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
            until(self, lambda: len(processes.tree(parent.pid)) == 2)
            until(self, lambda: processes.tree_cpu(parent.pid) > 0.2)
            parent.stdout.readline()
            self.assertEqual(processes.children(parent.pid), [])
            self.assertGreater(processes.tree_cpu(parent.pid), 0.3)
            self.assertLess(processes.cpu(parent.pid), processes.tree_cpu(parent.pid) - 0.25)

    def test_what_is_gone_is_nothing(self):
        with subprocess.Popen(["true"]) as gone:
            gone.wait()
        self.assertIsNone(processes.stat(gone.pid))
        self.assertIsNone(processes.cpu(gone.pid))
        self.assertEqual(processes.children(gone.pid), [])
        self.assertFalse(processes.maps(gone.pid, "/"))

    def test_a_mapped_file_is_seen(self):
        self.assertTrue(processes.maps(os.getpid(), "/lib"))
        self.assertFalse(processes.maps(os.getpid(), "/there/is/no/such/file"))


class FirstSpawnTest(unittest.TestCase):
    def test_children_of_the_launcher_do_not_count(self):
        spin = "import subprocess, time\nwhile time.process_time() < 0.3: pass\nsubprocess.run(['sleep', '60'])"
        launcher = f'x=$(sleep 0.3; echo {sys.executable}); exec "$x" -c "$0"'
        with subprocess.Popen(["sh", "-c", launcher, spin], start_new_session=True) as master:
            spawn = FirstSpawn(master.pid)

            def seen():
                spawn.look()
                return spawn.spent is not None

            until(self, seen, 30)
            os.killpg(master.pid, signal.SIGKILL)
            self.assertGreater(spawn.must_have(), 0.25)

    def test_without_a_child_it_fails(self):
        with self.assertRaisesRegex(BenchFailure, "no child"):
            FirstSpawn(os.getpid()).must_have()


class OrphansTest(unittest.TestCase):
    def test_orphans_are_ended_and_what_lives_is_spared(self):
        script = "sleep 1000 & echo $!; kill -9 $$"
        orphans.adopt()
        with subprocess.Popen(["sleep", "1000"]) as living:
            with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as parent:
                orphan = int(parent.stdout.readline())
                self.assertEqual(parent.wait(), -signal.SIGKILL)
                orphans.kill_orphans({living.pid})
            self.assertIsNone(processes.stat(orphan))
            self.assertIsNone(living.poll())
            living.kill()
