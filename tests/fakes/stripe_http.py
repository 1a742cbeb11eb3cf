"""The HTTP of the fake Stripe: its addresses, forms with brackets, and the ways in which it misbehaves."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.daraja_http import ERROR_500_AFTER, Handler, Reply

CRASHES = "crashes"  # a 500 that is kept for the key, as Stripe does with an error behind the door
BUSY = "busy"  # 409: the same key is just being worked on
SPIKE_429 = "429"

ROUTES = (
    ("POST", r"/v1/payment_intents", "intents.create"),
    ("GET", r"/v1/payment_intents", "intents.list"),
    ("GET", r"/v1/payment_intents/(\w+)", "intents.retrieve"),
    ("POST", r"/v1/payment_intents/(\w+)/cancel", "intents.cancel"),
    ("POST", r"/v1/refunds", "refunds.create"),
    ("GET", r"/v1/refunds", "refunds.list"),
    ("GET", r"/v1/refunds/(\w+)", "refunds.retrieve"),
    ("GET", r"/v1/charges", "charges.list"),
)


def read_form(text: str) -> dict[str, Any]:
    """A form as Stripe reads it: `metadata[a]=1` and `created[gte]=2` are objects, `types[0]=card` a list."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        outer, *inner = re.findall(r"[^\[\]]+", name)
        if inner:
            found.setdefault(outer, {})[inner[0]] = value
        else:
            found[outer] = value
    return found


class StripeHandler(Handler):
    """One connection."""

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        matches = ((re.fullmatch(path, url.path), verb, name) for verb, path, name in ROUTES)
        route = next(((match, name) for match, verb, name in matches if match and verb == self.command), None)
        if route is None:
            self._say(error(404, "invalid_request_error", "", f"Unrecognized request URL {url.path}"))
            return
        match, operation = route
        provider: Any = self.owner.provider
        faults = provider.faults.get(operation) or []
        fault = faults.pop(0) if faults else ""
        key = self.headers.get("Idempotency-Key") or ""
        if fault == BUSY:
            self._say(error(409, "idempotency_error", "idempotency_key_in_use", "in use"))
        elif fault == SPIKE_429:
            self._say(error(429, "invalid_request_error", "rate_limit", "Too many requests"))
        elif not self._fails_first(fault):
            form = read_form(raw.decode() if self.command == "POST" else url.query)
            target = match.group(1) if match.groups() else ""
            reply = provider.answer_call(
                operation, target, form, key, self.headers.get("Authorization") or "", crashes=fault == CRASHES
            )
            self._say_wrongly(ERROR_500_AFTER if fault == CRASHES else fault, reply)


def error(status: int, kind: str, code: str, message: str) -> Reply:
    """An error as Stripe says it."""
    return Reply(status, {"error": {"type": kind, **({"code": code} if code else {}), "message": message}})
