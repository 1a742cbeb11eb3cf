"""Safaricom's Daraja on this machine: the contract of its API, customers who do as they are told, and its own ledger.

    with FakeDaraja() as daraja:
        daraja.customers["254712345678"] = CANCELS
        daraja.faults["submit"] = [HALF_AFTER]
        … the shop asks for a payment …
        daraja.act()                      # every customer acts, and the callbacks go out

Nothing happens by itself: a prompt stays open until `act`, a callback that is held comes with `release`.
"""

from __future__ import annotations

import json
import random
import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.fakes.daraja_http import Reply, Server

SHORTCODE, PASSKEY, TILL = "174379", "bfb279f9aa9bdbcf158e97dd71a467cd", "5555555"
KEY, SECRET = "consumer-key", "consumer-secret"
INITIATOR, CREDENTIAL = "apiuser", "Y3JlZGVudGlhbA=="

# What a customer does: the ResultCode and what Daraja calls it.
PAYS = (0, "The service request is processed successfully.")
NO_MONEY = (1, "The balance is insufficient for the transaction.")
CANCELS = (1032, "Request cancelled by user")
UNREACHABLE = (1037, "DS timeout user cannot be reached")
WRONG_PIN = (2001, "The initiator information is invalid.")
IS_SLOW = (4999, "The transaction is still under processing")  # does nothing until it is told otherwise

# What becomes of a callback.
ONCE, LOST, TWICE, HELD = "once", "lost", "twice", "held"

# What becomes of a reversal.
REVERSES, ALREADY_REVERSED, BAD_ID, TIMES_OUT, TIMES_OUT_AFTER = "yes", "R000001", "R000002", "timeout", "timeout_after"

FORBIDDEN_IN_URLS = ("mpesa", "safaricom", "exe", "cmd", "sql", "query")

Deliver = Callable[[str, bytes], tuple[int, bytes]]


def post(url: str, message: bytes) -> tuple[int, bytes]:
    """Send a callback; return the status and the body of the answer."""
    answer = httpx.post(url, content=message, headers={"Content-Type": "application/json"})
    return answer.status_code, answer.content


def keep(_url: str, _message: bytes) -> tuple[int, bytes]:
    """Send nothing."""
    return 200, b"{}"


@dataclass
class Entry:
    """One row of Safaricom's books."""

    receipt: str
    amount: int  # below zero for what went back
    phone: str
    account: str
    reverses: str = ""


@dataclass
class Prompt:
    """One prompt on one phone."""

    checkout: str
    merchant: str
    phone: str
    amount: int
    account: str
    callback_url: str
    result: tuple[int, str] | None = None
    receipt: str = ""


