"""A server as of old: a bare accept loop on descriptor 3, which ends when accept does not block.

It asks nothing of the socket and changes nothing about it. SIGQUIT stops it after the request in hand; SIGTERM is ignored.
"""

import os
import signal
import socket
import sys

state = {"busy": False, "stopping": False}


def quit_in_order(number, frame):
    state["stopping"] = True
    if not state["busy"]:
        sys.exit(0)


signal.signal(signal.SIGQUIT, quit_in_order)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
listener = socket.socket(fileno=3)
answer = ("%s %d 3" % (os.environ["PREFORK_SLOT"], os.getpid())).encode()

while not state["stopping"]:
    connection, _ = listener.accept()
    state["busy"] = True
    with connection:
        request = b""
        while b"\r\n\r\n" not in request:
            more = connection.recv(65536)
            if not more:
                break
            request += more
        head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(answer)
        connection.sendall(head.encode() + answer)
    state["busy"] = False
