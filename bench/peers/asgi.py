"""An ASGI application for uvicorn: says which process answers."""

import os


async def application(scope, _, send):
    """Answers any request."""
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    body = f"worker ? (pid {os.getpid()})\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
