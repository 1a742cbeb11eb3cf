"""A network on loopback that loses the first answer to every request that is to be done once."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

PASSED = {"content-type", "idempotency-key", "x-cart-token", "authorization", "if-match"}
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "date", "server"}


class LossyNetwork:
    """Passes requests on to a shop. Of the first with an Idempotency-Key the shop's answer is thrown away."""

    def __init__(self, shop: str) -> None:
        self.lost: set[str] = set()  # the paths of answers that were
        self._keys: set[str] = set()
        self._lock = Lock()
        network = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                network._pass_on(self, shop)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _pass_on(self, request: BaseHTTPRequestHandler, shop: str) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in request.headers.items() if name.lower() in PASSED}
        answer = httpx.request(request.command, shop + request.path, content=body, headers=headers, timeout=30)
        key = request.headers.get("Idempotency-Key")
        with self._lock:
            is_first = key is not None and key not in self._keys
            self._keys |= {key} if key else set()
        if is_first:
            self.lost.add(urlsplit(request.path).path)
            request.close_connection = True
            return
        request.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in HOP_BY_HOP:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer.content)))
        request.end_headers()
        request.wfile.write(answer.content)
