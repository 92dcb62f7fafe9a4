"""Waits for a connection on descriptor 3 in the way that the first argument names, or in a way that only looks like it."""

import os
import select
import signal
import socket
import sys
import time

way = sys.argv[1]
listener = socket.socket(fileno=3)
quiet, other_end = os.pipe()
arrivals = select.epoll()
print("up", flush=True)

if way == "accept":
    listener.setblocking(True)
    listener.accept()
elif way == "poll":
    waiting = select.poll()
    waiting.register(quiet, select.POLLIN)
    waiting.register(listener, select.POLLIN)
    waiting.poll()
elif way == "select":
    select.select([quiet, listener], [], [])
elif way == "epoll":
    arrivals.register(listener, select.EPOLLIN)
    arrivals.poll()
elif way == "moved":
    high = os.dup2(3, 77)
    arrivals.register(high, select.EPOLLIN)
    os.dup2(quiet, high)
    arrivals.poll()
elif way == "busy":  # never seen asleep in a call that names the listener
    held = []
    while True:
        time.sleep(0.02)
        try:
            held.append(listener.accept())
        except BlockingIOError:
            pass
elif way == "poll-other":
    waiting = select.poll()
    waiting.register(quiet, select.POLLIN)
    waiting.poll()
elif way == "poll-write":
    waiting = select.poll()
    waiting.register(listener, select.POLLOUT)
    waiting.poll()
elif way == "select-other":
    select.select([quiet], [], [])
elif way == "epoll-no-events":  # as Netty does before it is told to accept
    arrivals.register(listener, select.EPOLLET)
    arrivals.poll()
elif way == "epoll-stale":  # the number that was registered is the listener's now, what was registered is not
    os.dup2(quiet, 77)
    arrivals.register(77, select.EPOLLIN)
    os.dup2(3, 77)
    arrivals.poll()
elif way == "epoll-inherited":  # by a child that does something else with it
    arrivals.register(listener, select.EPOLLIN)
    if os.fork():
        signal.pause()
    select.select([quiet], [], [])
elif way == "pause":
    signal.pause()
else:
    sys.exit("no such way: " + way)
