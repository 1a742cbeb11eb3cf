"""How the operations on payments are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from electroports.openapi import KEY_REUSED, idempotency_key
from orders.schema.orders import ANYBODY, ID, TOKEN
from orders.serializers.payments import BeginPaymentInput, PaymentSerializer, PaymentsSerializer

PAYMENT_EXAMPLE = {
    "id": 311,
    "provider": "mpesa",
    "status": "pending",
    "amount": "12998.00",
    "refunded": "0.00",
    "currency": "KES",
    "phone": "+254712345678",
    "receipt": "",
    "reason": None,
    "next_action": None,
    "created_at": "2026-03-02T09:31:00+03:00",
    "expires_at": "2026-03-02T09:33:00+03:00",
    "settled_at": None,
}
FAILED_EXAMPLE = {
    **PAYMENT_EXAMPLE,
    "id": 310,
    "status": "failed",
    "reason": {
        "code": "cancelled_by_customer",
        "message": "You cancelled the payment. Start it again when you are ready.",
    },
    "settled_at": "2026-03-02T09:30:40+03:00",
}
PAYMENTS_EXAMPLE = {
    "number": "EP-7K3QXM",
    "status": "pending",
    "payment_status": "unpaid",
    "total": "12998.00",
    "paid": "0.00",
    "refunded": "0.00",
    "due": "12998.00",
    "currency": "KES",
    "payments": [PAYMENT_EXAMPLE, FAILED_EXAMPLE],
    "options": [
        {"provider": "mpesa", "label": "M-Pesa", "needs_phone": True, "amount": "12998.00"},
        {"provider": "cash_on_delivery", "label": "Cash on delivery", "needs_phone": False, "amount": "12998.00"},
    ],
}
PAYMENT_KEY = idempotency_key(every="payment", repeated="asks nobody for money.")
BEGIN: dict[str, Any] = {
    "summary": "Pay for an order",
    "description": "Begins a payment. Where the provider asks a phone, the customer answers there; a card is entered "
    "with what `next_action` holds. Then poll the payments of the order: `Retry-After` says when. Dear orders are paid "
    "in several payments, one after the other. Cash on delivery confirms the order at once.",
    "parameters": [ID, TOKEN, PAYMENT_KEY],
    "request": BeginPaymentInput,
    "responses": {
        201: OpenApiResponse(
            PaymentSerializer,
            "The payment, as it stands after the provider's first answer. With `Idempotent-Replayed: true`, one that "
            "was begun before.",
            examples=[OpenApiExample("Waiting for the customer", PAYMENT_EXAMPLE)],
        ),
        409: OpenApiResponse(
            description="`order_not_payable`: it is paid, or over. `payment_in_progress`: another payment can still be "
            "answered; `Retry-After` says for how long. `request_in_progress`: the same request is just being answered."
        ),
        422: KEY_REUSED,
    },
    "examples": [
        OpenApiExample("With M-Pesa", {"provider": "mpesa", "phone": "0712 345 678"}, request_only=True),
        OpenApiExample("A part of it", {"provider": "mpesa", "amount": "5000.00"}, request_only=True),
        OpenApiExample(
            "Simulated: no money in the account",
            {"provider": "simulator", "simulate": {"outcome": "fails_insufficient_funds", "delay": 2}},
            request_only=True,
        ),
    ],
    "auth": ANYBODY,
}
READ: dict[str, Any] = {
    "summary": "Read an order's payments",
    "description": "What the order's ledger says, its payments, the newest first, and how what is due can be paid. "
    "While one is under way, `Retry-After` says when to ask again.",
    "parameters": [ID, TOKEN],
    "responses": {
        200: OpenApiResponse(
            PaymentsSerializer, "The payments.", examples=[OpenApiExample("One is under way", PAYMENTS_EXAMPLE)]
        )
    },
    "auth": ANYBODY,
}
