"""The HTTP of the fake Daraja: a server on a free port of this machine, and the ways in which it misbehaves."""

from __future__ import annotations

import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

OPERATIONS = {
    "/oauth/v1/generate": "token",
    "/mpesa/stkpush/v1/processrequest": "submit",
    "/mpesa/stkpushquery/v1/query": "query",
    "/mpesa/reversal/v1/request": "reverse",
    "/mpesa/c2b/v1/registerurl": "register",
}

# Before the request is looked at …
ERROR_500, HANGS, DROPS, REDIRECTS = "500", "hangs", "drops", "redirects"
SPIKE, QUOTA, INTERNAL, LOCKED, WALL = "spike", "quota", "internal", "locked", "wall"
TOKEN_DIES = "token dies"
# … and after it was taken on: the answer alone is lost.
ERROR_500_AFTER, HANGS_AFTER, DROPS_AFTER, HALF_AFTER, FLOOD_AFTER, DRIPS_AFTER = (
    "500 after",
    "hangs after",
    "drops after",
    "half after",
    "flood after",
    "drips after",
)
ERRORS = {
    SPIKE: (500, "500.003.02", "Error Occurred: Spike Arrest Violation"),
    QUOTA: (500, "500.003.03", "Error Occurred: Quota Violation"),
    INTERNAL: (500, "500.003.1001", "Internal Server Error"),
    LOCKED: (500, "500.001.1001", "[MpesaCB - ]Unable to lock subscriber, a transaction is already in process"),
}


class Reply(NamedTuple):
    """A status and what it says."""

    status: int
    body: dict[str, Any]


class Provider(Protocol):
    """Whoever answers."""

    faults: dict[str, list[str]]

    def answer(self, operation: str, body: dict[str, Any], authorization: str) -> Reply: ...

    def kill_token(self) -> None: ...


class Listener(ThreadingHTTPServer):
    """Takes a burst of connections, and waits for none when it ends."""

    request_queue_size = 128  # of five, which is the default, a burst loses some
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """Say nothing: a client that gives up is what some tests are about."""


class Server:
    """A threading HTTP server of one provider. `connections` counts those that were opened."""

    def __init__(self, provider: Provider, kind: type[Handler] | None = None) -> None:
        self.provider = provider
        self.closing = Event()
        self.connections = 0
        handler = type("OwnHandler", (kind or Handler,), {"owner": self})
        self._http = Listener(("127.0.0.1", 0), handler)
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    owner: Server

    def setup(self) -> None:
        self.owner.connections += 1
        super().setup()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation = OPERATIONS.get(urlsplit(self.path).path)
        if operation is None:
            self._say(Reply(404, {"requestId": "1", "errorCode": "404.001.01", "errorMessage": "Resource not found"}))
            return
        faults = self.owner.provider.faults.get(operation) or []
        fault = faults.pop(0) if faults else ""
        if self._fails_first(fault):
            return
        if fault == TOKEN_DIES:
            self.owner.provider.kill_token()
        body = json.loads(raw) if raw else {}
        reply = self.owner.provider.answer(operation, body, self.headers.get("Authorization") or "")
        self._say_wrongly(fault, reply)

    def _fails_first(self, fault: str) -> bool:
        """Misbehave instead of looking at the request; return whether it did."""
        if fault in ERRORS:
            status, code, message = ERRORS[fault]
            self._say(Reply(status, {"requestId": "1", "errorCode": code, "errorMessage": message}))
        elif fault == ERROR_500:
            self._raw(500, b"<html>Internal Server Error</html>")
        elif fault == WALL:
            self._raw(403, b"<html>Request unsuccessful. Incident 1</html>")
        elif fault == REDIRECTS:
            self._raw(302, b"", {"Location": "/elsewhere"})
        elif fault == HANGS:
            self._hang()
        elif fault == DROPS:
            self._drop()
        else:
            return False
        return True

    def _say_wrongly(self, fault: str, reply: Reply) -> None:
        whole = json.dumps(reply.body).encode()
        if fault == ERROR_500_AFTER:
            self._raw(500, b"<html>Internal Server Error</html>")
        elif fault == HANGS_AFTER:
            self._hang()
        elif fault == DROPS_AFTER:
            self._drop()
        elif fault == HALF_AFTER:
            self._raw(200, whole[: len(whole) // 2], {"Content-Length": str(len(whole))})
            self._drop()
        elif fault == FLOOD_AFTER:
            self._raw(200, whole + b" " * 1_000_000)
        elif fault == DRIPS_AFTER:
            self._raw(200, b"", {"Content-Length": str(len(whole))})
            for byte in whole:
                if self.owner.closing.wait(0.1):
                    return
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    break
            self.close_connection = True
        else:
            self._say(reply)

    def _say(self, reply: Reply) -> None:
        self._raw(reply.status, json.dumps(reply.body).encode())

    def _raw(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def _hang(self) -> None:
        self.owner.closing.wait(60)
        self.close_connection = True

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
