"""A command whose worker in slot 0 shows other series in each generation and soon exits; the others count honestly.

For --metrics-url unix:DIRECTORY/{slot}.sock:/metrics. Arguments: the directory, how many new series a generation has, how many
bytes the value of their label has, and how many answers a generation gives before it exits. An honest worker shows
app_jobs_total, which grows by one with each answer, and a gauge app_slot_SLOT; so does the hostile one, after its new series.
"""

import os
import socket
import sys

directory = sys.argv[1]
series, length, answers = (int(word) for word in sys.argv[2:5])
slot = os.environ["PREFORK_SLOT"]
path = os.path.join(directory, slot + ".sock")


def grown():
    lines = ["# TYPE aaa_grows_total counter"]
    for _ in range(series):
        lines.append('aaa_grows_total{of="%s"} 1' % os.urandom(length // 2).hex())
    return "\n".join(lines) + "\n"


own = grown() if slot == "0" else ""
listener = socket.socket(socket.AF_UNIX)
if os.path.exists(path):
    os.unlink(path)
listener.bind(path)
listener.listen(64)
count = 0
while slot != "0" or count < answers:
    connection, _ = listener.accept()
    try:
        connection.recv(65536)
        count += 1
        honest = "# TYPE app_jobs_total counter\napp_jobs_total %d\n# TYPE app_slot_%s gauge\napp_slot_%s 1\n"
        body = (own + honest % (count, slot, slot)).encode()
        head = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body)
        connection.sendall(head.encode() + body)
    except OSError:
        # The master has given up reading.
        pass
    connection.close()
