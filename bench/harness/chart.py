"""Plots as SVG, written by hand: for each metric a panel, for each subject a line with its samples and their median."""

from xml.sax.saxutils import escape

from harness import figures

WIDTH = 920
LEFT = 350
RIGHT = 90
LINE = 22
TITLE = 30
AXIS = 26
GAP = 14

STYLE = (
    "text{font:12px sans-serif;fill:#333}.t{font-weight:bold}.a{fill:#777;font-size:11px}"
    ".g{stroke:#ddd}.p{fill:#1f77b4;fill-opacity:.45}.m{stroke:#d62728;stroke-width:2.5}.b{fill:#f7f7f7}"
)


def steps(greatest):
    """Round numbers for an axis from 0 on, four to eight of them, the last at or above the greatest value."""
    if greatest <= 0:
        return [0.0, 1.0]
    size = 1.0
    while size * 8 < greatest:
        size *= 10
    while size * 0.8 >= greatest:
        size /= 10
    step = next(size * factor for factor in (0.2, 0.5, 1.0, 2.0) if size * factor * 8 >= greatest)
    count = 0
    while count * step < greatest:
        count += 1
    return [number * step for number in range(count + 1)]


def panel(title, series, top):
    """The elements of one panel whose upper edge is at ``top``, and its height. Series are pairs of label and samples."""
    ticks = steps(max(value for _, values in series for value in values))
    scale = (WIDTH - LEFT - RIGHT) / ticks[-1]
    bottom = top + TITLE + LINE * len(series)
    parts = [f'<text class="t" x="8" y="{top + 20}">{escape(title)}</text>']
    for tick in ticks:
        x = LEFT + tick * scale
        parts.append(f'<line class="g" x1="{x:.1f}" y1="{top + TITLE}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text class="a" text-anchor="middle" x="{x:.1f}" y="{bottom + 14}">{axis_text(tick)}</text>')
    for number, (label, values) in enumerate(series):
        y = top + TITLE + LINE * number + LINE / 2
        middle = figures.spread(values).median
        x = LEFT + middle * scale
        parts.append(f'<text text-anchor="end" x="{LEFT - 8}" y="{y + 4}">{escape(label)}</text>')
        parts += [f'<circle class="p" cx="{LEFT + value * scale:.1f}" cy="{y}" r="4"/>' for value in values]
        parts.append(f'<line class="m" x1="{x:.1f}" y1="{y - 8}" x2="{x:.1f}" y2="{y + 8}"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{y + 4}">{figures.text(middle)}</text>')
    return parts, TITLE + LINE * len(series) + AXIS + GAP


def axis_text(value):
    """A number of an axis."""
    return f"{value:g}" if value < 10000 else f"{value / 1000:g}k"


def svg(panels):
    """The document: panels below each other, each a pair of title and series."""
    parts, top = [], 0
    for title, series in panels:
        drawn, height = panel(title, series, top)
        parts += drawn
        top += height
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top}" viewBox="0 0 {WIDTH} {top}">',
            f"<style>{STYLE}</style>",
            f'<rect class="b" width="{WIDTH}" height="{top}"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def draw(result, row):
    """The row's plot, or None when none of its metrics was measured."""
    titles = result.run.get("titles", {})
    units = dict(result.metrics())
    panels = []
    for metric in row.metrics:
        series = []
        for subject in result.subjects():
            values = [value for found in result.values(subject, metric).values() for value in found]
            if values:
                series.append((titles.get(subject, subject), values))
        if series:
            unit = f", {units[metric]}" if units[metric] else ""
            panels.append((f"{metric}{unit}", series))
    return svg(panels) if panels else None
