"""Nothing personal and nothing that opens a door is in a log, however much is logged and whatever fails."""

from __future__ import annotations

import json
import logging.config
import re
from collections.abc import Iterator
from io import StringIO
from smtplib import SMTPRecipientsRefused
from typing import Any, ClassVar

import pytest
from django.conf import settings as shop_settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from django.utils import timezone
from django_q import monitor, worker
from django_q.models import OrmQ, Task
from django_q.tasks import _sync, async_task
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts import tasks
from accounts.models import AccountMessage, User
from electroports.discretion import MOST_CHARACTERS, discreet
from electroports.logs import logging_config
from electroports.sms import SmsRefused
from orders.models import OrderMessage
from orders.tasks import send_messages
from tests.accounts.mailing import TOKEN
from tests.accounts.phones import forget_pauses, sms
from tests.factories import PASSWORD, make_product, make_user
from tests.fakes.sms import KeepingBackend
from tests.payments.conftest import simulated
from tests.privacy.person import CONTACT, DEVICE, MARKS, PLACE, client_at_home, registered, traces
from tests.toolkit import urls as more

__all__ = ["simulated", "sms"]

WRONG, BETTER, IN_QUERY, IN_PATH = "wr0ng-Horse-battery", "staple 7 tree lantern", "q-Secret_9182", "p-Secret_7364"
PHONES = ("+254719876543", "0719876543", "0719 876 543", "0719-876-543", "254 719 876543", "719876543", "(0719) 876543")


class Log:
    """What was logged, as production would write it, and the secrets that were handed out meanwhile."""

    def __init__(self) -> None:
        self.stream, self.secrets = StringIO(), {PASSWORD, WRONG, BETTER, IN_QUERY, IN_PATH}

    def call(self, client: APIClient, method: str, url: str, body: Any = None, *, status: int, **headers: str) -> Any:
        """Send a request, check how it is answered, and note every token in the answer."""
        response = (
            getattr(client, method)(url, body, headers=headers)
            if body is not None
            else getattr(client, method)(url, headers=headers)
        )
        assert response.status_code == status, (url, response.content)
        if response.content and method == "post":
            answer = response.json()
            self.secrets |= {answer[name] for name in ("access", "refresh", "token", "simulate") if answer.get(name)}
        return response

    def found(self) -> dict[str, set[str]]:
        """The marks of the person, and the secrets, that are in the log; with the lines that have them."""
        lines = self.stream.getvalue().splitlines()
        assert all(isinstance(json.loads(line), dict) for line in lines)
        there = {secret: {line for line in lines if secret in line} for secret in map(str, self.secrets)}
        return {**traces((line, line) for line in lines), **{name: where for name, where in there.items() if where}}


@pytest.fixture
def log() -> Iterator[Log]:
    """The log of a shop with LOG_LEVEL=DEBUG."""
    log = Log()
    config = logging_config(level="DEBUG", style="json")
    config["handlers"]["console"]["stream"] = log.stream
    logging.config.dictConfig(config)
    yield log
    logging.config.dictConfig(shop_settings.LOGGING)


class RefusingMail(EmailBackend):
    """A mail server that refuses whom it does not like, and says who that is."""

    refuses: ClassVar[set[str]] = set()

    def send_messages(self, messages: Any) -> int:
        """Refuse, or keep."""
        for message in messages:
            if self.refuses & set(message.to):
                told = f"5.1.1 <{message.to[0]}> {CONTACT['name']}: unknown, try 0719 876 543".encode()
                raise SMTPRecipientsRefused({message.to[0]: (550, told)})
        return super().send_messages(messages)


def failing(user: str, note: str) -> None:
    """A job that fails with somebody in its variables, and in what it says."""
    contact, password = {**CONTACT, "user": user, "note": note}, PASSWORD
    raise ValueError(f"{len(contact)} fields and {len(password)} letters of {contact['email']}, {contact['phone']}")


class FailingView(APIView):
    """Fails with somebody in its variables."""

    authentication_classes = permission_classes = ()

    def post(self, request: Request, token: str) -> Response:
        contact, sent = CONTACT, request.data
        raise RuntimeError(f"{len(contact)} and {len(sent)} of {contact['email']}")


def failing_page(request: HttpRequest) -> None:
    """A page that fails."""
    contact = CONTACT
    raise RuntimeError(f"{len(contact)}")


urlpatterns = [
    path("api/test/failing/<str:token>", FailingView.as_view()),
    path("test/failing", failing_page),
    *more.urlpatterns,
]
handler400, handler403, handler404, handler500 = more.handler400, more.handler403, more.handler404, more.handler500


