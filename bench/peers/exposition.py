"""A worker that only exposes metrics, on a unix socket: exposition.py PATH. Cheap enough to run 64 of it."""

import os
import socket
import sys

FAMILIES = "".join(
    f"# TYPE app_{name}_total counter\n" + "".join(f'app_{name}_total{{code="{code}"}} 17\n' for code in range(10))
    for name in ("requests", "errors", "bytes", "retries", "hits")
).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\nContent-Length: "
    + str(len(FAMILIES)).encode()
    + b"\r\n\r\n"
    + FAMILIES
)

path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(16)
while True:
    connection, _ = listener.accept()
    with connection:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                break
            data += more
        else:
            connection.sendall(ANSWER)
