"""A WSGI application that names the slot, the server process that was started, and the process that answers."""

import os


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [("%s %d %d" % (os.environ["PREFORK_SLOT"], os.getppid(), os.getpid())).encode()]


application = app