def deliver(log: Log) -> str:
    """Send all that waits; return the newest token of a mail, and note all, and all codes."""
    tasks.sweep_messages()
    send_messages()
    found = [token for sent in mail.outbox for token in TOKEN.findall(str(sent.body))]
    links = [link for sent in mail.outbox for link in re.findall(r"token=([\w.:-]+)", str(sent.body))]
    codes = [code for sent in KeepingBackend.sent for code in re.findall(r"\b\d{6}\b", sent.text)]
    log.secrets |= {*found, *links, *codes}
    return found[-1] if found else ""


@pytest.mark.django_db
def test_a_customers_life_is_not_in_the_log(log: Log, sms: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    home = client_at_home()

    user, client = registered()
    client.credentials()
    log.secrets |= {client._credentials.get("HTTP_AUTHORIZATION", "")} - {""}
    log.call(home, "post", "/api/users/login", {"email": user.email, "password": WRONG}, status=401)
    log.call(home, "post", "/api/users/login", {"username": user.username, "password": WRONG}, status=401)
    pair = log.call(home, "post", "/api/users/login", {"email": user.email, "password": PASSWORD}, status=200).json()
    log.call(home, "post", "/api/users/token/refresh", {"refresh": pair["refresh"]}, status=200)
    settings.REFRESH_REUSE_SECONDS = 0
    log.call(home, "post", "/api/users/token/refresh", {"refresh": pair["refresh"]}, status=401)
    User.objects.filter(pk=user.pk).update(email_verified_at=None)
    AccountMessage.objects.all().delete()  # there is a pause between two of them
    log.call(client, "post", "/api/users/email/verify/resend", {}, status=204)
    log.call(home, "post", "/api/users/email/verify", {"token": deliver(log)}, status=204)
    log.call(home, "post", "/api/users/password/reset", {"email": user.email}, status=204)
    token = deliver(log)
    log.call(home, "post", "/api/users/password/reset/confirm", {"token": token, "new_password": "short"}, status=400)
    log.call(home, "post", "/api/users/password/reset/confirm", {"token": token, "new_password": BETTER}, status=204)
    again = log.call(home, "post", "/api/users/login", {"email": user.email, "password": BETTER}, status=200).json()
    client = client_at_home(again["access"])
    log.call(client, "post", "/api/users/me/phone", {"phone": "0719 876 543"}, status=204)
    deliver(log)
    log.call(client, "post", "/api/users/me/phone/confirm", {"phone": "0719876543", "code": "000000"}, status=400)
    forget_pauses()
    log.call(home, "post", "/api/users/login/code", {"phone": "+254798765431"}, status=204)
    deliver(log)
    assert len([secret for secret in log.secrets if re.fullmatch(r"\d{6}", secret)]) == 2
    _order(log, home)
    _order(log, client)
    log.call(client, "get", "/api/users/me/export", status=200)
    log.call(client, "delete", "/api/users/me", status=409)
    assert len(log.stream.getvalue().splitlines()) > 15
    assert log.found() == {}


def _order(log: Log, client: APIClient) -> None:
    body = {
        "items": [{"product": make_product().pk, "quantity": 1}],
        "contact": CONTACT,
        "address": PLACE,
        "note": MARKS["note"],
    }
    order = log.call(client, "post", "/api/orders/create", body, status=201).json()
    link = f"?token={order['token']}" if "token" in order else ""
    paying = {"provider": "simulator", "phone": "0719 876 543", "simulate": {"outcome": "pays_at_once", "delay": 0}}
    answer = client.post(f"/api/orders/{order['id']}/payments{link}", paying)
    assert answer.status_code in (201, 202), answer.content
    log.call(client, "get", f"/api/orders/{order['id']}{link}", status=200)
    log.call(client, "post", "/api/orders/create", {**body, "contact": {**CONTACT, "phone": "07198"}}, status=400)
    deliver(log)


@pytest.mark.django_db
def test_an_erasure_is_not_in_the_log(log: Log, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    _, client = registered()

    log.call(client, "delete", "/api/users/me", status=204)
    deliver(log)

    assert '"DELETE"' in log.stream.getvalue()
    assert log.found() == {}


@pytest.mark.django_db
@pytest.mark.parametrize("server", ["api/users", "payments/deposits", "nowhere", "api/orders", "api/products"])
def test_what_is_typed_into_an_address_is_not_in_the_log(log: Log, server: str) -> None:
    for typed in (MARKS["e-mail"], MARKS["user name"], IN_PATH, *PHONES[:2], "Zawadi Kiprotich"):
        APIClient(raise_request_exception=False).get(f"/{server}/{typed}?token={IN_QUERY}&email={MARKS['e-mail']}")

    assert log.stream.getvalue().count('"request"') >= 6
    assert log.found() == {}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "options"])
