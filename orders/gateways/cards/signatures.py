"""Whether a message is Stripe's: the signature over its raw bytes, and its time."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from orders.gateways.facts import NotGenuine

HEADER = "Stripe-Signature"
TOLERANCE = timedelta(seconds=300)
LONGEST_HEADER = 2_000
NUMBER = re.compile(r"[0-9]{1,12}")


def verify(body: bytes, header: str, secrets: Iterable[str], *, at: datetime) -> None:
    """Raise NotGenuine unless one of the secrets signed these bytes within five minutes of `at`, before or after.

    Stripe's own library looks at the present time, and takes any time in the future. A message is looked at again
    later, as of when it came. https://docs.stripe.com/webhooks#verify-manually
    """
    if len(header) > LONGEST_HEADER:
        raise NotGenuine("a signature that is too long")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for key, _, value in pairs if key == "t"]
    signatures = [value.encode() for key, _, value in pairs if key == "v1"]
    if len(stamps) != 1 or not NUMBER.fullmatch(stamps[0]) or not signatures:
        raise NotGenuine("no signature")
    signed = stamps[0].encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, sha256).hexdigest().encode() for secret in secrets if secret.strip()]
    if not any(hmac.compare_digest(one, other) for one in expected for other in signatures):
        raise NotGenuine("no signature of ours")
    if abs(at.timestamp() - int(stamps[0])) > TOLERANCE.total_seconds():
        raise NotGenuine("signed at another time")
