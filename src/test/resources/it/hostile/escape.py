"""A worker that tries to get out of its master's reach, in the way that the first word names.

Each process says who it is, and of each SIGTERM that it got. Where there are two workers, the one in slot 0 behaves.
"""

import errno
import os
import signal
import socket
import sys
import time

NOBODY = 65533
MASTER = os.environ["PREFORK_MASTER_PID"]


def say(text):
    os.write(1, (text + "\n").encode())


def notify(message, address=os.environ["NOTIFY_SOCKET"]):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(message.encode(), "\0" + address[1:])


def rest(name, stubborn=False):
    """Lives until it is ended."""

    def term(number, frame):
        say(name + " got TERM")
        if not stubborn:
            os._exit(0)

    signal.signal(signal.SIGTERM, term)
    say("%s is pid %d" % (name, os.getpid()))
    if name == "worker":
        notify("READY=1")
    while True:
        signal.pause()


def fork(life):
    """Starts a child, and returns once it has begun its life, by a call of the function that it is given."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            life(lambda: os.write(writing, b"."))
        finally:
            os._exit(1)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    return child


def attempt(what, call, *arguments):
    try:
        call(*arguments)
        say(what + ": done")
    except OSError as e:
        say(what + ": " + errno.errorcode[e.errno])


def become(user):
    if user is not None:
        os.setresuid(user, user, user)


def job(stubborn, user=None):
    """In a group of its own, with a child in yet another one, as a shell with job control starts its jobs."""

    def second(begun):
        os.setpgid(0, 0)
        begun()
        rest("second job", stubborn)

    def first(begun):
        os.setpgid(0, 0)
        become(user)
        fork(second)
        begun()
        rest("first job", stubborn)

    return fork(first)


def daemon(user=None):
    """Twice forked, in a session of its own, with nothing open; ignores SIGTERM."""

    def parent(begun):
        os.setsid()
        child = os.fork()
        if child != 0:
            say("daemon is pid %d" % child)
            begun()
            os._exit(0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        become(user)
        os.closerange(0, 1024)
        while True:
            signal.pause()

    os.waitpid(fork(parent), 0)


def sibling():
    """The worker in slot 0 and the name of its socket, as any process of the same user finds them."""
    while True:
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/environ" % pid) as file:
                    environment = file.read().split("\0")
                with open("/proc/%s/stat" % pid) as file:
                    parent = file.read().rsplit(")", 1)[1].split()[1]
            except OSError:
                continue
            if parent == MASTER and "PREFORK_SLOT=0" in environment and "PREFORK_MASTER_PID=" + MASTER in environment:
                names = [entry for entry in environment if entry.startswith("NOTIFY_SOCKET=")]
                return int(pid), names[0].split("=", 1)[1]
        time.sleep(0.05)


def forge():
    """Sends the sibling's end, from processes of every kind, all of which live on."""
    victim, name = sibling()
    with open("/proc/net/unix") as sockets:
        say("the sibling's socket is %sin /proc/net/unix" % ("" if name in sockets.read() else "not "))
    attempt("the worker joins its sibling's group", os.setpgid, 0, victim)

    def sender(before):
        def life(begun):
            before()
            notify("STOPPING=1\nREADY=1\nSTATUS=forged", name)
            begun()
            rest("sender")

        return life

    fork(sender(lambda: None))
    fork(sender(lambda: attempt("a child joins its sibling's group", os.setpgid, 0, victim)))
    fork(sender(lambda: os.setpgid(0, 0)))
    fork(sender(os.setsid))
    if os.getuid() == 0:
        fork(sender(lambda: become(NOBODY)))
    notify("STOPPING=1\nREADY=1\nSTATUS=forged", name)


def leave():
    """Out of its own group, into that of a child."""
    attempt("the worker begins a session", os.setsid)
    attempt("the worker joins its child's group", os.setpgid, 0, job(True))


def main(way):
    if way == "jobs":
        job(False)
    elif way == "stubborn-jobs":
        job(True)
    elif way == "leave":
        leave()
    elif way == "daemon":
        daemon()
    elif way == "daemon-of-another-user":
        daemon(NOBODY)
    elif way == "another-user":
        become(NOBODY)
    elif way == "jobs-of-another-user":
        job(True, NOBODY)
    elif way == "forge" and os.environ["PREFORK_SLOT"] == "1":
        forge()
    elif way == "stop":
        notify("READY=1")
        os.kill(os.getpid(), signal.SIGSTOP)
    rest("worker", way in ("leave", "another-user"))


main(sys.argv[1])
