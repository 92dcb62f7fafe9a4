"""The arithmetic of the report: medians, spreads, and ratios of one round's pairs. Pure."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of samples, with the least and the greatest, and how many there were."""

    median: float
    least: float
    greatest: float
    count: int


def spread(values):
    """The Spread of a non-empty list of numbers."""
    values = list(values)
    if not values:
        raise ValueError("a spread needs at least one sample")
    return Spread(statistics.median(values), min(values), max(values), len(values))


def quantile(values, share):
    """The value below which this share (0 to 1) of the samples lies, interpolated linearly."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("a quantile needs at least one sample")
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def ratios(values, base):
    """Each round's value divided by the same round's base: what disturbs a whole round disturbs both.

    Both are dicts from round to value, or to a list of values, of which the median counts. Rounds that one of them lacks,
    and bases of zero, are left out.
    """
    pairs = []
    for number in sorted(set(values) & set(base)):
        below = middle(base[number])
        if below:
            pairs.append(middle(values[number]) / below)
    return pairs


def middle(value):
    """The median of a list, or the number itself."""
    return statistics.median(value) if isinstance(value, list) else value


def text(value):
    """A number as a person reads it: three significant digits, thousands set apart."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}".replace(",", " ")
    if size >= 10:
        return f"{value:.1f}"
    if size >= 1:
        return f"{value:.2f}"
    return f"{value:.3g}" if size else "0"
