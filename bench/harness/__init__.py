"""The bench: starts Prefork and its peers in turn, measures them, and writes a report of ratios."""


class BenchFailure(Exception):
    """A measurement that cannot be trusted: a wrong answer, a process that ended, a deadline that passed."""


class Skipped(Exception):
    """Something is missing on this machine; the report says what."""
