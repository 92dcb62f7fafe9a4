"""What is written: samples, report, plots, the README's part."""

import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path
from unittest import mock

from harness import BenchFailure, chart, prepare, publish, report, samples
from harness.rows import Goal, every

RUN = {"moment": "2026-01-01 00:00 UTC", "commit": "0123456789", "quick": False, "busy": 0.0, "seconds": 1}


def result(row="start", quick=False):
    """Two rounds of two subjects."""
    found = samples.RowResult(row, run={**RUN, "quick": quick, "titles": {"prefork": "Prefork (17)"}})
    for number, plain, ours in ((1, 1.0, 1.5), (2, 2.0, 4.0)):
        found.samples.append(samples.Sample(number, "plain-quarkus", "first answer", "s", plain))
        found.samples.append(samples.Sample(number, "prefork", "first answer", "s", ours))
    return found


class ReportTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def test_samples_survive_their_file(self):
        before = result()
        before.skipped["node"] = "not installed"
        samples.save(before, self.directory)
        self.assertEqual(samples.load("start", self.directory), before)
        self.assertIsNone(samples.load("stop", self.directory))

    def test_a_table_has_ratios_of_rounds(self):
        row = every()[0]
        lines = report.table(result(), row)
        self.assertIn("| first answer, s | Prefork (17) | 2.75 | 1.50 – 4.00 | 2 | 1.75 × (1.50–2.00) | plain-quarkus |", lines)
        self.assertIn("| first answer, s | plain-quarkus | 1.50 | 1.00 – 2.00 | 2 | – | – |", lines)

    def test_goals_are_judged_by_the_median(self):
        for limit, met in {1.7: "**no**", 1.8: "yes"}.items():
            goal = Goal("prefork", "first answer", limit, "plain-quarkus")
            self.assertEqual(report.judged(result(), goal), ("1.75 × (1.50–2.00)", met))
        at_least = Goal("prefork", "first answer", 1.7, "plain-quarkus", at_least=True)
        self.assertEqual(report.judged(result(), at_least)[1], "yes")
        self.assertEqual(report.judged(result(), Goal("prefork", "first answer", 3, unit="s")), ("2.75 (1.50–4.00) s", "yes"))
        self.assertEqual(report.judged(result(), Goal("node", "first answer", 3)), ("not measured", "–"))

    def test_the_report_says_what_is_missing_failed_and_quick(self):
        failed = samples.RowResult("stop", failure="node answered 500", run=RUN)
        text = report.render({"start": result(quick=True), "stop": failed}, {"cores": "2"})
        for part in ("not for publication", "Failed: node answered 500", "Not measured: first-seconds", "| cores | 2 |"):
            self.assertIn(part, text)

    def test_a_subject_is_compared_on_its_own_jdk(self):
        found = result()
        found.samples.append(samples.Sample(1, "plain-quarkus@25", "first answer", "s", 1.0))
        self.assertEqual(report.base_of(found, every()[0], "prefork@25"), "plain-quarkus@25")
        self.assertEqual(report.base_of(found, every()[0], "prefork@26"), "plain-quarkus")

    def test_a_plot_is_svg_with_every_sample(self):
        root = xml.fromstring(chart.draw(result(), every()[0]))
        space = "{http://www.w3.org/2000/svg}"
        self.assertEqual(root.tag, space + "svg")
        self.assertEqual(len(root.findall(space + "circle")), 4)
        for circle in root.findall(space + "circle"):
            self.assertLessEqual(chart.LEFT, float(circle.get("cx")))
            self.assertLessEqual(float(circle.get("cx")), chart.WIDTH - chart.RIGHT)

    def test_text_in_a_plot_is_escaped(self):
        self.assertIn("a &lt; b &amp; c", chart.svg([("a < b & c", [("x", [1.0])])]))

    def test_axes_have_round_numbers_and_reach_the_greatest(self):
        for greatest in (0.0003, 0.7, 1, 3.3, 8, 99, 101, 54321):
            ticks = chart.steps(greatest)
            self.assertGreaterEqual(ticks[-1] * 1.000001, greatest)
            self.assertLessEqual(len(ticks), 10)
            self.assertEqual(ticks[0], 0)
        self.assertEqual(chart.steps(0), [0.0, 1.0])


