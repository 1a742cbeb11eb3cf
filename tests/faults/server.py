"""A web server whose processes can be killed at any moment: another one takes its place in milliseconds.

    python -m tests.faults.server PORT PROCESSES

The application is loaded once and forked, so that a shop can be killed two hundred times in a minute or two.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from socketserver import ThreadingMixIn
from types import FrameType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.db import connections
from django.urls import get_resolver

from electroports.wsgi import application
from orders.gateways.registry import gateway


def whole(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application, whose answers say how long they are: a client can tell one that was cut off."""
    begun: list[Any] = []
    answer = application(environ, lambda status, headers, *_: begun.append((status, headers)))
    body = b"".join(answer)
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    status, headers = begun[0]
    named = [(name, value) for name, value in headers if name.lower() != "content-length"]
    start_response(status, [*named, ("Content-Length", str(len(body)))])
    return [body]


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingMixIn, WSGIServer):
    """A process that serves on a socket that was made before it."""

    daemon_threads = True

    def __init__(self, listening: socket.socket) -> None:
        super().__init__(listening.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_name, self.server_port = listening.getsockname()
        self.setup_environ()
        self.set_app(whole)

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news."""


def serve(listening: socket.socket, processes: int) -> None:
    """Keep so many processes until this one is told to end."""
    children: set[int] = set()

    def end(_number: int, _frame: FrameType | None) -> None:
        for child in children:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    str(get_resolver().url_patterns)  # loads every view: what is loaded once need not be by each process
    gateway("mpesa")
    connections.close_all()
    while True:
        while len(children) < processes:
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                Server(listening).serve_forever(poll_interval=0.05)
            children.add(child)
        children.discard(os.wait()[0])


if __name__ == "__main__":
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", int(sys.argv[1])))
        sock.listen(128)
        serve(sock, int(sys.argv[2]))
