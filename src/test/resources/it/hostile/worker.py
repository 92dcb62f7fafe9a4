"""A worker that serves one request at a time and turns hostile when it is asked to, after the answer: on /bomb it forks up to 300
processes that heed no SIGTERM, on /flood it writes 50,000 lines as fast as it can.

Every answer is "SLOT PID DESCRIPTOR".
"""

import os
import selectors
import signal
import socket
import sys
import time

SLOT = os.environ["PREFORK_SLOT"]


def bomb():
    for made in range(300):
        try:
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                while True:
                    time.sleep(600)
        except OSError as error:
            print("forked %d, then: %s" % (made, error.strerror), flush=True)
            return
    print("forked all", flush=True)


def flood():
    for i in range(50000):
        os.write(1, b"flood %05d\n" % i)


def serve(listener):
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return  # another worker was quicker
    with connection:
        connection.settimeout(20)
        request = connection.recv(4096)
        body = b"%s %d %d" % (SLOT.encode(), os.getpid(), listener.fileno())
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        connection.sendall(head + body)
    if b" /bomb " in request:
        bomb()
    if b" /flood " in request:
        flood()


def main():
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    sockets = selectors.DefaultSelector()
    sockets.register(socket.socket(fileno=3), selectors.EVENT_READ)
    while True:
        for key, _ in sockets.select():
            serve(key.fileobj)


main()
