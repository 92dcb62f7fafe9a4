"""Samples, and the files of a row: each row has its CSV and a description of the run beside it, and can be run again alone."""

import csv
import json
from dataclasses import dataclass, field

COLUMNS = ("round", "subject", "metric", "unit", "value")


@dataclass(frozen=True)
class Sample:
    """One measured value of one subject in one round."""

    round: int
    subject: str
    metric: str
    unit: str
    value: float


@dataclass
class RowResult:
    """What is known of one row: its samples, what was left out and why, remarks, and the run that it is from."""

    row: str
    samples: list = field(default_factory=list)
    skipped: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    failure: str = ""
    run: dict = field(default_factory=dict)

    def values(self, subject, metric):
        """The subject's values of a metric by round, each a list."""
        found = {}
        for sample in self.samples:
            if sample.subject == subject and sample.metric == metric:
                found.setdefault(sample.round, []).append(sample.value)
        return found

    def subjects(self):
        """In the order in which they were first measured."""
        return list(dict.fromkeys(sample.subject for sample in self.samples))

    def metrics(self):
        """Pairs of metric and unit, in the order in which they were first measured."""
        return list(dict.fromkeys((sample.metric, sample.unit) for sample in self.samples))


def save(result, directory):
    """Writes ROW.csv and ROW.json; an earlier run of the row is replaced."""
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / f"{result.row}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for sample in result.samples:
            writer.writerow((sample.round, sample.subject, sample.metric, sample.unit, f"{sample.value:.6g}"))
    about = {"skipped": result.skipped, "notes": result.notes, "failure": result.failure, "run": result.run}
    (directory / f"{result.row}.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def load(row, directory):
    """The row's last result in this directory, or None."""
    about = directory / f"{row}.json"
    table = directory / f"{row}.csv"
    if not about.exists() or not table.exists():
        return None
    samples = []
    with open(table, newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            samples.append(
                Sample(int(line["round"]), line["subject"], line["metric"], line["unit"], float(line["value"]))
            )
    return RowResult(row, samples, **json.loads(about.read_text(encoding="utf-8")))
