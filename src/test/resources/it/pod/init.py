"""PID 1 of a pod whose containers share their processes: starts a stranger beside the command it is given, and reaps.

Says "reaped PID" for each that it inherits, "the stranger is PID", "the command is PID" and "the command ended: CODE"; ends
when it is told to.
"""

import os
import signal
import subprocess
import sys


def say(text):
    print(text, flush=True)


def orphan():
    """Leaves a child behind that has ended."""
    if os.fork() == 0:
        if os.fork() == 0:
            os._exit(0)
        os._exit(0)
    os.wait()


def stranger():
    """Forks a child of its own and makes an orphan whenever it is asked to."""
    signal.signal(signal.SIGUSR1, lambda number, frame: orphan())
    if os.fork() == 0:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    while True:
        signal.pause()


signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))
strangers = os.fork()
if strangers == 0:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()
    stranger()
say("the stranger is %d" % strangers)
command = subprocess.Popen(sys.argv[1:], start_new_session=True)
say("the command is %d" % command.pid)
while True:
    pid, status = os.wait()
    if pid == command.pid:
        say("the command ended: %d" % os.waitstatus_to_exitcode(status))
    else:
        say("reaped %d" % pid)
