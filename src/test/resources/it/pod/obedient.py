"""A worker that does what a test asks of it. It says when it is ready, beats for the watchdog, and serves one request at a
time; a request that it has begun is always finished.

Every answer is "SLOT PID DESCRIPTOR". On /eat it takes memory until somebody ends it, on /mute it beats no more.
With --ready-below=DIRECTORY it is ready once the directory has a file named after its slot.
"""

import os
import selectors
import signal
import socket
import sys
import time

SLOT = os.environ["PREFORK_SLOT"]
state = {"stopping": False, "ready": False, "mute": False, "beat_at": 0.0}


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def told(number, frame):
    os.write(1, b"pid %d got %s\n" % (os.getpid(), signal.Signals(number).name.encode()))
    state["stopping"] = True


def notify(message):
    address = os.environ["NOTIFY_SOCKET"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(message.encode(), "\0" + address[1:] if address[0] == "@" else address)


def may_be_ready():
    below = next((word.split("=")[1] for word in sys.argv if word.startswith("--ready-below=")), None)
    return below is None or os.path.exists(os.path.join(below, SLOT))


def look_after_the_master():
    if not state["ready"] and may_be_ready():
        state["ready"] = True
        notify("READY=1")
    allowed = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6
    if state["ready"] and allowed and not state["mute"] and time.monotonic() - state["beat_at"] > allowed / 4:
        state["beat_at"] = time.monotonic()
        notify("WATCHDOG=1")


def eat():
    say("eats in pid %d" % os.getpid())
    hoard = []
    while True:
        hoard.append(b"x" * (4 << 20))


def serve(listener):
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return  # another worker was quicker
    with connection:
        connection.settimeout(20)
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(4096)
            if not piece:
                return
            request += piece
        path = request.split(b" ")[1]
        if path == b"/eat":
            eat()
        if path == b"/mute":
            state["mute"] = True
        body = b"%s %d %d" % (SLOT.encode(), os.getpid(), listener.fileno())
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        connection.sendall(head + body)


def main():
    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGQUIT, told)
    sockets = selectors.DefaultSelector()
    for fd in range(3, 3 + int(os.environ["LISTEN_FDS"])):
        sockets.register(socket.socket(fileno=fd), selectors.EVENT_READ)
    while not state["stopping"]:
        look_after_the_master()
        # Python takes up the wait again after a signal, so it must not be long.
        for key, _ in sockets.select(0.05):
            serve(key.fileobj)


main()
