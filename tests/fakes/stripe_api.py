"""Stripe on this machine: PaymentIntents, refunds, signed events, customers who do as they are told, its own ledger.

    with FakeStripe(deliver=post) as stripe:
        stripe.faults["intents.create"] = [HALF_AFTER]
        … the shop begins a payment …
        stripe.pays()                      # the customer confirms, and the event goes out
        stripe.modes["refund.updated"] = LOST

Amounts are in the smallest unit, as theirs are.
"""

from __future__ import annotations

import hmac
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from threading import RLock
from typing import Any

from tests.fakes.daraja_http import Reply, Server
from tests.fakes.stripe_http import StripeHandler, error

SECRET_KEY, PUBLISHABLE_KEY = "sk_test_fake", "pk_test_fake"
WEBHOOK_SECRET = "whsec_fake"
ONCE, LOST, TWICE, HELD = "once", "lost", "twice", "held"
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")

Deliver = Callable[[bytes, str], int]


@dataclass
class FakeStripe:
    """The provider's side. `deliver` posts an event with its signature header and returns the status."""

    deliver: Deliver = lambda _body, _header: 200
    modes: dict[str, str] = field(default_factory=dict)  # what becomes of events, by type
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by operation, in turn
    refund_status: str = "succeeded"  # what refunds begin as

    def __post_init__(self) -> None:
        self.lock = RLock()
        self.intents: dict[str, dict[str, Any]] = {}
        self.charges: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, dict[str, Any], str]] = []  # operation, form, key
        self.held: list[bytes] = []
        self.parked: set[str] = set()  # receipts that the shop does not count, as a test says
        self.statuses: list[int] = []  # what the shop answered to events
        self._kept: dict[str, tuple[dict[str, Any], Reply]] = {}
        self._numbers = 0
        self._is_answering = False

    def __enter__(self) -> FakeStripe:
        self.server = Server(self, StripeHandler)
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def ledger(self) -> dict[str, Decimal]:
        """Its books: charge or refund → what moved, in whole currency."""
        came = {
            row["id"]: Decimal(row["amount"]) / 100 for row in self.charges.values() if row["status"] == "succeeded"
        }
        went = {
            row["id"]: -Decimal(row["amount"]) / 100 for row in self.refunds.values() if row["status"] == "succeeded"
        }
        return {**came, **went}

    # What the shop asks for.

    def answer_call(
        self, operation: str, target: str, form: dict[str, Any], key: str, authorization: str, *, crashes: bool
    ) -> Reply:
        with self.lock:
            self.asked.append((operation, form, key))
            if authorization != f"Bearer {SECRET_KEY}":
                return error(401, "invalid_request_error", "", "Invalid API Key provided")
            if operation.endswith("create") and key in self._kept:
                before, reply = self._kept[key]
                if before != form:
                    return error(400, "idempotency_error", "", "Keys can only be used with the same parameters")
                return reply
            reply = error(500, "api_error", "", "crashed")
            if not crashes:
                method = getattr(self, "_" + operation.replace(".", "_"))
                self._is_answering = True
                try:
                    reply = method(target, form)
                finally:
                    self._is_answering = False
                reply = Reply(reply.status, json.loads(json.dumps(reply.body)))  # as it is now
            if operation.endswith("create"):
                self._kept[key] = (form, reply)
            return reply

    def answer(self, operation: str, body: dict[str, Any], authorization: str) -> Reply:
        raise NotImplementedError

    def kill_token(self) -> None:
        raise NotImplementedError

    def _intents_create(self, _target: str, form: dict[str, Any]) -> Reply:
        if int(form["amount"]) < 50:
            return error(400, "invalid_request_error", "amount_too_small", "Amount must be more")
        known = self._number("pi")
        self.intents[known] = {
            "id": known,
            "object": "payment_intent",
            "amount": int(form["amount"]),
            "amount_received": 0,
            "currency": form["currency"],
            "status": "requires_payment_method",
            "client_secret": f"{known}_secret_{self._numbers}",
            "metadata": form.get("metadata", {}),
            "description": form.get("description"),
            "latest_charge": None,
            "last_payment_error": None,
            "cancellation_reason": None,
            "created": int(time.time()),
            "livemode": False,
        }
        return Reply(200, self.intents[known])

    def _intents_retrieve(self, target: str, _form: dict[str, Any]) -> Reply:
        if target not in self.intents:
            return error(404, "invalid_request_error", "resource_missing", f"No such payment_intent: '{target}'")
        return Reply(200, self.intents[target])

    def _intents_cancel(self, target: str, _form: dict[str, Any]) -> Reply:
        intent = self.intents[target]
        if intent["status"] not in OPEN:
            code = "payment_intent_unexpected_state"
            return error(400, "invalid_request_error", code, f"It has a status of {intent['status']}")
        intent["status"], intent["cancellation_reason"] = "canceled", None
        self.tell("payment_intent.canceled", intent)
        return Reply(200, intent)

    def _refunds_create(self, _target: str, form: dict[str, Any]) -> Reply:
        intent = self.intents[form["payment_intent"]]
        charge = self.charges.get(intent["latest_charge"] or "")
        gone = sum(
            row["amount"] for row in self._refunds_of(intent["id"]) if row["status"] not in ("failed", "canceled")
        )
        if charge is None or gone + int(form["amount"]) > charge["amount"]:
            return error(400, "invalid_request_error", "charge_already_refunded", "Greater than what is left")
        return Reply(200, self._refund(intent, int(form["amount"]), form.get("metadata", {})))

    def _refunds_retrieve(self, target: str, _form: dict[str, Any]) -> Reply:
        return Reply(200, self.refunds[target])

    def _intents_list(self, _target: str, form: dict[str, Any]) -> Reply:
        return self._page(self.intents, form, "/v1/payment_intents")

    def _charges_list(self, _target: str, form: dict[str, Any]) -> Reply:
        return self._page(self.charges, form, "/v1/charges")

    def _refunds_list(self, _target: str, form: dict[str, Any]) -> Reply:
        intent = form.get("payment_intent")
        rows = {row["id"]: row for row in self._refunds_of(intent)} if intent else self.refunds
        return self._page(rows, form, "/v1/refunds")

    def _page(self, rows: dict[str, dict[str, Any]], form: dict[str, Any], url: str) -> Reply:
        created = form.get("created", {})
        newest = [
            row
            for row in reversed(rows.values())
            if int(created.get("gte", 0)) <= row["created"] <= int(created.get("lte", 10**12))
            and row["created"] < int(created.get("lt", 10**12))
        ]
        after = form.get("starting_after")
        start = next((n + 1 for n, row in enumerate(newest) if row["id"] == after), 0)
        limit = int(form.get("limit", 10))
        page = newest[start : start + limit]
        return Reply(200, {"object": "list", "url": url, "data": page, "has_more": len(newest) > start + limit})

    # What customers and banks do.

    def last(self) -> dict[str, Any]:
        """The intent that was made last."""
        return list(self.intents.values())[-1]

    def pays(
        self, known: str = "", *, received: int | None = None, tell: bool = True, **changes: Any
    ) -> dict[str, Any]:
        """The customer confirms with a good card; `changes` are what the event says instead of what is so."""
        with self.lock:
            intent = self.intents[known] if known else self.last()
            assert intent["status"] in (*OPEN, "processing"), (
                f"an intent that is {intent['status']} cannot be confirmed"
            )
            charge = {
                "id": self._number("ch"),
                "object": "charge",
                "amount": intent["amount"] if received is None else received,
                "amount_captured": intent["amount"] if received is None else received,
                "currency": intent["currency"],
                "status": "succeeded",
                "captured": True,
                "payment_intent": intent["id"],
                "metadata": intent["metadata"],
                "created": int(time.time()),
            }
            self.charges[charge["id"]] = charge
            intent.update(status="succeeded", amount_received=charge["amount"], latest_charge=charge["id"])
            intent["last_payment_error"] = None
        if tell:
            self.tell("payment_intent.succeeded", {**intent, **changes})
        return intent

    def declines(self, decline_code: str = "generic_decline", *, code: str = "card_declined") -> None:
        """The customer's bank declines the card; the intent stays open."""
        intent = self.last()
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {
            "code": code,
            "decline_code": decline_code,
            "message": "Your card was declined.",
        }
        self.tell("payment_intent.payment_failed", intent)

    def processes(self) -> None:
        """The bank takes its time."""
        self.last()["status"] = "processing"
        self.tell("payment_intent.processing", self.last())

    def refund_at_stripe(self, amount: int) -> None:
        """Somebody gives money back in Stripe's dashboard."""
        self._refund(self.last(), amount, {})

    def ends_refund(self, status: str, reason: str | None = None) -> None:
        """The bank says what became of the last refund."""
        refund = list(self.refunds.values())[-1]
        refund["status"], refund["failure_reason"] = status, reason
        self.tell("refund.failed" if status == "failed" else "refund.updated", refund)

    def disputes(self) -> None:
        """The cardholder disputes the last payment."""
        intent = self.last()
        facts = {"amount": intent["amount"], "currency": intent["currency"], "payment_intent": intent["id"]}
        self.tell(
            "charge.dispute.created",
            {"id": self._number("du"), "reason": "fraudulent", "status": "needs_response", **facts},
        )

    def _refund(self, intent: dict[str, Any], amount: int, metadata: dict[str, str]) -> dict[str, Any]:
        refund = {
            "id": self._number("re"),
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "status": self.refund_status,
            "failure_reason": None,
            "payment_intent": intent["id"],
            "charge": intent["latest_charge"],
            "metadata": metadata,
            "created": int(time.time()),
        }
        self.refunds[refund["id"]] = refund
        self.tell("refund.created", refund)
        self.tell("charge.refunded", {**self.charges[intent["latest_charge"]], "amount_refunded": amount})
        return refund

    def _refunds_of(self, intent: str | None) -> list[dict[str, Any]]:
        return [row for row in self.refunds.values() if row["payment_intent"] == intent]

    # What it tells.

    def event(self, kind: str, found: dict[str, Any], **changes: Any) -> bytes:
        """The body of an event."""
        event = {"id": self._number("evt"), "object": "event", "type": kind, "livemode": False, **changes}
        return json.dumps({**event, "created": int(time.time()), "data": {"object": found}}).encode()

    def tell(self, kind: str, found: dict[str, Any]) -> None:
        """Post an event, as often as its mode says. What a request of the shop brings about waits for `release`."""
        mode = self.modes.get(kind, ONCE)
        body = self.event(kind, found)
        if mode == HELD or (self._is_answering and mode != LOST):
            self.held.append(body)
        elif mode != LOST:
            self.post(*[body] * (2 if mode == TWICE else 1))

    def post(self, *bodies: bytes) -> None:
        """Post events, each signed now."""
        for body in bodies:
            self.statuses.append(self.deliver(body, sign(body)))

    def release(self, *, backwards: bool = False) -> None:
        """Post what was held."""
        held, self.held = self.held, []
        self.post(*(reversed(held) if backwards else held))

    def _number(self, prefix: str) -> str:
        self._numbers += 1
        return f"{prefix}_fake{self._numbers:06}"


def sign(body: bytes, *, secret: str = WEBHOOK_SECRET, at: float | None = None) -> str:
    """The Stripe-Signature header of a body."""
    stamp = int(time.time() if at is None else at)
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    return f"t={stamp},v1={signature}"
