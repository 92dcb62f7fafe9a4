"""A small server as a peer, for tests: its answers may be right or wrong."""

import sys

from harness.subject import Peer

SERVER = r"""
import http.server, os, signal, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        body = (sys.argv[2] % os.getpid()).encode()
        self.send_response(int(sys.argv[3]))
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler)
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
server.serve_forever()
"""


def peer(body="worker ? (pid %d)\n", status=200):
    """A peer that answers so."""
    return Peer(
        "python", "Python", lambda it: (sys.executable, "-c", SERVER, it.port, body, status), children_serve=False
    )
