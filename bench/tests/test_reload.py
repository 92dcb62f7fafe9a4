"""Reloads, as a client of a small master sees them, and single figures of metrics."""

import sys
import tempfile
import time
import unittest
from pathlib import Path

from harness import BenchFailure, merged
from harness.paced import PacedClient, Tally
from harness.rows import reload
from harness.subject import Peer, Running

#: A master of two processes that serve from one socket, and that HUP replaces, the new ones first.
MASTER = r"""
import os, signal, socket, sys, time
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])), backlog=100)
def serve():
    stopping = []
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    listener.settimeout(0.02)
    while not stopping:
        try:
            with listener.accept()[0] as client:
                client.recv(4096)
                body = 'pid %d' % os.getpid()
                client.sendall(('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' % (len(body), body)).encode())
        except socket.timeout:
            pass
    os._exit(0)
def start():
    pid = os.fork()
    if not pid:
        serve()
    return pid
def replace(*_):
    old = workers[:]
    workers[:] = [start(), start()]
    for pid in old:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
workers = [start(), start()]
signal.signal(signal.SIGTERM, lambda *_: [os.kill(pid, 9) for pid in workers] + [os._exit(0)])
signal.signal(signal.SIGHUP, replace if sys.argv[2] == 'replace' else signal.SIG_IGN)
while True:
    time.sleep(60)
"""


class ReloadTest(unittest.TestCase):
    def client(self, behaviour):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        running = Running(Peer("master", "Master", lambda it: (sys.executable, "-c", MASTER, it.port, behaviour)), Path(scratch.name))
        self.addCleanup(running.end)
        running.first_answer()
        running.await_workers(2)
        client = PacedClient(running, Tally(4, 0.01, reopen=True), Tally(4, 0.01, single=True))
        self.addCleanup(client.end)
        return running, client

    def test_what_a_reload_takes_and_loses_is_counted(self):
        running, client = self.client("replace")
        samples = {}
        reload.measure(running, client, 0.5, 2, lambda metric, unit, value: samples.setdefault(metric, []).append(value))
        self.assertEqual(samples["requests failed, kept connections"], [0])
        self.assertEqual(samples["requests failed, a connection for each"], [0])
        self.assertEqual(len(samples["signal → all workers replaced"]), 2)
        before, during, ratio = (samples[name][0] for name in (
            f"{reload.SLOWEST}, quiet", f"{reload.SLOWEST}, during reloads", "the latter, of the former"))
        self.assertGreater(before, 0)
        self.assertAlmostEqual(ratio, during / before)

    def test_a_reload_that_replaces_nothing_fails(self):
        running, client = self.client("ignore")
        self.addCleanup(setattr, reload, "PATIENCE", reload.PATIENCE)
        reload.PATIENCE = 0.3
        reload.serve(client, 0.2)
        with self.assertRaisesRegex(BenchFailure, "did not replace its workers"):
            reload.reload(running, client)


class MergedTest(unittest.TestCase):
    TEXT = '# TYPE a gauge\na{state="ready"} 2\na{state="readying"} 3\nb_total 1.5e3\n'

    def test_a_series_has_its_own_value(self):
        self.assertEqual(merged.figure(self.TEXT, 'a{state="ready"}'), 2)
        self.assertEqual(merged.figure(self.TEXT, "b_total"), 1500)
        self.assertIsNone(merged.figure(self.TEXT, "a"))
        self.assertIsNone(merged.figure(self.TEXT, "b"))

    def test_figures_that_never_come_fail(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        running = Running(Peer("none", "None", lambda it: ("sleep", "60")), Path(scratch.name))
        self.addCleanup(running.end)
        begun = time.monotonic()
        with self.assertRaisesRegex(BenchFailure, "none: scrapes had"):
            merged.await_figures(running, {"a": 1}, patience=0.3)
        self.assertGreaterEqual(time.monotonic() - begun, 0.3)