@dataclass
class FakeDaraja:
    """The provider's side. `deliver` sends a callback, by default over HTTP."""

    deliver: Deliver = post
    till: str = ""
    expires_in: str | int = "3599"
    in_flight: str = "4999"  # or 500.001.1001: what a query of an open prompt says
    customers: dict[str, tuple[int, str]] = field(default_factory=dict)  # by phone, else by amount
    callbacks: dict[str, str] = field(default_factory=dict)  # by phone
    reversals: dict[str, str] = field(default_factory=dict)  # by receipt
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by operation, in turn

    def __post_init__(self) -> None:
        self.lock = RLock()
        self.ledger: list[Entry] = []
        self.prompts: list[Prompt] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []  # every request: operation and body
        self.held: list[tuple[str, bytes]] = []
        self.delivered: list[tuple[str, int]] = []
        self.tokens: list[str] = []  # the last one alone is good
        self.urls: dict[str, str] = {}
        self._reversing: list[dict[str, Any]] = []
        self._numbers = 0

    # The server.

    def __enter__(self) -> FakeDaraja:
        self.server = Server(self)
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()

    @property
    def base_url(self) -> str:
        return self.server.url

    def answer(self, operation: str, body: dict[str, Any], authorization: str) -> Reply:
        """What Daraja says to a request."""
        with self.lock:
            self.asked.append((operation, body))
            if operation == "token":
                return self._token(authorization)
            if not self.tokens or authorization != f"Bearer {self.tokens[-1]}":
                return error(404, "404.001.03", "Invalid Access Token")
            return Reply(*getattr(self, f"_{operation}")(body))

    def _token(self, authorization: str) -> Reply:
        if authorization != "Basic " + b64encode(f"{KEY}:{SECRET}".encode()).decode():
            return error(400, "400.008.01", "Invalid Authentication passed")
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return Reply(200, {"access_token": self.tokens[-1], "expires_in": self.expires_in})

    def kill_token(self) -> None:
        """As if somebody else had asked for one."""
        with self.lock:
            self.tokens.append("somebody-else's")

    # What the shop asks for.

    def _submit(self, body: dict[str, Any]) -> Reply:
        if wrong := wrong_field(body, self.till):
            return error(400, "400.002.02", f"Bad Request - Invalid {wrong}")
        number = self._next()
        prompt = Prompt(
            checkout=f"ws_CO_{number:018d}",
            merchant=f"{number}-1-1",
            phone=body["PhoneNumber"],
            amount=body["Amount"],
            account=body["AccountReference"],
            callback_url=body["CallBackURL"],
        )
        self.prompts.append(prompt)
        return Reply(
            200,
            {
                "MerchantRequestID": prompt.merchant,
                "CheckoutRequestID": prompt.checkout,
                "ResponseCode": "0",
                "ResponseDescription": "Success. Request accepted for processing",
                "CustomerMessage": "Success. Request accepted for processing",
            },
        )

    def _query(self, body: dict[str, Any]) -> Reply:
        if wrong := wrong_signature(body):
            return error(400, "400.002.02", f"Bad Request - Invalid {wrong}")
        prompt = next((prompt for prompt in self.prompts if prompt.checkout == body.get("CheckoutRequestID")), None)
        if prompt is None:
            return error(500, "500.001.1001", "The transaction does not exist")
        if prompt.result is None and self.in_flight == "500.001.1001":
            return error(500, "500.001.1001", "The transaction is being processed")
        code, text = prompt.result or IS_SLOW
        return Reply(
            200,
            {
                "ResponseCode": "0",
                "ResponseDescription": "The service request has been accepted successsfully",
                "MerchantRequestID": prompt.merchant,
                "CheckoutRequestID": prompt.checkout,
                "ResultCode": str(code),
                "ResultDesc": text,
            },
        )

    def _reverse(self, body: dict[str, Any]) -> Reply:
        wanted = {"Initiator": INITIATOR, "SecurityCredential": CREDENTIAL, "CommandID": "TransactionReversal"}
        wanted |= {"ReceiverParty": self.till or SHORTCODE, "RecieverIdentifierType": "11"}
        wrong = [name for name, value in wanted.items() if body.get(name) != value]
        if (
            wrong
            or not body.get("Remarks")
            or wrong_url(body.get("ResultURL"))
            or wrong_url(body.get("QueueTimeOutURL"))
        ):
            return error(400, "400.002.02", f"Bad Request - Invalid {wrong}")
        number = self._next()
        ids = {"OriginatorConversationID": f"{number}-9-9", "ConversationID": f"AG_{number:020d}"}
        self._reversing.append(body | ids)
        return Reply(
            200, {**ids, "ResponseCode": "0", "ResponseDescription": "Accept the service request successfully."}
        )

    def _register(self, body: dict[str, Any]) -> Reply:
        urls = {name: body.get(name) for name in ("ConfirmationURL", "ValidationURL")}
        if body.get("ShortCode") != (self.till or SHORTCODE) or any(wrong_url(url) for url in urls.values()):
            return error(400, "400.002.02", "Bad Request")
        self.urls = {name: str(url) for name, url in urls.items()}
        return Reply(200, {"OriginatorCoversationID": "1", "ResponseCode": "0", "ResponseDescription": "success"})

    # What customers and Safaricom do.

    def act(self) -> None:
        """Let every customer with an open prompt act, carry reversals out, and tell the shop."""
        with self.lock:
            waiting = [prompt for prompt in self.prompts if prompt.result is None]
            reversing, self._reversing = self._reversing, []
        for prompt in waiting:
            self.settle(prompt, self.customers.get(prompt.phone) or self.customers.get(str(prompt.amount)) or PAYS)
        for request in reversing:
            self._carry_out(request)

    def settle(self, prompt: Prompt, result: tuple[int, str]) -> None:
        """Let the customer of one prompt act, and tell the shop."""
        if result == IS_SLOW:
            return
        with self.lock:
            prompt.result = result
            if result == PAYS:
                prompt.receipt = self._receipt()
                self.ledger.append(Entry(prompt.receipt, prompt.amount, prompt.phone, prompt.account))
        self._tell(prompt.callback_url, callback_of(prompt), self.callbacks.get(prompt.phone, ONCE))

    def pay_in(self, phone: str, amount: int, account: str) -> bool:
        """Pay to the shop's number unasked; return whether it let the money in."""
        with self.lock:
            receipt = self._receipt()
        message = deposit_of(receipt, phone, amount, account, self.till or SHORTCODE)
        if not self._send(self.urls["ValidationURL"], message):
            return False
        with self.lock:
            self.ledger.append(Entry(receipt, amount, phone, account))
        self._tell(self.urls["ConfirmationURL"], message, self.callbacks.get(phone, ONCE))
        return True

    def release(self, *, shuffled: bool = False) -> None:
        """Send the callbacks that were held, in their order or another."""
        held, self.held = self.held, []
        if shuffled:
            random.Random(7).shuffle(held)
        for url, message in held:
            self._post(url, message)

    def balance(self) -> int:
        """What the shop has, by Safaricom's books."""
        return sum(entry.amount for entry in self.ledger)

    def _carry_out(self, request: dict[str, Any]) -> None:
        receipt = request["TransactionID"]
        paid = next((entry for entry in self.ledger if entry.receipt == receipt), None)
        fate = self.reversals.get(receipt, REVERSES) if paid else BAD_ID
        if paid and any(entry.reverses == receipt for entry in self.ledger):
            fate = ALREADY_REVERSED
        gives_back = fate in (REVERSES, TIMES_OUT_AFTER)
        if paid and gives_back:
            self.ledger.append(Entry(self._receipt(), -int(request["Amount"]), paid.phone, paid.account, receipt))
        times_out = fate in (TIMES_OUT, TIMES_OUT_AFTER)
        code = {REVERSES: 0, TIMES_OUT: 1, TIMES_OUT_AFTER: 1}.get(fate, fate)
        result = {
            "ResultType": 0,
            "ResultCode": code,
            "ResultDesc": "The service request is processed successfully." if code == 0 else str(code),
            "OriginatorConversationID": request["OriginatorConversationID"],
            "ConversationID": request["ConversationID"],
            "TransactionID": self.ledger[-1].receipt if code == 0 else "0000000000",
        }
        url = request["QueueTimeOutURL"] if times_out else request["ResultURL"]
        self._tell(url, json.dumps({"Result": result}).encode(), self.callbacks.get(receipt, ONCE))

    def _tell(self, url: str, message: bytes, how: str) -> None:
        if how == HELD:
            self.held.append((url, message))
        for _ in range({ONCE: 1, TWICE: 2}.get(how, 0)):
            self._post(url, message)

    def _post(self, url: str, message: bytes) -> int:
        status, _ = self.deliver(url, message)
        self.delivered.append((url, status))
        return status

    def _send(self, url: str, message: bytes) -> bool:
        """Ask the shop whether it takes a payment. One that cannot be reached does (`Completed`)."""
        try:
            status, answer = self.deliver(url, message)
            return status != 200 or str(json.loads(answer)["ResultCode"]) == "0"
        except httpx.HTTPError:
            return True

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers

    def _receipt(self) -> str:
        return f"SAF{self._next():07d}"


