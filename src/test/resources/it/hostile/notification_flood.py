"""A process that is no worker and floods the notification sockets of a master, until it is killed.

Arguments: the master's pid, what to send, and optionally a uid to become first, which the sockets' names do not keep out: any
process of the network namespace finds them in /proc/net/unix. One process floods each socket, and looks for new ones once all are
gone. What to send: "lines" is a message of as many lines as fit, "long" one of 200 KB, "descriptors" one with 100 open files
attached, "forks" a short one, each from a new process.
"""

import array
import os
import socket
import sys
import time

master, kind = sys.argv[1:3]
if len(sys.argv) > 3:
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[3]))
parent = os.getpid()


def names():
    with open("/proc/net/unix") as table:
        words = [line.split() for line in table]
    return {line[7] for line in words if len(line) > 7 and line[7].startswith("@prefork/" + master + "/")}


def flood(name):
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    channel.connect("\0" + name[1:])
    message = {"lines": b"A=\n" * 2700, "long": b"STATUS=" + b"x" * 200_000}.get(kind, b"READY=1\nWATCHDOG=1\nSTATUS=flood")
    files = array.array("i", [os.open("/dev/null", os.O_RDONLY) for _ in range(100)])
    while os.getppid() == parent:
        if kind == "forks":
            one = os.fork()
            if one == 0:
                channel.send(message)
                os._exit(0)
            os.waitpid(one, 0)
        elif kind == "descriptors":
            channel.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
        else:
            channel.send(message)


print("flooding", flush=True)
while True:
    for name in names():
        if os.fork() == 0:
            try:
                flood(name)
            except OSError:
                # The socket is closed: its worker has ended.
                pass
            os._exit(0)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        time.sleep(0.05)
