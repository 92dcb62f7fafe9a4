"""How peers are started: their commands, without starting them."""

import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from harness import Skipped, java, prepare
from harness.others import SCRIPTS
from harness.peers import Peers
from harness.rows import thousand

OLD = java.Jdk(Path("/jdk/17"), 17, "17")
NEW = java.Jdk(Path("/jdk/25"), 25, "25")


class PeersTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.application = Path(directory.name)
        for name, result in (("prefork", self.application), ("quarkus", Path("/app.jar")), ("fasthttp", Path("/fasthttp"))):
            patch = mock.patch.object(prepare, name, return_value=result)
            patch.start()
            self.addCleanup(patch.stop)
        self.peers = Peers([OLD, NEW], None, lambda text: None)
        self.peers.help = "--boot-cache auto|off|DIR"

    def command(self, peer):
        running = SimpleNamespace(port=8081, scratch=self.application)
        return [str(part) for part in peer.command(running)]

    def test_a_master_has_two_workers_and_no_cache_unless_one_is_given(self):
        command = self.command(self.peers.named("prefork"))
        self.assertEqual(command[:2], ["/jdk/17/bin/java", "-jar"])
        for option in ("--workers=2", "--boot-cache=off", "--listen=127.0.0.1:8081"):
            self.assertIn(option, command)
        cached = self.peers.prefork_cached("prefork-cached", OLD, Path("/cache"))
        self.assertIn("--boot-cache=/cache", self.command(cached))
        self.assertNotIn("--boot-cache=off", self.command(cached))
        self.assertEqual(cached.cache, Path("/cache"))

    def test_a_first_start_has_an_empty_cache_of_its_own(self):
        for name in ("prefork-first", "prefork-first@25"):
            peer = self.peers.named(name)
            command = self.command(peer)
            self.assertEqual([word for word in command if "boot-cache" in word], [f"--boot-cache={self.application}"])
            self.assertIn("--workers=2", command)
            self.assertFalse(peer.cache, "a row would fail where no worker has a file of it mapped")

    def test_an_option_that_this_build_has_not_is_not_given(self):
        self.peers.help = "--workers"
        self.assertFalse([word for word in self.command(self.peers.named("prefork")) if "boot-cache" in word])
        with self.assertRaisesRegex(Skipped, "has no --boot-cache"):
            self.peers.named("prefork-first")
        with self.assertRaisesRegex(Skipped, "has no --boot-cache"):
            self.peers.prefork_cached("prefork-cached", OLD, Path("/cache"))

    def test_the_launcher_is_used_where_there_is_one(self):
        launcher = self.application / "bin" / "prefork"
        launcher.parent.mkdir()
        launcher.write_text("", encoding="utf-8")
        peer = self.peers.named("prefork@25")
        self.assertEqual(self.command(peer)[0], str(launcher))
        self.assertEqual(peer.environment["JAVA_HOME"], "/jdk/25")

    def test_a_name_chooses_the_jdk(self):
        self.assertEqual(self.command(self.peers.named("plain-quarkus")), ["/jdk/17/bin/java", "-jar", "/app.jar"])
        self.assertEqual(self.command(self.peers.named("plain-quarkus@25")), ["/jdk/25/bin/java", "-jar", "/app.jar"])
        self.assertFalse(self.peers.named("plain-quarkus").children_serve)

    def test_an_application_is_a_worker_behind_two_hyphens(self):
        command = self.command(self.peers.named("rest-app-worker"))
        self.assertEqual(command[command.index("--"):], ["--", "/jdk/17/bin/java", "-jar", "/app.jar"])
        self.assertIn("--workers=1", command)
        self.assertIn("--boot-cache=off", command)

    def test_other_servers_are_workers_with_one_process_each(self):
        with mock.patch.object(prepare, "require", side_effect=lambda program: f"/bin/{program}"):
            for program, proof in (("gunicorn", "--workers=1"), ("uvicorn", "--fd=3"), ("node", str(SCRIPTS / "inherited.js"))):
                command = self.command(self.peers.named(f"prefork-{program}"))
                self.assertIn("--workers=2", command)
                tail = command[command.index("--") + 1:]
                self.assertEqual(tail[0], f"/bin/{program}")
                self.assertIn(proof, tail)

    def test_a_standby_worker_is_beside_the_two(self):
        with self.assertRaisesRegex(Skipped, "has no --standby"):
            self.peers.named("prefork-standby")
        self.peers.help += "--standby N"
        command = self.command(self.peers.named("prefork-standby"))
        self.assertIn("--workers=2", command)
        self.assertIn("--standby=1", command)

    def test_four_workers_are_asked_for_once(self):
        for name in ("prefork-four", "prefork-four-reuse-port"):
            command = self.command(self.peers.named(name))
            self.assertEqual([word for word in command if word.startswith("--workers")], ["--workers=4"])
        self.assertEqual(self.peers.named("fasthttp-four").environment, {"GOMAXPROCS": "4"})

    def test_nginx_gets_its_port(self):
        with mock.patch.object(prepare, "require", return_value="/nginx"):
            command = self.command(self.peers.named("nginx-four"))
        self.assertEqual(command[0], "/nginx")
        text = (self.application / "nginx.conf").read_text(encoding="utf-8")
        self.assertIn("listen 127.0.0.1:8081;", text)
        self.assertIn("worker_processes 4;", text)
        self.assertNotIn("@PORT@;", text)

    def test_a_native_executable_is_measured_where_one_is_given(self):
        with self.assertRaisesRegex(Skipped, "no native executable"):
            self.peers.named("prefork-native")
        self.peers.native = Path("/native")
        self.assertEqual(self.command(self.peers.named("prefork-native"))[0], "/native")
        bench = SimpleNamespace(peers=self.peers)
        command = self.command(thousand.makers(bench)["prefork-native"]())
        self.assertEqual(command[0], "/native")
        self.assertEqual(command[-3:], ["--", "sleep", "100000"])
