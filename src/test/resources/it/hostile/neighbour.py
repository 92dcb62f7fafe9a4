"""Tries on other processes what only their own user may do. Arguments: pids. A line for each attempt: "PID ATTEMPT RESULT",
where RESULT is "ok" or the name of the error.
"""

import ctypes
import errno
import os
import signal
import sys

PIDFD_SEND_SIGNAL, PIDFD_OPEN, PIDFD_GETFD = 424, 434, 438  # the same on x86-64 and aarch64
PTRACE_SEIZE = 0x4206
LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer):
    if answer < 0:
        raise OSError(ctypes.get_errno(), "")
    return answer


def read(path):
    with open(path, "rb") as file:
        file.read(1)


def memory(pid):
    fd = os.open("/proc/%d/mem" % pid, os.O_RDWR)
    os.close(fd)


def descriptors(pid):
    """Their numbers can be guessed where they cannot be listed: a listener, a board and a log are among them."""
    denied = None
    for fd in range(3, 300):
        try:
            os.stat("/proc/%d/fd/%d" % (pid, fd))
            return
        except FileNotFoundError:
            pass
        except OSError as error:
            denied = error
    if denied:
        raise denied


def take_descriptor(pid):
    pidfd = checked(LIBC.syscall(PIDFD_OPEN, pid, 0))
    try:
        for fd in range(0, 300):
            try:
                os.close(checked(LIBC.syscall(PIDFD_GETFD, pidfd, fd, 0)))
                return
            except OSError as error:
                if error.errno != errno.EBADF:
                    raise
    finally:
        os.close(pidfd)


def signal_by_descriptor(pid):
    pidfd = checked(LIBC.syscall(PIDFD_OPEN, pid, 0))
    try:
        checked(LIBC.syscall(PIDFD_SEND_SIGNAL, pidfd, 0, None, 0))
    finally:
        os.close(pidfd)


ATTEMPTS = {
    "environ": lambda pid: read("/proc/%d/environ" % pid),
    "maps": lambda pid: read("/proc/%d/maps" % pid),
    "mem": memory,
    "list-fd": lambda pid: os.listdir("/proc/%d/fd" % pid),
    "guess-fd": descriptors,
    "take-fd": take_descriptor,
    "root": lambda pid: os.listdir("/proc/%d/root/" % pid),
    "kill": lambda pid: os.kill(pid, 0),
    "kill-group": lambda pid: os.killpg(os.getpgid(pid), 0),
    "pidfd-signal": signal_by_descriptor,
    "limits": lambda pid: os.close(os.open("/proc/%d/oom_score_adj" % pid, os.O_WRONLY)),
}
# Only against others: it would leave the process traced.
HOSTILE = {
    "ptrace": lambda pid: checked(LIBC.ptrace(PTRACE_SEIZE, pid, None, None)),
    "TERM": lambda pid: os.kill(pid, signal.SIGTERM),
    "KILL": lambda pid: os.kill(pid, signal.SIGKILL),
}


def main():
    words = sys.argv[1:]
    attempts = dict(ATTEMPTS)
    if words[0] == "--hostile":
        words = words[1:]
        attempts.update(HOSTILE)
    for pid in map(int, words):
        for name, attempt in attempts.items():
            try:
                attempt(pid)
                result = "ok"
            except OSError as error:
                result = errno.errorcode[error.errno]
            print(pid, name, result, flush=True)


main()
