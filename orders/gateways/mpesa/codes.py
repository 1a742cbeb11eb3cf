"""What Daraja's codes mean to the shop. A code that is in no table is unknown, never failed."""

from __future__ import annotations

from collections.abc import Mapping

from orders.gateways.facts import Outcome, Reason

PAID = "0"
STILL_PROCESSING = "4999"  # a query while the prompt is open; observed, in no document

# ResultCode of a callback or a query → reason. Safaricom's developer portal (STK push), unless it is said.
RESULTS: Mapping[str, Reason] = {
    "1": Reason.INSUFFICIENT_FUNDS,
    "2": Reason.LIMIT_EXCEEDED,  # below the least amount
    "3": Reason.LIMIT_EXCEEDED,  # above the most of one payment
    "4": Reason.LIMIT_EXCEEDED,  # above the most of a day
    "8": Reason.LIMIT_EXCEEDED,  # the receiver's balance would pass its limit
    "17": Reason.REPEATED_TOO_SOON,  # the same amount to the same number within two minutes; observed
    "1001": Reason.CUSTOMER_BUSY,  # another session or prompt is open on the phone
    "1019": Reason.PROMPT_EXPIRED,
    "1025": Reason.PROMPT_FAILED,
    "9999": Reason.PROMPT_FAILED,
    "1032": Reason.CANCELLED_BY_CUSTOMER,
    "1037": Reason.CUSTOMER_UNREACHABLE,
    "2001": Reason.WRONG_PIN,
    "2028": Reason.PROVIDER_REFUSED,  # TransactionType or PartyB does not fit the shortcode
    "SFC_IC0003": Reason.PROVIDER_REFUSED,  # the same, of another of their systems
    "8006": Reason.CUSTOMER_LOCKED,
}

# ResultCode of a reversal that certainly gave nothing back. R000001 (already reversed) is not here: something did.
REVERSAL_FAILURES = frozenset(
    {
        "1",  # not enough in the shop's account
        "2001",  # the initiator's name or its credential
        "R000002",  # no such transaction
    }
)

# Errors of Daraja's front door, each before anything was passed on. They come with a status of 5xx.
NOT_PASSED_ON: Mapping[str, Reason] = {
    "500.003.02": Reason.PROVIDER_UNAVAILABLE,  # spike arrest: too many requests a second
    "500.003.03": Reason.PROVIDER_UNAVAILABLE,  # the quota is used up
}
TOKEN_ERRORS = frozenset({"404.001.03", "400.008.01", "400.008.02"})
# One code for many things. What its message says is the only way to tell them apart; integrators' recorded answers.
OVERLOADED = "500.001.1001"
OVERLOADED_MESSAGES: Mapping[str, Reason] = {
    "unable to lock subscriber": Reason.CUSTOMER_BUSY,
    "wrong credentials": Reason.PROVIDER_REFUSED,
    "merchant does not exist": Reason.PROVIDER_REFUSED,
}
REFUSING_STATUSES = frozenset({401, 403, 405, 429})  # these refuse whatever the body says


def outcome_of(result_code: str) -> tuple[Outcome, Reason | None]:
    """Return what a ResultCode says of a payment."""
    if result_code == PAID:
        return Outcome.SUCCEEDED, None
    if result_code == STILL_PROCESSING:
        return Outcome.PENDING, None
    if reason := RESULTS.get(result_code):
        return Outcome.FAILED, reason
    return Outcome.UNKNOWN, Reason.NOT_KNOWN


def refusal_of(status: int, error_code: str, message: str) -> Reason | None:
    """Return why Daraja certainly did not take a request on, None if it may have."""
    if status == 429:
        return Reason.PROVIDER_UNAVAILABLE
    if reason := NOT_PASSED_ON.get(error_code):
        return reason
    if error_code in TOKEN_ERRORS:
        return Reason.PROVIDER_UNAVAILABLE
    if error_code == OVERLOADED:
        said = message.lower()
        return next((reason for words, reason in OVERLOADED_MESSAGES.items() if words in said), None)
    if status in REFUSING_STATUSES or (400 <= status < 500 and error_code):
        return Reason.PROVIDER_REFUSED
    return None
