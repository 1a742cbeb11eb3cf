"""Speaking with Daraja: one pool of connections, bounded answers, a shared token; nothing is sent again by itself."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import httpx

from orders.gateways.facts import NotReadable, Reason
from orders.gateways.mpesa.codes import TOKEN_ERRORS, refusal_of
from orders.gateways.mpesa.messages import clean, read_object
from orders.gateways.mpesa.tokens import NoToken, Token, TokenStore, shared_token

logger = logging.getLogger(__name__)

SANDBOX = "https://sandbox.safaricom.co.ke"
TOKEN_PATH = "/oauth/v1/generate"  # noqa: S105  # a path
MAX_ANSWER = 64 * 1024  # bytes; real ones have a few hundred
# Seconds. A token is fetched in less than its lease (tokens.py), so nobody takes a refresh over that is still running.
TIMEOUT = httpx.Timeout(15, connect=4, pool=5)
TOKEN_TIMEOUT = httpx.Timeout(8, connect=4, pool=5)
DEADLINE = 20.0  # for the whole answer, however slowly it drips
# Shorter than what servers keep idle connections: one that dies as a request is sent leaves a payment unknown.
POOL = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=4)


@dataclass(frozen=True, slots=True)
class Account:
    """The shop's account with Safaricom. `till` makes it Buy Goods; without, it is a PayBill."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    shortcode: str
    passkey: str = field(repr=False)
    till: str = ""
    base_url: str = SANDBOX
    initiator: str = ""
    security_credential: str = field(default="", repr=False)
    max_amount: Decimal = Decimal(250_000)

    @property
    def receiver(self) -> str:
        """Return the number that money comes to."""
        return self.till or self.shortcode

    @property
    def token_name(self) -> str:
        """Return what its token is kept under: other keys and hosts have others."""
        key = blake2b(f"{self.base_url} {self.consumer_key} {self.consumer_secret}".encode(), digest_size=16)
        return f"mpesa {key.hexdigest()}"


class NotTaken(Exception):
    """Daraja certainly did not take the request on."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class NoAnswer(Exception):
    """The request may have been taken on or not: it was sent, and no answer that says so came back."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status and, if it was one, the JSON object."""

    status: int
    body: Mapping[str, Any]

    @property
    def error_code(self) -> str:
        """Return Daraja's errorCode, empty without one."""
        return clean(self.body.get("errorCode"))

    @property
    def refuses_token(self) -> bool:
        """Tell whether the request was turned down at the door because of its token."""
        return self.status == 401 or (400 <= self.status < 500 and self.error_code in TOKEN_ERRORS)

    def accepted(self) -> Mapping[str, Any]:
        """Return the body of an answer that takes the request on; raises NotTaken or NoAnswer."""
        message = clean(self.body.get("errorMessage"))
        detail = " ".join(filter(None, [f"HTTP {self.status}", self.error_code, message]))
        if reason := refusal_of(self.status, self.error_code, message):
            raise NotTaken(reason, detail)
        if not 200 <= self.status < 300 or self.error_code or not self.body:
            raise NoAnswer(detail)
        return self.body


class DarajaClient:
    """Sends requests of one account. Thread-safe; one per process keeps its connections."""

    def __init__(
        self,
        account: Account,
        tokens: TokenStore,
        *,
        clock: Callable[[], datetime],
        timeout: httpx.Timeout = TIMEOUT,
        deadline: float = DEADLINE,
    ) -> None:
        self._account = account
        self._tokens = tokens
        self._clock = clock
        self._deadline = deadline
        self._timeout = timeout
        self._http = httpx.Client(
            base_url=account.base_url,
            limits=POOL,
            follow_redirects=False,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a request and return the body of the answer that takes it on; raises NotTaken or NoAnswer.

        It is sent a second time in one case: the door turned the token down, so nothing was passed on.
        """
        token = self._token()
        answer = self._post(path, body, token)
        if answer.refuses_token:
            answer = self._post(path, body, self._token(refused=token))
        try:
            return answer.accepted()
        except (NotTaken, NoAnswer) as error:
            logger.warning(
                "the provider did not accept a request",
                extra={"facts": {"path": path, "answer": error.detail, "certain": isinstance(error, NotTaken)}},
            )
            raise

    def _post(self, path: str, body: Mapping[str, Any], token: str) -> Answer:
        return self._send(
            self._http.build_request(
                "POST", path, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=self._timeout
            )
        )

    def _token(self, refused: str = "") -> str:
        """Return a token that is not `refused`; raises NotTaken: without one, nothing was sent."""
        try:
            return shared_token(
                self._tokens, self._account.token_name, self._fetch_token, clock=self._clock, refused=refused
            )
        except (NoToken, NoAnswer) as error:
            logger.warning("no token from the provider", extra={"facts": {"error": type(error).__name__}})
            raise NotTaken(Reason.PROVIDER_UNAVAILABLE, "no access token") from error

    def _fetch_token(self) -> Token:
        asked_at = self._clock()
        request = self._http.build_request(
            "GET", TOKEN_PATH, params={"grant_type": "client_credentials"}, timeout=TOKEN_TIMEOUT
        )
        answer = self._send(request, auth=httpx.BasicAuth(self._account.consumer_key, self._account.consumer_secret))
        if answer.refuses_token or (answer.status == 400 and not answer.error_code):
            raise NotTaken(
                Reason.PROVIDER_REFUSED, f"no access token: HTTP {answer.status} {answer.error_code}".strip()
            )
        body = answer.accepted()
        value = body.get("access_token")
        if not isinstance(value, str) or not re.fullmatch(r"[!-~]{1,4000}", value):
            raise NoAnswer("an answer without an access token")
        return Token(value, asked_at + timedelta(seconds=_seconds(body.get("expires_in"))))

    def _send(self, request: httpx.Request, auth: httpx.Auth | None = None) -> Answer:
        give_up_at = time.monotonic() + self._deadline
        try:
            response = self._http.send(request, auth=auth, stream=True)
            try:
                raw = _bounded(response, give_up_at)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise NotTaken(Reason.PROVIDER_UNAVAILABLE, f"no connection: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise NoAnswer(f"no answer: {type(error).__name__}") from error
        try:
            return Answer(response.status_code, read_object(raw))
        except NotReadable:
            return Answer(response.status_code, {})


def _bounded(response: httpx.Response, give_up_at: float) -> bytes:
    """Return the whole body; raises NoAnswer if it is too large or takes too long."""
    raw = bytearray()
    for chunk in response.iter_raw():
        raw += chunk
        if len(raw) > MAX_ANSWER:
            raise NoAnswer(f"HTTP {response.status_code}, an answer of more than {MAX_ANSWER} bytes")
        if time.monotonic() > give_up_at:
            raise NoAnswer(f"HTTP {response.status_code}, an answer that did not end in time")
    return bytes(raw)


def _seconds(expires_in: Any) -> int:
    """Return how long a token is good: a number or a text of one (both are seen); a minute if neither makes sense."""
    text = str(expires_in)
    return min(int(text), 24 * 3600) if re.fullmatch(r"[0-9]{1,9}", text) else 60
