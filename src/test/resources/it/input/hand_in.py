"""Becomes a command that finds descriptors from 3 on, as from systemd: hand_in.py KIND[,KIND...] [NAMES] -- COMMAND...

For each TCP listener says "handed in PORT INODE". They are blocking, as those of most parents are.
"""

import os
import socket
import sys

kept = []


def tcp():
    listener = socket.create_server(("127.0.0.1", 0))
    inode = os.fstat(listener.fileno()).st_ino
    print("handed in %d %d" % (listener.getsockname()[1], inode), flush=True)
    return listener


def tcp_at(port):
    return socket.create_server(("127.0.0.1", port))


def connected():
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    kept.extend([server, client])
    return client


def make(kind):
    if kind.isdigit():
        return tcp_at(int(kind))
    return {
        "tcp": tcp,
        "file": lambda: open("/dev/null"),
        "unbound": socket.socket,
        "connected": connected,
        "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    }[kind]()


end = sys.argv.index("--")
kinds = sys.argv[1].split(",")
# Out of the way of the numbers they are to have.
high = []
for kind in kinds:
    if kind != "closed":
        made = make(kind)
        kept.append(made)
        high.append(os.dup2(made.fileno(), 100 + len(high)))
    else:
        high.append(None)
for i, fd in enumerate(high):
    if fd is None:
        os.closerange(3 + i, 4 + i)
    else:
        os.dup2(fd, 3 + i, inheritable=True)
        os.set_inheritable(fd, False)
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = str(len(kinds))
if end > 2:
    os.environ["LISTEN_FDNAMES"] = sys.argv[2]
os.execvp(sys.argv[end + 1], sys.argv[end + 1:])
