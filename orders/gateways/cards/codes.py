"""What Stripe's codes mean to the shop."""

from __future__ import annotations

from collections.abc import Mapping

from orders.gateways.facts import Reason

# `decline_code`, or `code` where there is none: https://docs.stripe.com/declines/codes and /error-codes.
DECLINES: Mapping[str, Reason] = {
    "insufficient_funds": Reason.INSUFFICIENT_FUNDS,
    "withdrawal_count_limit_exceeded": Reason.LIMIT_EXCEEDED,
    "card_velocity_exceeded": Reason.LIMIT_EXCEEDED,
    "amount_too_large": Reason.LIMIT_EXCEEDED,
    "duplicate_transaction": Reason.REPEATED_TOO_SOON,
    "expired_card": Reason.CARD_EXPIRED,
    "invalid_expiry_month": Reason.CARD_EXPIRED,
    "invalid_expiry_year": Reason.CARD_EXPIRED,
    "authentication_required": Reason.AUTHENTICATION_FAILED,
    "authentication_not_handled": Reason.AUTHENTICATION_FAILED,
    "mobile_device_authentication_required": Reason.AUTHENTICATION_FAILED,
    "payment_intent_authentication_failure": Reason.AUTHENTICATION_FAILED,
    "incorrect_pin": Reason.WRONG_PIN,
    "invalid_pin": Reason.WRONG_PIN,
    "offline_pin_required": Reason.WRONG_PIN,
    "online_or_offline_pin_required": Reason.WRONG_PIN,
    "pin_try_exceeded": Reason.CUSTOMER_LOCKED,
    "payment_intent_payment_attempt_expired": Reason.PROMPT_EXPIRED,
    "issuer_not_available": Reason.PROVIDER_UNAVAILABLE,
    "processing_error": Reason.PROVIDER_UNAVAILABLE,
    "reenter_transaction": Reason.PROVIDER_UNAVAILABLE,
    "try_again_later": Reason.PROVIDER_UNAVAILABLE,
}


def decline_reason(error: Mapping[str, object]) -> Reason:
    """Return what a PaymentIntent's last_payment_error means.

    Why a bank declined a card is its customer's business: what is in no table, `fraudulent` and `stolen_card` among it,
    is told as a plain decline.
    """
    for field in ("decline_code", "code"):
        if reason := DECLINES.get(str(error.get(field) or "")):
            return reason
    return Reason.CARD_DECLINED
