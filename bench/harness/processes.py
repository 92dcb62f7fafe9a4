"""What /proc says about a process and its offspring: who they are, their CPU time, their memory. See proc(5)."""

import os
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")

#: The kind of clock in a process' clock id that counts its CPU time in nanoseconds; see clock_getcpuclockid(3).
CPU_CLOCK = 2


@dataclass(frozen=True)
class Stat:
    """One line of /proc/PID/stat: times in seconds, those of reaped children apart."""

    pid: int
    name: str
    state: str
    parent: int
    cpu: float
    reaped: float


def parse_stat(line):
    """A name may hold blanks and parentheses: what counts is the last one that closes."""
    head, _, tail = line.rpartition(")")
    pid, _, name = head.partition(" (")
    fields = tail.split()
    times = [int(field) / TICKS for field in fields[11:15]]
    return Stat(int(pid), name, fields[0], int(fields[1]), times[0] + times[1], times[2] + times[3])


def stat(pid):
    """The process' Stat, or None when there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return parse_stat(file.read())
    except (FileNotFoundError, ProcessLookupError):
        return None


def tree(root):
    """The Stats of a process and all its offspring, parents first."""
    entries = (stat(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return below(root, [entry for entry in entries if entry])


def below(root, stats):
    """Those of the Stats that are the root or its offspring, parents first."""
    children = {}
    for entry in stats:
        children.setdefault(entry.parent, []).append(entry)
    found = [entry for entry in stats if entry.pid == root]
    for entry in found:
        found.extend(children.get(entry.pid, ()))
    return found


def cpu(pid):
    """The CPU time of one living process, to the nanosecond, without its children's; None when it is gone."""
    try:
        return time.clock_gettime((~pid << 3) | CPU_CLOCK)
    except OSError:
        return None


def tree_cpu(root):
    """The CPU time of a process, its offspring, and those of them that ended and were waited for.

    A child that ends between two readings would be missed or counted twice; the tree is read again until it stood still.
    """
    for _ in range(50):
        before = tree(root)
        total = sum((cpu(entry.pid) or 0) + entry.reaped for entry in before)
        if {entry.pid: entry.reaped for entry in tree(root)} == {entry.pid: entry.reaped for entry in before}:
            break
    return total


def children(pid):
    """The pids of the direct children, without a walk through all of /proc where the kernel has the list."""
    try:
        found = []
        for thread in os.listdir(f"/proc/{pid}/task"):
            try:
                with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                    found.extend(int(child) for child in file.read().split())
            except ProcessLookupError:
                continue
            except FileNotFoundError:
                if os.path.exists(f"/proc/{pid}/task/{thread}"):
                    return [entry.pid for entry in tree(pid) if entry.parent == pid]
        return found
    except (FileNotFoundError, ProcessLookupError):
        return []


def program(pid):
    """The name of the file that the process executes, nothing when it is gone."""
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return ""


def parse_rollup(text):
    """Megabytes (10⁶ bytes) of /proc/PID/smaps_rollup: rss, pss, private."""
    sizes = {}
    for line in text.splitlines()[1:]:
        key, _, rest = line.partition(":")
        sizes[key] = int(rest.split()[0]) * 1024 / 1e6
    return {
        "rss": sizes["Rss"],
        "pss": sizes["Pss"],
        "private": sizes["Private_Clean"] + sizes["Private_Dirty"] + sizes.get("Private_Hugetlb", 0),
    }


def memory(pid):
    """rss, pss and private megabytes of a process."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return parse_rollup(file.read())


def maps(pid, path):
    """Whether the process has a file below this path mapped."""
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            return any(path in line for line in file)
    except (FileNotFoundError, ProcessLookupError):
        return False
