"""An HTTP worker on descriptor 3, one connection at a time. Writes what it sees to the file LOG, one line for each connection.

Arguments: LOG, and then any of
  status=N         the status it answers with (200)
  version=1.0      what it says it speaks (1.1)
  early            sends 103 Early Hints first
  bad-until=FILE   answers 503 until the file exists
  mute-until=FILE  accepts, but does not answer, until the file exists
  deaf-until=FILE  accepts nothing until the file exists
  exclusive        waits with EPOLLEXCLUSIVE, with which the kernel prefers the process that registered first
  children=N       forks N processes that accept, and does not accept itself
  session          those leave the process group; as all children do, they end with their parent
"""

import os
import select
import signal
import socket
import sys
import time

options = dict(word.partition("=")[::2] for word in sys.argv[2:])
listener = socket.socket(fileno=3)


def log(text):
    with open(sys.argv[1], "a") as file:
        file.write(text + "\n")


def pending(option):
    return option in options and not os.path.exists(options[option])


def serve(connection):
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(4096)
        if not piece:
            log("empty" if not request else "part")
            return
        request += piece
    lines = request.decode().split("\r\n")
    log(" ".join(["asked", lines[0]] + [line for line in lines if line.startswith(("Host", "Connection"))]))
    if pending("mute-until"):
        log("waited for %d" % len(connection.recv(100)))
        return
    status = "503" if pending("bad-until") else options.get("status", "200")
    hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" if "early" in options else ""
    body = "x" * 20000
    answer = "%sHTTP/%s %s Some Reason\r\nContent-Length: %d\r\n\r\n%s"
    connection.sendall((answer % (hints, options.get("version", "1.1"), status, len(body), body)).encode())


def accept(parent):
    exclusive = select.EPOLLEXCLUSIVE if "exclusive" in options else 0
    arrivals = select.epoll()
    arrivals.register(listener, select.EPOLLIN | exclusive)
    while pending("deaf-until"):
        time.sleep(0.01)
    while os.getppid() == parent:
        if not arrivals.poll(0.1):
            continue
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            continue
        with connection:
            try:
                serve(connection)
            except ConnectionError as broken:
                log("broken %s" % broken)


def main():
    parent = os.getpid()
    for _ in range(int(options.get("children", "0"))):
        if os.fork() == 0:
            if "session" in options:
                os.setsid()
            accept(parent)
            os._exit(0)
    print("up", flush=True)
    if "children" in options:
        signal.pause()
    accept(os.getppid())


main()
