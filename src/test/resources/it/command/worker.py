"""A worker as anybody might write one: serves HTTP on the sockets it is handed, one request at a time.

Every answer is "SLOT PID DESCRIPTOR", but for the paths below. Words of the command line that are no option are ignored.
"""

import os
import selectors
import signal
import socket
import sys
import time


def open_descriptors():
    listed = sorted(int(fd) for fd in os.listdir("/proc/self/fd"))
    # The listing had a descriptor of its own, which is closed by now.
    return [fd for fd in listed if os.path.lexists("/proc/self/fd/%d" % fd)]


AT_EXEC = open_descriptors()
state = {"busy": False, "stopping": False}


def say(text):
    print(text, flush=True)


def term(number, frame):
    state["stopping"] = True
    if not state["busy"]:
        sys.exit(0)


def descriptors():
    style = next((word.split("=")[1] for word in sys.argv if word.startswith("--sockets=")), "listen-fds")
    if style == "server-starter":
        return [int(entry.rsplit("=", 1)[1]) for entry in os.environ["SERVER_STARTER_PORT"].split(";")]
    if style == "einhorn":
        return [int(os.environ["EINHORN_FD_%d" % i]) for i in range(int(os.environ["EINHORN_FD_COUNT"]))]
    if style == "stdin":
        return [0]
    return list(range(3, 3 + int(os.environ["LISTEN_FDS"])))


def notify(message):
    address = os.environ["NOTIFY_SOCKET"]
    say("sends " + message)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(message.encode(), "\0" + address[1:] if address[0] == "@" else address)


def orphan(leaves_group):
    """Leaves a grandchild behind that lives until the master has become its parent."""
    master = int(os.environ["PREFORK_MASTER_PID"])
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        if leaves_group:
            os.setsid()
        if os.fork() == 0:
            os.write(writing, b"%d" % os.getpid())
            os.close(writing)
            deadline = time.monotonic() + 60
            while os.getppid() != master and time.monotonic() < deadline:
                time.sleep(0.01)
            os._exit(3)
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    number = os.read(reading, 32).decode()
    os.close(reading)
    return number


def daemon(ignores_term):
    """Leaves a grandchild behind, in a session of its own, that runs until it is ended; it holds the sockets as well."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN if ignores_term else signal.SIG_DFL)
            os.write(writing, b"%d" % os.getpid())
            while True:
                signal.pause()
        os._exit(0)
    os.waitpid(child, 0)
    number = os.read(reading, 32).decode()
    os.close(reading)
    os.close(writing)
    return number


def answer(path, fd):
    words = path.strip("/").split("/")
    if words[0] == "descriptors":
        return " ".join(map(str, AT_EXEC))
    if words[0] == "ready":
        notify("READY=1")
    if words[0] == "sleep":
        say("sleeps in pid %d" % os.getpid())
        time.sleep(float(words[1]))
    if words[0] == "wait":
        say("waits in pid %d" % os.getpid())
        while not os.path.exists("/" + "/".join(words[1:])):
            time.sleep(0.02)
    if words[0] == "signal":
        os.kill(int(os.environ["PREFORK_MASTER_PID"]), int(words[1]))
    if words[0] == "orphan":
        return orphan(words[1] == "elsewhere")
    if words[0] == "daemon":
        return daemon(words[1] == "stubborn")
    return "%s %d %d" % (os.environ["PREFORK_SLOT"], os.getpid(), fd)


def serve(listener):
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return  # another worker was quicker
    state["busy"] = True
    with connection:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(4096)
            if not piece:
                break
            request += piece
        else:
            body = answer(request.split(b" ")[1].decode(), listener.fileno()).encode()
            head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
            connection.sendall(head.encode() + body)
    state["busy"] = False


def main():
    signal.signal(signal.SIGTERM, signal.SIG_IGN if "--ignore-term" in sys.argv else term)
    sockets = selectors.DefaultSelector()
    for fd in descriptors():
        sockets.register(socket.socket(fileno=fd), selectors.EVENT_READ)
    while not state["stopping"]:
        for key, _ in sockets.select():
            serve(key.fileobj)


main()
