"""Text messages: their alphabet, and what sends them."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from electroports.sms import AfricasTalkingBackend, NullBackend, Sms, SmsNotSent, SmsRefused, gsm_text, sms_backend
from tests.fakes.sms import FakeAfricasTalking

SMS = Sms("+254712345678", "Order EP-7K3QXM is on its way.")


@pytest.fixture
def account(settings: Any) -> None:
    settings.SMS_BACKEND = "electroports.sms.AfricasTalkingBackend"
    settings.SMS_USERNAME, settings.SMS_API_KEY, settings.SMS_SENDER = "shop", "secret", "EPPINS"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("KES 1,000.00", "KES 1,000.00"),
        ("Café Müller", "Café Müller"),
        ("Ngũgĩ’s shop 🛒", "Ngugis shop "),
        ("x" * 200, "x" * 160),
    ],
)
def test_texts_are_one_message_in_the_phones_alphabet(text: str, sent: str) -> None:
    assert gsm_text(text) == sent


@pytest.mark.parametrize("code", [100, 101, 102])
def test_africas_talking_is_posted_a_form_with_the_key(settings: Any, account: None, code: int) -> None:
    with FakeAfricasTalking(code=code) as fake:
        settings.SMS_URL = fake.url
        sms_backend().send(SMS)

    ((headers, form),) = fake.received
    assert form == {"username": "shop", "to": SMS.to, "message": SMS.text, "from": "EPPINS"}
    assert (headers["apikey"], headers["accept"]) == ("secret", "application/json")
    assert headers["content-type"] == "application/x-www-form-urlencoded"


def test_without_a_sender_the_provider_has_its_own(settings: Any, account: None) -> None:
    settings.SMS_SENDER = ""
    with FakeAfricasTalking() as fake:
        settings.SMS_URL = fake.url
        AfricasTalkingBackend().send(SMS)

    assert "from" not in fake.received[0][1]


@pytest.mark.parametrize("code", [403, 404, 406, 409])
def test_phones_that_never_take_it_are_refused(settings: Any, account: None, code: int) -> None:
    with FakeAfricasTalking(code=code) as fake:
        settings.SMS_URL = fake.url
        with pytest.raises(SmsRefused, match=str(code)):
            AfricasTalkingBackend().send(SMS)


@pytest.mark.parametrize(
    "answer",
    [
        {"code": 401},
        {"code": 405},
        {"code": 500},
        {"status": 500},
        {"status": 401, "body": b"The supplied authentication is invalid"},
        {"body": b"<html>"},
        {"body": b'{"SMSMessageData": {"Recipients": []}}'},
        {"body": b"[]"},
    ],
)
def test_whatever_else_is_tried_again(settings: Any, account: None, answer: dict[str, Any]) -> None:
    with FakeAfricasTalking(**answer) as fake:
        settings.SMS_URL = fake.url
        with pytest.raises(SmsNotSent):
            AfricasTalkingBackend().send(SMS)


def test_a_provider_that_is_not_there(settings: Any, account: None) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SMS_URL = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with pytest.raises(SmsNotSent, match="ConnectError"):
            AfricasTalkingBackend().send(SMS)


def test_console_prints_and_null_does_not(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    sms_backend().send(SMS)
    assert capsys.readouterr().out == f"SMS to {SMS.to}: {SMS.text}\n"

    NullBackend().send(SMS)
    assert capsys.readouterr().out == ""