def error(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"requestId": "4567-8901-1", "errorCode": code, "errorMessage": message})


def wrong_signature(body: dict[str, Any]) -> str | None:
    stamp = str(body.get("Timestamp"))
    if not re.fullmatch(r"20[0-9]{12}", stamp):
        return "Timestamp"
    if body.get("BusinessShortCode") != SHORTCODE:
        return "BusinessShortCode"
    return None if body.get("Password") == b64encode(f"{SHORTCODE}{PASSKEY}{stamp}".encode()).decode() else "Password"


def wrong_field(body: dict[str, Any], till: str) -> str | None:
    """The first field that Daraja would not take."""
    phone = re.compile(r"254[17][0-9]{8}")
    is_right = {
        "TransactionType": body.get("TransactionType")
        == ("CustomerBuyGoodsOnline" if till else "CustomerPayBillOnline"),
        "PartyB": body.get("PartyB") == (till or SHORTCODE),
        "Amount": type(body.get("Amount")) is int and body["Amount"] >= 1,
        "PhoneNumber": bool(phone.fullmatch(str(body.get("PhoneNumber")))),
        "PartyA": body.get("PartyA") == body.get("PhoneNumber"),
        "CallBackURL": not wrong_url(body.get("CallBackURL")),
        "AccountReference": bool(re.fullmatch(r"[A-Za-z0-9]{1,12}", str(body.get("AccountReference")))),
        "TransactionDesc": len(str(body.get("TransactionDesc", ""))) <= 13,
    }
    return wrong_signature(body) or next((name for name, right in is_right.items() if not right), None)


