"""The rows of the report, in its order. A row has a name, a title, a baseline, goals, and a ``run``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """What a metric of one subject is to be: at most (or at least) so many times another's, or so much by itself.

    Without ``base`` the limit is in ``unit``, the metric's own, and depends on the machine.
    """

    subject: str
    metric: str
    limit: float
    base: str = ""
    at_least: bool = False
    unit: str = ""

    def words(self):
        """The limit as the report writes it."""
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.limit:g} × {self.base}" if self.base else f"{sign} {self.limit:g} {self.unit}".strip()


@dataclass(frozen=True)
class Row:
    """One row: ``run`` takes the bench and a RowResult, and fills the result.

    ``baseline`` is the peer to which all others are set in ratio. ``metrics`` are those drawn; all are in the tables.
    """

    name: str
    title: str
    explanation: str
    run: object
    baseline: str = ""
    goals: tuple = ()
    metrics: tuple = ()
    quick: bool = False


def every():
    """All rows, in the report's order."""
    from harness.rows import dependency, fairness, load, memory, recovery, reload, scrape, start, stop, takeover, thousand

    modules = (start, load, dependency, recovery, takeover, reload, stop, memory, thousand, scrape, fairness)
    return [row for module in modules for row in module.ROWS]
