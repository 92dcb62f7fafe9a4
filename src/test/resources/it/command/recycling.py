"""A worker that asks to be replaced, or grows, when a request says so; it loses no request when it is stopped."""

import os
import selectors
import signal
import socket

ballast = []
state = {"stopping": False, "answered": 0}


def stop(number, frame):
    state["stopping"] = True


def notify(message):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(message.encode(), "\0" + os.environ["NOTIFY_SOCKET"][1:])


def answer(path):
    words = path.strip("/").split("/")
    if words[0] == "ask":
        for _ in range(3):
            notify("PREFORK_RECYCLE=1")
    if words[0] == "grow":
        # Written to, or no page would be there.
        ballast.append(b"x" * (int(words[1]) << 20))
    return "%s %d %s" % (os.environ["PREFORK_SLOT"], os.getpid(), os.environ["PREFORK_GENERATION"])


def serve(listener):
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return  # another worker was quicker
    with connection:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(4096)
            if not piece:
                return
            request += piece
        body = answer(request.split(b" ")[1].decode()).encode()
        head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        connection.sendall(head.encode() + body)
    state["answered"] += 1
    if state["answered"] == int(os.environ.get("PREFORK_MAX_REQUESTS", "0")):
        notify("PREFORK_RECYCLE=1")


def main():
    # A signal that comes before select() is called must end it all the same: it is a byte in here.
    waking, woken = socket.socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.fileno())
    signal.signal(signal.SIGTERM, stop)
    sockets = selectors.DefaultSelector()
    sockets.register(woken, selectors.EVENT_READ)
    listener = socket.socket(fileno=3)
    sockets.register(listener, selectors.EVENT_READ)
    while not state["stopping"]:
        for key, _ in sockets.select():
            if key.fileobj is listener and not state["stopping"]:
                serve(listener)


main()
