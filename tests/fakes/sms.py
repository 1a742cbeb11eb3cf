"""Text messages in tests: one back end that keeps them, and an Africa's Talking that runs on this machine."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs

from electroports.sms import Sms


class KeepingBackend:
    """Keeps what is sent; raises what `failing` holds for a phone."""

    sent: ClassVar[list[Sms]] = []
    failing: ClassVar[dict[str, Exception]] = {}

    def send(self, sms: Sms) -> None:
        """Keep it."""
        if sms.to in self.failing:
            raise self.failing[sms.to]
        self.sent.append(sms)


class FakeAfricasTalking:
    """A server that answers as https://api.africastalking.com does: `code` is the status code of each recipient."""

    def __init__(self, *, code: int = 101, status: int = 201, body: bytes | None = None) -> None:
        self.code, self.status, self.body = code, status, body
        self.received: list[tuple[dict[str, str], dict[str, str]]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = {name: values[0] for name, values in parse_qs(form).items()}
                fake.received.append(({name.lower(): value for name, value in self.headers.items()}, fields))
                body = fake.body if fake.body is not None else fake.answer(fields)
                self.send_response(fake.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/version1/messaging"

    def answer(self, fields: dict[str, str]) -> bytes:
        recipient = {"statusCode": self.code, "number": fields["to"], "status": "Said", "messageId": "ATXid_1"}
        return json.dumps({"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [recipient]}}).encode()

    def __enter__(self) -> FakeAfricasTalking:
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
