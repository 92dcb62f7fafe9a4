"""Publication: the report goes to docs/performance, and its main figures into two pages between marks."""

import json
import os
import shutil

from harness import BenchFailure, prepare, report, samples
from harness.rows import every

TARGET = prepare.TOP / "docs" / "performance"

BEGIN = "<!-- bench: begin; written by bench/run with the report in docs/performance -->"
END = "<!-- bench: end -->"

#: The pages that show main figures.
PAGES = ("README.md", "docs/PERFORMANCE.md")

#: What they show: row, subject, base, metric, and how it is called there.
SHOWN = (
    ("start", "prefork", "plain-quarkus", "first answer", "start → first answer, 2 workers"),
    ("start", "prefork-cached", "plain-quarkus", "first answer", "the same with a boot cache"),
    ("start", "prefork-cached@25", "plain-quarkus@25", "first answer", "the same on JDK 25"),
    ("start", "prefork-cached", "plain-quarkus", "CPU until 2 s after it", "CPU of all processes until then and 2 s on, with a boot cache"),
    ("first-seconds", "prefork-cached@25", "plain-quarkus@25", "requests in the first 10 s", "requests in the first 10 s, with a boot cache, JDK 25"),
    ("cpu-per-request", "prefork", "plain-quarkus", "CPU per request", "CPU per request, warm"),
    ("cpu-per-request", "prefork", "fasthttp", "CPU per request", "CPU per request, warm, to fasthttp's prefork mode"),
    ("recovery", "prefork-cached", "plain-quarkus", "a new process answers", "SIGKILL → a new process answers, to a start of plain Quarkus"),
    ("dependency", "rest-app-prefork", "rest-app", "first answer", "an application with the dependency, alone, to the same without"),
)


def must_be_publishable(results):
    """Fails unless every row was measured in full, without failure, on one commit without changes."""
    problems = [f"{row.name} was not measured" for row in every() if row.name not in results]
    problems += [f"{name} failed" for name, result in results.items() if result.failure]
    problems += [f"{name} is from a quick run" for name, result in results.items() if result.run.get("quick")]
    commits = {result.run.get("commit") for result in results.values()}
    if len(commits) > 1:
        problems.append(f"rows are of different commits: {', '.join(sorted(map(str, commits)))}")
    problems += [f"commit {commit} cannot be had again" for commit in commits if "changes" in str(commit) or commit == "unknown"]
    if problems:
        raise BenchFailure("the report is not published: " + "; ".join(problems))


def summary(results, link):
    """The table of main figures, with a link to the report."""
    lines = ["| Prefork, to plain Quarkus in one process unless said otherwise | ratio: median (least–greatest) |", "|---|---|"]
    for row, subject, base, metric, words in SHOWN:
        seen = report.ratio(results[row], subject, base, metric)
        lines.append(f"| {words} | {report.ranged(seen, ' ×') if seen else 'not measured'} |")
    run = results["start"].run
    return lines + ["", f"Commit {run['commit']}, {run['moment'][:10]}; machine and all rows: [report]({link})."]


def between(name, text, lines):
    """The text of this page with these lines between the marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BenchFailure(f"{name} has no place for figures: it needs the lines {BEGIN} and {END}")
    return before + "\n".join([begin, "", *lines, "", end]) + after


def publish(directory):
    """Copies report, plots and samples, and fills in the pages."""
    found = {row.name: samples.load(row.name, directory) for row in every()}
    results = {name: result for name, result in found.items() if result}
    must_be_publishable(results)
    pages = {}
    for name in PAGES:
        page = prepare.TOP / name
        link = os.path.relpath(TARGET / "report.md", page.parent)
        pages[page] = between(name, page.read_text(encoding="utf-8"), summary(results, link))
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for file in sorted(directory.iterdir()):
        if file.name == "report.md" or file.suffix in (".csv", ".svg"):
            shutil.copy(file, TARGET / file.name)
    for page, text in pages.items():
        page.write_text(text, encoding="utf-8")


def machine_of(directory, otherwise):
    """The machine of an earlier run in this directory, which a row measured alone must share."""
    file = directory / "machine.json"
    if file.exists():
        known = json.loads(file.read_text(encoding="utf-8"))
        if any(known.get(key) != otherwise.get(key) for key in ("CPU", "cores", "kernel", "JDKs")):
            raise BenchFailure("the directory has results of another machine or JDK: name another one with --out")
    directory.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(otherwise, indent=2) + "\n", encoding="utf-8")
    return otherwise
