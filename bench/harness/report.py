"""The report in Markdown: goals first, then each row with its ratios, medians and spreads."""

from harness import chart, figures, samples
from harness.rows import every

QUICK = "**A quick run: few rounds, short warm-up. For every day, not for publication.**"


def samples_of(result, subject, metric):
    """All samples of a metric, over all rounds."""
    return [value for found in result.values(subject, metric).values() for value in found]


def base_of(result, row, subject):
    """What the subject is compared with: the row's baseline, on the subject's own JDK where that was measured."""
    _, at, feature = subject.partition("@")
    own = row.baseline + at + feature
    return own if own in result.subjects() else row.baseline


def ratio(result, subject, base, metric):
    """Median and spread of the rounds' ratios, or None."""
    found = figures.ratios(result.values(subject, metric), result.values(base, metric))
    return figures.spread(found) if found else None


def ranged(spread, sign=""):
    """Median, least and greatest; one of them where they are the same."""
    middle = figures.text(spread.median) + sign
    low, high = figures.text(spread.least), figures.text(spread.greatest)
    return middle if low == high else f"{middle} ({low}–{high})"


def table(result, row):
    """A table for each metric's subjects."""
    lines = [
        "| what | subject | median | least – greatest | n | ratio: median (least–greatest) | to |",
        "|---|---|---|---|---|---|---|",
    ]
    titles = result.run.get("titles", {})
    for metric, unit in result.metrics():
        for subject in result.subjects():
            values = samples_of(result, subject, metric)
            if not values:
                continue
            seen = figures.spread(values)
            base = base_of(result, row, subject)
            compared = ratio(result, subject, base, metric) if base != subject else None
            cells = [
                f"{metric}{', ' + unit if unit else ''}",
                titles.get(subject, subject),
                figures.text(seen.median),
                f"{figures.text(seen.least)} – {figures.text(seen.greatest)}",
                str(seen.count),
                ranged(compared, " ×") if compared else "–",
                titles.get(base, base) if compared else "–",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def judged(result, goal):
    """What was measured for a goal, and whether it was met: a pair of texts."""
    if goal.base:
        seen = ratio(result, goal.subject, goal.base, goal.metric)
        shown = ranged(seen, " ×") if seen else ""
    else:
        values = samples_of(result, goal.subject, goal.metric)
        seen = figures.spread(values) if values else None
        shown = f"{ranged(seen)} {goal.unit}".strip() if seen else ""
    if not seen:
        return "not measured", "–"
    met = seen.median >= goal.limit if goal.at_least else seen.median <= goal.limit
    return shown, "yes" if met else "**no**"


def goals(results):
    """The table of goals, those that were not measured included."""
    lines = ["| row | subject | what | goal | measured | met |", "|---|---|---|---|---|---|"]
    for row in every():
        result = results.get(row.name) or samples.RowResult(row.name)
        for goal in row.goals:
            shown, met = judged(result, goal)
            lines.append(f"| {row.name} | {goal.subject} | {goal.metric} | {goal.words()} | {shown} | {met} |")
    return lines


def section(row, result):
    """One row of the report."""
    lines = [f"## {row.title}", "", f"`{row.name}`: {row.explanation}", ""]
    if result.failure:
        lines += [f"**Failed: {result.failure}**", ""]
    if result.samples:
        drawn = any(metric in row.metrics for metric, _ in result.metrics())
        lines += [f"![{row.title}]({row.name}.svg)", ""] if drawn else []
        lines += [*table(result, row), ""]
    lines += [f"- {note}" for note in dict.fromkeys(result.notes)]
    lines += [f"- {name} was left out: {reason}" for name, reason in result.skipped.items()]
    run = result.run
    lines += [f"- measured at {run['moment']}, commit {run['commit']}, in {run['seconds']} s; cores busy with other work before: {run['busy']:.2f}"]
    return lines + [""]


def render(results, machine):
    """The whole report. Results are by name of their row; rows without one are named as missing."""
    quick = any(result.run.get("quick") for result in results.values())
    lines = ["# Performance report", ""]
    lines += [QUICK, ""] if quick else []
    lines += [
        "Written by `bench/run`; [PERFORMANCE.md](../PERFORMANCE.md) explains it.",
        "Ratios are of the same round's pairs: their median, least and greatest. Absolute figures belong to this machine; the "
        "load generator ran on the same cores, and no process was pinned to one.",
        "",
        "| machine | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in machine.items()),
        "",
        "## Goals",
        "",
        *goals(results),
        "",
    ]
    missing = [row.name for row in every() if row.name not in results]
    if missing:
        lines += [f"Not measured: {', '.join(missing)}.", ""]
    for row in every():
        if row.name in results:
            lines += section(row, results[row.name])
    return "\n".join(lines)


def write(directory, machine):
    """Writes report.md and the plots of all rows that have a result in this directory; returns the results."""
    results = {row.name: samples.load(row.name, directory) for row in every()}
    results = {name: result for name, result in results.items() if result}
    for row in every():
        drawn = chart.draw(results[row.name], row) if row.name in results else None
        if drawn:
            (directory / f"{row.name}.svg").write_text(drawn, encoding="utf-8")
    (directory / "report.md").write_text(render(results, machine), encoding="utf-8")
    return results
