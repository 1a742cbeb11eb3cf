"""Speaking with Stripe through its own library. It costs half a second and 17 MB: imported when it is first needed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, TypeVar

import httpx
import stripe

from orders.gateways.cards.account import Account
from orders.gateways.cards.asking import Body, NoAnswer, NotTaken
from orders.gateways.facts import Reason

logger = logging.getLogger(__name__)

RETRIES = 2  # on the same idempotency key; three attempts end within ANSWER_WITHIN of begin_payment
TIMEOUT = httpx.Timeout(8, connect=4, pool=4)
DEADLINE = 10.0  # seconds for a whole answer, however slowly it drips
MAX_ANSWER = 8 * 1024 * 1024  # bytes; a page of a hundred charges has some 400 kB
POOL = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=30)
PAGE = 100
Answer = TypeVar("Answer")
Failure = TypeVar("Failure", NotTaken, NoAnswer)


class BoundedClient(stripe.HTTPClient):
    """What the library sends its requests with: the whole answer bounded in time and size, no redirects."""

    name = "httpx"

    def __init__(self) -> None:
        super().__init__()
        self._http = httpx.Client(timeout=TIMEOUT, limits=POOL, follow_redirects=False)

    def request(  # type: ignore[override]  # the library calls it with these four
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send one request; raises APIConnectionError, after which the library may send it again."""
        give_up_at = time.monotonic() + DEADLINE
        raw = bytearray()
        try:
            with self._http.stream(method, url, headers=dict(headers or {}), content=post_data) as response:
                for chunk in response.iter_bytes():
                    raw += chunk
                    if len(raw) > MAX_ANSWER or time.monotonic() > give_up_at:
                        raise _unreachable("an answer that did not end", again=False)
        except httpx.HTTPError as error:
            raise _unreachable(type(error).__name__, again=True) from error
        return bytes(raw), response.status_code, response.headers

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _unreachable(why: str, *, again: bool) -> stripe.APIConnectionError:
    return stripe.APIConnectionError(why, should_retry=again)  # type: ignore[no-untyped-call]  # of the library's


class CardClient:
    """The few calls that the shop makes, as plain dictionaries; each raises NotTaken or NoAnswer. Thread-safe."""

    def __init__(self, account: Account) -> None:
        client = stripe.StripeClient(
            account.secret_key,
            max_network_retries=RETRIES,
            http_client=BoundedClient(),
            base_addresses={"api": account.api_base} if account.api_base else {},
        )
        self._v1: Any = client.v1

    def create_intent(self, body: Body, *, key: str) -> Body:
        """Create a PaymentIntent, once per key."""
        return _asked(lambda: self._v1.payment_intents.create(dict(body), {"idempotency_key": key}).to_dict())

    def intent(self, known: str) -> Body:
        """Return a PaymentIntent as it is now."""
        return _asked(lambda: self._v1.payment_intents.retrieve(known).to_dict())

    def cancel_intent(self, known: str) -> Body:
        """Call a PaymentIntent off."""
        return _asked(lambda: self._v1.payment_intents.cancel(known).to_dict())

    def create_refund(self, body: Body, *, key: str) -> Body:
        """Give money back, once per key."""
        return _asked(lambda: self._v1.refunds.create(dict(body), {"idempotency_key": key}).to_dict())

    def refund(self, known: str) -> Body:
        """Return a refund as it is now."""
        return _asked(lambda: self._v1.refunds.retrieve(known).to_dict())

    def listed(self, kind: str, most: int, **filters: Any) -> list[Body]:
        """Return what there is of `payment_intents`, `refunds` or `charges`, the newest first, at most so many."""

        def ask() -> list[Body]:
            first = getattr(self._v1, kind).list({"limit": min(PAGE, most), **filters})
            return [found.to_dict() for found in islice(first.auto_paging_iter(), most)]

        return _asked(ask)


def _asked(ask: Callable[[], Answer]) -> Answer:
    """Return an answer; raises NotTaken if Stripe turned the request down, NoAnswer if nobody can tell."""
    try:
        return ask()
    except stripe.RateLimitError as error:
        raise _logged(NoAnswer(_detail(error), status=429)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise _logged(NotTaken(Reason.PROVIDER_REFUSED, _detail(error), code="account")) from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise _logged(NotTaken(Reason.PROVIDER_REFUSED, _detail(error), code=error.code or "")) from error
    except stripe.StripeError as error:
        raise _logged(NoAnswer(_detail(error), status=error.http_status or 0)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # JSON, and yet nothing that Stripe says
        raise _logged(NoAnswer(f"an answer that makes no sense: {type(error).__name__}")) from error


def _detail(error: stripe.StripeError) -> str:
    status = f"HTTP {error.http_status}" if error.http_status else "no answer"
    said = error.code or (type(error).__name__ if error.http_status else str(error.user_message))
    return f"{status} {said}"


def _logged(failure: Failure) -> Failure:
    logger.warning(
        "the provider of cards did not accept a request",
        extra={"facts": {"answer": failure.detail, "certain": isinstance(failure, NotTaken)}},
    )
    return failure