class PublishTest(unittest.TestCase):
    def everything(self):
        return {row.name: samples.RowResult(row.name, run=dict(RUN)) for row in every()}

    def test_a_full_report_of_one_commit_is_published(self):
        publish.must_be_publishable(self.everything())

    def test_others_are_not(self):
        def failed(results):
            results["stop"].failure = "it failed"

        def quick(results):
            results["stop"].run["quick"] = True

        def other(results):
            results["stop"].run["commit"] = "9876543210"

        def missing(results):
            del results["stop"]

        def changed(results):
            for row in results.values():
                row.run["commit"] = "0123456789 with changes"

        for spoil, problem in {
            failed: "stop failed",
            quick: "quick run",
            other: "different commits",
            missing: "stop was not measured",
            changed: "cannot be had again",
        }.items():
            results = self.everything()
            spoil(results)
            with self.assertRaisesRegex(BenchFailure, problem):
                publish.must_be_publishable(results)

    def test_the_readmes_place_is_filled_and_the_rest_left_alone(self):
        results = self.everything()
        results["start"] = result()
        text = f"before\n{publish.BEGIN}\nold\n{publish.END}\nafter\n"
        filled = publish.between("README.md", text, publish.summary(results, "docs/performance/report.md"))
        self.assertIn("| start → first answer, 2 workers | 1.75 × (1.50–2.00) |", filled)
        self.assertNotIn("old", filled)
        self.assertTrue(filled.startswith("before\n" + publish.BEGIN) and filled.endswith(publish.END + "\nafter\n"))
        with self.assertRaisesRegex(BenchFailure, "no place"):
            publish.between("README.md", "text", [])

    def test_report_plots_and_samples_are_copied_and_old_ones_go(self):
        with tempfile.TemporaryDirectory() as name:
            top, out = Path(name), Path(name) / "out"
            target = top / "docs" / "performance"
            target.mkdir(parents=True)
            (target / "old.svg").write_text("old", encoding="utf-8")
            for page in publish.PAGES:
                (top / page).write_text(f"{publish.BEGIN}\n{publish.END}\n", encoding="utf-8")
            for row_name, found in {**self.everything(), "start": result()}.items():
                found.row = row_name
                samples.save(found, out)
            report.write(out, {"cores": "2"})
            with mock.patch.object(publish, "TARGET", target), mock.patch.object(prepare, "TOP", top):
                publish.publish(out)
            written = {file.name for file in target.iterdir()}
            self.assertEqual(written, {"report.md", "start.svg"} | {f"{row.name}.csv" for row in every()})
            self.assertIn("(docs/performance/report.md)", (top / "README.md").read_text(encoding="utf-8"))
            self.assertIn("(performance/report.md)", (top / "docs/PERFORMANCE.md").read_text(encoding="utf-8"))

    def test_every_page_has_its_place(self):
        for name in publish.PAGES:
            text = (prepare.TOP / name).read_text(encoding="utf-8")
            self.assertIn("| x |", publish.between(name, text, ["| x |"]))

    def test_results_of_another_machine_are_not_mixed(self):
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name) / "new"
            publish.machine_of(directory, {"CPU": "a", "cores": "2"})
            publish.machine_of(directory, {"CPU": "a", "cores": "2"})
            with self.assertRaisesRegex(BenchFailure, "another machine"):
                publish.machine_of(directory, {"CPU": "b", "cores": "2"})

    def test_what_the_readme_shows_is_measured(self):
        goals = {(row.name, goal.subject, goal.base, goal.metric) for row in every() for goal in row.goals}
        for row, subject, base, metric, _ in publish.SHOWN:
            self.assertIn((row, subject, base, metric), goals)
