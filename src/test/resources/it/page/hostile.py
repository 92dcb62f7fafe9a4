"""A worker that serves, and whose STATUS= would be markup to a careless reader."""

import os
import socket
import time


def notify(message):
    address = os.environ["NOTIFY_SOCKET"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(message.encode(), "\0" + address[1:] if address[0] == "@" else address)


hoard = b"x" * (4 << 20) * (1 + int(os.environ["PREFORK_SLOT"]))
notify("READY=1\nSTATUS=<img src=x onerror=\"hacked=1;alert(1)\"></td><script>hacked=1</script> serving")
turn = 0
while True:
    turn += 1
    end = time.monotonic() + 0.02 * (1 + turn % 3)
    while time.monotonic() < end:
        pass
    time.sleep(0.5)
