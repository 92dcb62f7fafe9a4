"""A worker that shows metrics of its own, in a way that a test decides while it runs.

Arguments: a directory, "plain" or "open" for the format, and where to listen: a port, to which the slot's number is added, or
"unix" for SLOT.sock in the directory. In the directory "SLOT-PID.count" says what it has counted, 0 if there is no such file,
and "SLOT.mode" how it behaves: "hang" takes requests and never answers, "garbage" answers what is no metric, "gauge" says that
the counter is a gauge. The others end in the middle of the counter's number, as if it had died: "cut" by closing the
connection, "length" short of a Content-Length, "chunks" without the last chunk; but "eof" only lacks the EOF of its format.
"""

import os
import socket
import sys

directory, style, where = sys.argv[1:4]
slot = os.environ["PREFORK_SLOT"]
unanswered = []


def told(name):
    try:
        with open(os.path.join(directory, name)) as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def plain(count, kind):
    return """# HELP app_jobs_total Jobs done
# TYPE app_jobs_total %(kind)s
app_jobs_total{kind="a"} %(count)d
# HELP app_queue Jobs that wait
# TYPE app_queue gauge
app_queue 3
# HELP app_job_seconds How long jobs took
# TYPE app_job_seconds histogram
app_job_seconds_bucket{le="0.1"} 0
app_job_seconds_bucket{le="1"} %(count)d
app_job_seconds_bucket{le="+Inf"} %(count)d
app_job_seconds_sum %(sum)s
app_job_seconds_count %(count)d
# TYPE app_seen_%(slot)s gauge
app_seen_%(slot)s 1
""" % {"kind": kind, "count": count, "sum": count * 0.5, "slot": slot}


def openmetrics(count, kind):
    text = plain(count, kind).replace("# HELP app_jobs_total", "# HELP app_jobs")
    return text.replace("# TYPE app_jobs_total", "# TYPE app_jobs") + "# EOF\n"


def answer():
    if told(slot + ".mode") == "garbage":
        return "app_jobs_total{kind= 7\n\0\1\2 <html>\n"
    kind = "gauge" if told(slot + ".mode") == "gauge" else "counter"
    count = int(told("%s-%d.count" % (slot, os.getpid())) or 0)
    return openmetrics(count, kind) if style == "open" else plain(count, kind)


def listener():
    if where != "unix":
        return socket.create_server(("127.0.0.1", int(where) + int(slot)))
    path = os.path.join(directory, slot + ".sock")
    if os.path.exists(path):
        os.unlink(path)  # of a predecessor that was killed
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    return server


def serve(connection):
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(4096)
        if not piece:
            connection.close()
            return
        request += piece
    if told(slot + ".mode") == "hang":
        unanswered.append(connection)
        return
    mode = told(slot + ".mode")
    body = answer()
    cut = body[: body.index('{kind="a"}') + 12] if mode in ("cut", "length", "chunks") else body
    framing = "Connection: close"
    if mode == "length":
        framing = "Content-Length: %d" % len(body)
    elif mode == "chunks":
        framing = "Transfer-Encoding: chunked"
        cut = "%x\r\n%s\r\n" % (len(cut), cut)
    elif mode == "eof":
        cut = body.replace("# EOF\n", "")
    kind = "application/openmetrics-text; version=1.0.0" if style == "open" else "text/plain; version=0.0.4"
    head = "HTTP/1.1 200 OK\r\nContent-Type: %s; charset=utf-8\r\n%s\r\n\r\n" % (kind, framing)
    connection.sendall((head + cut).encode())
    connection.close()


def main():
    server = listener()
    print("shows metrics", flush=True)
    while True:
        connection, _ = server.accept()
        try:
            serve(connection)
        except OSError:
            connection.close()  # the master did not wait for it


main()