def wrong_url(url: Any) -> bool:
    """HTTPS alone, but for a shop on this machine; and none of the words that their firewall stumbles over."""
    parts = urlsplit(str(url))
    is_local = parts.hostname in ("127.0.0.1", "testserver", "localhost")
    return (parts.scheme != "https" and not is_local) or any(word in str(url).lower() for word in FORBIDDEN_IN_URLS)


def callback_of(prompt: Prompt) -> bytes:
    """The callback of a prompt that is over."""
    assert prompt.result is not None
    code, text = prompt.result
    callback: dict[str, Any] = {
        "MerchantRequestID": prompt.merchant,
        "CheckoutRequestID": prompt.checkout,
        "ResultCode": code,
        "ResultDesc": text,
    }
    if code == 0:
        items = {
            "Amount": float(prompt.amount),
            "MpesaReceiptNumber": prompt.receipt,
            "TransactionDate": int(datetime.now(UTC).strftime("%Y%m%d%H%M%S")),
            "PhoneNumber": int(prompt.phone),
        }
        rows: list[dict[str, Any]] = [{"Name": name, "Value": value} for name, value in items.items()]
        rows.insert(1 + prompt.amount % 3, {"Name": "Balance"})  # now here, now there, and without a value
        callback["CallbackMetadata"] = {"Item": rows}
    return json.dumps({"Body": {"stkCallback": callback}}).encode()


def deposit_of(receipt: str, phone: str, amount: int, account: str, shortcode: str) -> bytes:
    """What Daraja says of money that is paid in; it tells no phone number any more."""
    return json.dumps(
        {
            "TransactionType": "Pay Bill",
            "TransID": receipt,
            "TransTime": "20261127103000",
            "TransAmount": f"{amount}.00",
            "BusinessShortCode": shortcode,
            "BillRefNumber": account,
            "InvoiceNumber": "",
            "OrgAccountBalance": "",
            "ThirdPartyTransID": "",
            "MSISDN": f"{phone[:4]} ***** {phone[-3:]}",
            "FirstName": "WANJIKU",
            "MiddleName": "",
            "LastName": "KAMAU",
        }
    ).encode()
