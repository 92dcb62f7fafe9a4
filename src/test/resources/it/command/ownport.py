"""A worker that binds a port of its own once DIRECTORY/listen is there, and is healthy once DIRECTORY/healthy is.

ownport.py DIRECTORY PORT: writes DIRECTORY/started-SLOT at its start, and its port into DIRECTORY/port-SLOT.
"""

import http.server
import os
import signal
import sys
import time

directory, port = sys.argv[1], int(sys.argv[2])
slot = os.environ["PREFORK_SLOT"]


def path(name):
    return os.path.join(directory, name)


def write(name, text):
    with open(path(name + ".tmp"), "w") as file:
        file.write(text)
    os.rename(path(name + ".tmp"), path(name))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = ("%s %d" % (slot, os.getpid())).encode()
        self.send_response(200 if os.path.exists(path("healthy")) else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


signal.signal(signal.SIGTERM, lambda *arguments: os._exit(0))
write("started-" + slot, "")
while not os.path.exists(path("listen")):
    time.sleep(0.01)
server = http.server.HTTPServer(("127.0.0.1", port), Handler)
write("port-" + slot, str(server.server_port))
server.serve_forever()
