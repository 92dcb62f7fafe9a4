"""A WSGI application for gunicorn and uWSGI: says which process answers."""

import os


def application(_, start_response):
    """Answers any request."""
    body = f"worker ? (pid {os.getpid()})\n".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
