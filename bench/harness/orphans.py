"""Processes whose parent has gone: they come to the bench, which ends them, so that none is left behind on any way."""

import ctypes
import os
import signal
import time

from harness import processes

#: From linux/prctl.h; see PR_SET_CHILD_SUBREAPER in prctl(2).
PR_SET_CHILD_SUBREAPER = 36


def adopt():
    """From now on orphans below this process become its children."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER) failed")


def kill_orphans(living, patience=10.0):
    """Kills and waits for the children of this process that are not among the living ones, and theirs in turn."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        orphans = [pid for pid in processes.children(os.getpid()) if pid not in living]
        if not orphans:
            return
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)
        for pid in orphans:
            os.waitpid(pid, 0)
