"""A worker that does one thing with its notification socket: what the first word of the command line says."""

import array
import glob
import os
import socket
import sys
import time


def variables(process):
    with open(process + "/environ", "rb") as environ:
        return dict(entry.split("=", 1) for entry in environ.read().decode("latin-1").split("\0") if "=" in entry)


def name(address):
    return "\0" + address[1:]


OWN = name(os.environ["NOTIFY_SOCKET"])
SLOT = os.environ["PREFORK_SLOT"]
channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)


def send(message, to=OWN):
    channel.sendto(message.encode(), to)


def say(text):
    print(text, flush=True)


def flood():
    """In slot 0; all others start slowly and send heartbeats."""
    if SLOT == "0":
        count = 0
        while True:
            count += 1
            send("READY=1\nWATCHDOG=1\nMAINPID=1\nFOO%d=1\nSTATUS=round %d" % (count % 1000, count))
    time.sleep(2)
    send("READY=1")
    while True:
        time.sleep(0.3)
        send("WATCHDOG=1")


def beat():
    """Readiness and heartbeats, for which it waits as long as it must."""
    send("READY=1")
    while True:
        send("WATCHDOG=1")
        time.sleep(0.3)


def leave():
    """As a shell script does that runs systemd-notify --no-block --ready, and not as root."""
    sender = os.fork()
    if sender == 0:
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        send("READY=1")
        os._exit(0)
    os.waitpid(sender, 0)


def forge():
    """Slot 1 sends READY=1 for slot 0, which says nothing, and then for itself."""
    if SLOT == "0":
        return
    victim = None
    while victim is None:
        for process in glob.glob("/proc/[0-9]*"):
            try:
                found = variables(process)
            except OSError:
                continue
            if found.get("PREFORK_SLOT") == "0" and found.get("PREFORK_MASTER_PID") == os.environ["PREFORK_MASTER_PID"]:
                victim = found["NOTIFY_SOCKET"]
    for _ in range(20):
        send("READY=1", name(victim))
    send("READY=1")


def barrier():
    """As sd_notify_barrier(3)."""
    send("STATUS=loading model")
    send("READY=1")
    for _ in range(20):
        reading, writing = os.pipe()
        pipe = os.readlink("/proc/self/fd/%d" % writing)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [writing]))]
        channel.sendmsg([b"BARRIER=1"], rights, 0, OWN)
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        say("released " + pipe)
    say("released all")


{"flood": flood, "beat": beat, "leave": leave, "forge": forge, "barrier": barrier}[sys.argv[1]]()
time.sleep(600)