def test_what_is_typed_into_an_address_of_the_back_office_is_not_in_the_log(log: Log, method: str) -> None:
    for typed in (MARKS["e-mail"], MARKS["user name"], IN_PATH, *PHONES[:2], "Zawadi Kiprotich"):
        getattr(Client(), method)(f"/admin/{typed}/")

    assert log.found() == {}


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_where_a_request_says_that_it_comes_from_is_not_in_the_log(log: Log, header: str) -> None:
    client = Client(enforce_csrf_checks=True)
    for typed in (MARKS["user name"], "Zawadi Kiprotich", IN_QUERY):
        response = client.post("/admin/login/", headers={header: f"https://{typed}.example/"}, secure=True)
        assert response.status_code == 403

    assert "django.security.csrf" in log.stream.getvalue()
    assert log.found() == {}


@pytest.mark.django_db
def test_a_failure_is_told_without_whom_it_befell(log: Log, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.privacy.test_logs"
    client = APIClient(raise_request_exception=False, headers={"User-Agent": DEVICE, "Authorization": "Bearer x" * 20})

    client.post(f"/api/test/failing/{IN_PATH}?token={IN_QUERY}", CONTACT)
    client.get(f"/test/failing?token={IN_QUERY}")

    errors = [json.loads(line) for line in log.stream.getvalue().splitlines() if '"error"' in line]
    assert [error["event"] for error in errors] == [
        "Internal Server Error: /api/test/failing/…",
        "Internal Server Error: /test/failing",
    ]
    assert errors[0]["exception"][0]["exc_value"].endswith("of …")
    assert log.found() == {}


@pytest.mark.django_db
def test_a_job_that_fails_tells_nothing(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in (worker, monitor):  # which close this test's own connection
        monkeypatch.setattr(part, "close_old_django_connections", lambda: None)
    async_task(failing, MARKS["user name"], MARKS["note"])
    _sync(OrmQ.objects.get().payload)

    assert "Failed" in log.stream.getvalue()
    assert log.found() == {}
    assert not Task.objects.get().success


@pytest.mark.django_db
def test_a_clash_in_the_database_does_not_quote_the_row(log: Log) -> None:
    make_user(username=MARKS["user name"], email=MARKS["e-mail"])
    try:
        with transaction.atomic():
            User.objects.bulk_create([User(username=MARKS["user name"], email=MARKS["e-mail"])])
    except IntegrityError:
        logging.getLogger("shop").exception("clash")

    assert "IntegrityError" in log.stream.getvalue()
    assert log.found() == {}


@pytest.mark.django_db
def test_whoever_refuses_a_message_is_quoted_by_codes_alone(log: Log, sms: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingMail"
    RefusingMail.refuses = {MARKS["e-mail"]}
    for number in ("+254719876543", "+254798765431"):
        KeepingBackend.failing[number] = SmsRefused(f"Code 403: {number} of {CONTACT['name']} is none")
    home = client_at_home()
    registered()
    log.call(home, "post", "/api/users/login/code", {"phone": "0719 876 543"}, status=204)
    _order(log, home)
    tasks.send_messages()
    send_messages()

    lines = [json.loads(line) for line in log.stream.getvalue().splitlines()]
    refused = [line["facts"]["error"] for line in lines if line["event"] == "message not sent"]
    assert {"SMTPRecipientsRefused: 550 5.1.1", "SmsRefused"} == set(refused)
    stored = [
        *AccountMessage.objects.values_list("error", flat=True),
        *OrderMessage.objects.values_list("error", flat=True),
    ]
    assert set(stored) - {""} == set(refused)
    assert log.found() == {}


@pytest.mark.parametrize("phone", PHONES)
def test_a_phone_is_hidden_however_it_is_written(phone: str) -> None:
    assert discreet(f"no answer from {phone}, gave up") == "no answer from …, gave up"


@pytest.mark.parametrize(
    "text",
    [
        "1000.00 KES",
        "EP-7K3QXM",
        "2026-11-27T14:30:00",
        "127.0.0.1:8000",
        "line 1234567",
        "took 0.1234567890123 s",
        "10.9.8.7",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert discreet(text) == text


def test_of_a_long_text_the_beginning_is_told_and_the_addresses_in_it_are_not() -> None:
    told = discreet(f"a@b.example {'a' * 100} " * 1_000)

    assert len(told) <= MOST_CHARACTERS + 1
    assert "@" not in told


def test_an_address_is_hidden_whatever_stands_before_it() -> None:
    assert discreet("x" * 100 + "zawadi@example.com").endswith("x…")
    assert discreet("?email=zawadi%40example.com") == "…"


def test_the_control_finds_what_is_logged(log: Log) -> None:
    logging.getLogger("shop").warning("Zawadi at Jacaranda Crescent 9, %s", BETTER)

    assert set(log.found()) == {"first name", "street", BETTER}
    assert timezone.now()
