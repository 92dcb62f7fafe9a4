"""Single figures of a master's metrics, and waiting for them."""

import re
import time

from harness import BenchFailure, wire


def figure(text, series):
    """The value of a series such as ``prefork_workers{state="ready"}`` in the text format; None where there is none."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else None


def await_figures(running, wanted, patience=60.0):
    """Until a scrape has these values, by series."""
    deadline = time.monotonic() + patience
    seen = {}
    while seen != wanted:
        running.must_live()
        if time.monotonic() > deadline:
            raise BenchFailure(f"{running.peer.name}: scrapes had {seen}, never {wanted}")
        try:
            text = wire.get(running.management, "/q/metrics").body
            seen = {series: figure(text, series) for series in wanted}
        except OSError:
            seen = {}
        time.sleep(0.1)
