"""Forks until it must not any more once the file in its argument exists; ends all of them when that is gone again."""
import os
import signal
import sys
import time

trigger = sys.argv[1]
children = []
while True:
    if os.environ["PREFORK_SLOT"] == "0" and os.path.exists(trigger):
        try:
            pid = os.fork()
            if pid == 0:
                time.sleep(600)
                os._exit(0)
            children.append(pid)
        except BlockingIOError:
            pass  # at once again, or a pid that becomes free could be the master's
        continue
    while children and not os.path.exists(trigger):
        os.kill(children[-1], signal.SIGKILL)
        os.waitpid(children.pop(), 0)
    time.sleep(0.02)
