"""Parsing answers, and clients against a real server."""

import os
import socket
import tempfile
import time
import unittest
from pathlib import Path

from harness import BenchFailure, wire
from harness.paced import PacedClient, Tally
from harness.rows.fairness import counts
from harness.rows.recovery import Probes
from harness.subject import Peer, Running
from tests.servers import peer


class ParseTest(unittest.TestCase):
    def test_a_body_ends_by_its_length(self):
        data = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP"
        self.assertEqual(wire.parse(data), (wire.Answer(200, "abc", True), len(data) - 4))
        for end in range(len(data) - 4):
            self.assertIsNone(wire.parse(data[:end]))

    def test_a_body_ends_by_chunks(self):
        data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        self.assertEqual(wire.parse(data), (wire.Answer(200, "abcde", True), len(data)))
        for end in range(len(data)):
            self.assertIsNone(wire.parse(data[:end]))

    def test_a_body_ends_with_the_connection(self):
        data = b"HTTP/1.1 503 Busy\r\n\r\nlater"
        self.assertIsNone(wire.parse(data))
        self.assertEqual(wire.parse(data, ended=True), (wire.Answer(503, "later", False), len(data)))

    def test_who_may_use_the_connection_again(self):
        for head, reusable in {"HTTP/1.1": True, "HTTP/1.0": False}.items():
            answer, _ = wire.parse(f"{head} 200 OK\r\nContent-Length: 0\r\n\r\n".encode())
            self.assertEqual(answer.reusable, reusable)
        answer, _ = wire.parse(b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n")
        self.assertFalse(answer.reusable)

    def test_what_is_not_http_fails(self):
        with self.assertRaises(BenchFailure):
            wire.parse(b"SSH-2.0-x y\r\n\r\n")


class RunningTest(unittest.TestCase):
    def start(self, started):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        running = Running(started, Path(scratch.name))
        self.addCleanup(running.end)
        return running

    def test_the_first_answer_is_timed_and_checked(self):
        ticks = []
        running = self.start(peer())
        seconds, pid = running.first_answer(tick=lambda: ticks.append(1))
        self.assertEqual(pid, running.pid)
        self.assertGreater(seconds, 0)
        self.assertTrue(ticks)
        self.assertEqual(running.serving(), [running.pid])
        self.assertEqual(running.burst(3), [running.pid] * 3)

    def test_a_wrong_status_and_a_wrong_body_fail(self):
        for wrong in (peer(status=500), peer(body="hello %d")):
            with self.assertRaisesRegex(BenchFailure, "python answered"):
                self.start(wrong).first_answer()

    def test_a_server_that_ends_fails_with_its_last_lines(self):
        broken = Peer("broken", "Broken", lambda it: ("sh", "-c", "echo it broke >&2; exit 3"))
        with self.assertRaisesRegex(BenchFailure, "broken ended with 3: it broke"):
            self.start(broken).first_answer()

    def test_settings_of_this_shell_do_not_reach_a_peer(self):
        os.environ["JAVA_TOOL_OPTIONS"] = "-Xint"
        self.addCleanup(os.environ.pop, "JAVA_TOOL_OPTIONS")
        shown = Peer("env", "env", lambda it: ("sh", "-c", 'echo "[$JAVA_TOOL_OPTIONS]"'))
        running = self.start(shown)
        running.process.wait(10)
        self.assertEqual(running.last_lines(), "[]")

    def test_a_paced_client_counts_answers_and_sees_the_end(self):
        running = self.start(peer())
        running.first_answer()
        kept = Tally(8, 0.01)
        client = PacedClient(running, kept)
        self.addCleanup(client.end)
        deadline = time.monotonic() + 20
        client.run(lambda: kept.answered >= 40 or time.monotonic() > deadline)
        self.assertGreaterEqual(kept.answered, 40)
        self.assertEqual(len(kept.seconds), kept.answered)
        self.assertEqual(client.pids, {running.pid})
        running.end()
        client.run(lambda: not client.open or time.monotonic() > deadline)
        self.assertFalse(client.open)

    def test_paced_clients_count_what_they_lose_and_connect_anew(self):
        running = self.start(peer())
        running.first_answer()
        kept, single = Tally(4, 0.01, reopen=True), Tally(3, 0.01, single=True)
        client = PacedClient(running, kept, single)
        self.addCleanup(client.end)
        deadline = time.monotonic() + 20

        def run(until):
            client.run(lambda: until() or time.monotonic() > deadline)

        run(lambda: kept.answered >= 20 and single.answered >= 20)
        self.assertEqual((kept.lost, single.lost), (0, 0))
        for exchange in [exchange for exchange in client.open if exchange.tally is kept]:
            exchange.socket.shutdown(socket.SHUT_RDWR)
        before = kept.answered
        run(lambda: kept.answered >= before + 20)
        self.assertLessEqual(kept.lost, 4)
        self.assertEqual(single.lost, 0)
        client.settle()
        self.assertFalse([exchange for exchange in client.open if exchange.waiting])
        answered = kept.answered
        running.end()
        refused = PacedClient(running, Tally(2, 0.01, single=True))
        self.addCleanup(refused.end)
        refused.run(lambda: refused.tallies[0].lost >= 4 or time.monotonic() > deadline)
        self.assertGreaterEqual(refused.tallies[0].lost, 4)
        self.assertEqual(kept.answered, answered)
        with self.assertRaisesRegex(BenchFailure, "answered none"):
            refused.must_have_answers()

    def test_probes_do_not_wait_for_each_other(self):
        running = self.start(peer())
        running.first_answer()
        with Probes(running) as probes:
            probes.ask()
            probes.ask()
            pids = []
            deadline = time.monotonic() + 20
            while len(pids) < 2 and time.monotonic() < deadline:
                pids += probes.answers(0.01)
            self.assertEqual(pids, [running.pid] * 2)
            self.assertEqual(probes.lost, 0)


class SpreadTest(unittest.TestCase):
    def test_a_process_without_a_connection_counts(self):
        self.assertEqual(sorted(counts([1, 1, 2], 4)), [0, 0, 1, 2])
