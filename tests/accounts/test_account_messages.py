"""What people are told of their accounts: written with the step, sent once, and only while it is true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from accounts import tasks
from accounts.account_words import PAGES, WORDS, words_for
from accounts.actions.forget_account_messages import forget_account_messages
from accounts.actions.send_account_messages import HOURLY, send_account_messages
from accounts.actions.tell_user import tell_user
from accounts.links import link_token, make_link, use_link, void_links
from accounts.models import AccountMessage, Link, User
from accounts.models.messages import MessageChannel, MessageKind
from tests.factories import make_user
from tests.fakes.sms import KeepingBackend

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def texts(settings: Any) -> Iterator[None]:
    settings.SMS_BACKEND = "tests.fakes.sms.KeepingBackend"
    KeepingBackend.sent.clear()
    yield
    KeepingBackend.sent.clear()


def a_link(user: User, purpose: Link.Purpose = Link.Purpose.VERIFY_EMAIL, at: datetime = NOW) -> Link:
    return make_link(purpose=purpose, user=user, email=user.email, lifetime=timedelta(hours=24), at=at)


def told(user: User, link: Link | None = None, kind: MessageKind = MessageKind.VERIFY_EMAIL) -> AccountMessage:
    message = tell_user(kind=kind, to=user.email, user=user, link=link, at=NOW)
    assert message is not None
    return message


def status_of(message: AccountMessage) -> str:
    message.refresh_from_db()
    return message.status


def test_a_message_is_sent_once_and_by_the_job_that_it_asks_for() -> None:
    user = make_user()
    message = told(user, a_link(user))

    assert [job.func() for job in OrmQ.objects.all()] == ["accounts.tasks.send_messages"]
    assert [tasks.send_messages(), tasks.send_messages()] == [1, 0]

    assert [sent.to for sent in mail.outbox] == [[user.email]]
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<account-message-{message.pk}@localhost>"
    assert status_of(message) == "sent"


def test_nothing_is_told_of_a_step_that_was_taken_back() -> None:
    user = make_user()

    with transaction.atomic():
        told(user)
        transaction.set_rollback(True)

    assert (AccountMessage.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_without_an_address_there_is_nothing_to_send() -> None:
    assert tell_user(kind=MessageKind.LOCKED_OUT, to="", at=NOW) is None
    assert (AccountMessage.objects.count(), OrmQ.objects.count()) == (0, 0)


@pytest.mark.parametrize("shop", ["https://shop.example.com", ""])
def test_the_token_is_in_the_mail_and_nowhere_else(settings: Any, shop: str) -> None:
    settings.SHOP_URL = shop
    user = make_user()
    link = a_link(user)
    told(user, link)

    send_account_messages(at=NOW)

    token = link_token(link)
    expected = f"{shop}/account/verify-email#token={token}" if shop else f"with this token: {token}"
    assert expected in mail.outbox[0].body
    assert token in str(mail.outbox[0].alternatives[0].content)
    rows = [*AccountMessage.objects.values_list(), *Link.objects.values_list()]
    assert token not in repr(rows)


@pytest.mark.parametrize("end", ["used", "voided", "expired", "moved", "verified"])
def test_what_invites_to_a_dead_link_is_not_sent(end: str) -> None:
    user = make_user()
    link = a_link(user)
    message = told(user, link)
    if end == "used":
        use_link(token=link_token(link), purpose=Link.Purpose.VERIFY_EMAIL, at=NOW)
    elif end == "voided":
        void_links(user=user, purposes=(Link.Purpose.VERIFY_EMAIL,), at=NOW)
    elif end == "expired":
        Link.objects.update(expires_at=NOW)
    elif end == "moved":
        User.objects.update(email="elsewhere@example.com")
    else:
        User.objects.update(email_verified_at=NOW)

    send_account_messages(at=NOW)

    assert (status_of(message), mail.outbox) == ("skipped", [])


def test_a_mail_server_that_is_down_delays_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    message = told(user, a_link(user))

    def refuse(*_: Any) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr(EmailBackend, "open", refuse)
        assert send_account_messages(at=NOW) == 0
    with monkeypatch.context() as down:
        down.setattr(EmailBackend, "send_messages", refuse)
        send_account_messages(at=NOW)
        assert status_of(message) == "failed"

    send_account_messages(at=NOW + timedelta(minutes=2))

    assert (status_of(message), len(mail.outbox)) == ("sent", 1)


def test_it_is_given_up_when_its_link_is_too_old() -> None:
    user = make_user()
    message = told(user, a_link(user))

    send_account_messages(at=NOW + timedelta(hours=25))

    assert (status_of(message), mail.outbox) == ("dead", [])


def test_no_mailbox_is_filled_by_strangers() -> None:
    user = make_user()
    for _ in range(HOURLY + 2):
        told(user, a_link(user))
    told(user, kind=MessageKind.PASSWORD_CHANGED)

    send_account_messages(at=NOW)

    assert len(mail.outbox) == HOURLY + 1
    assert AccountMessage.objects.filter(status="skipped").count() == 2


def test_a_phone_is_sent_one_message_of_the_alphabet_of_phones() -> None:
    tell_user(kind=MessageKind.PHONE_CHANGED, to="+254712345678", channel=MessageChannel.SMS, at=NOW)

    send_account_messages(at=NOW)

    ((to, text),) = KeepingBackend.sent
    assert (to, text) == ("+254712345678", "ElectroPorts & Pins: Your phone number was changed")


def test_a_name_is_greeted_where_the_address_is_known_to_be_its_owners() -> None:
    stranger = make_user(first_name="Buy-at-spam.example")
    known = make_user(first_name="Wanjiku", email_verified_at=NOW)
    told(stranger, kind=MessageKind.PASSWORD_CHANGED)
    told(known, kind=MessageKind.PASSWORD_CHANGED)

    send_account_messages(at=NOW)

    assert [sent.body.splitlines()[0] for sent in mail.outbox] == ["Hello,", "Hello Wanjiku,"]
    assert "spam.example" not in mail.outbox[0].alternatives[0].content


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_has_words(kind: MessageKind) -> None:
    user = make_user(date_joined=NOW - timedelta(days=1))
    told(user, kind=kind)

    send_account_messages(at=NOW)

    (sent,) = mail.outbox
    assert sent.subject
    assert "None" not in sent.body
    assert "{" not in sent.body
    assert "\n\n\n\n" not in sent.body


def test_words_and_pages_are_complete() -> None:
    assert set(WORDS) == set(MessageKind)
    assert set(PAGES) == set(Link.Purpose)


def test_old_messages_and_links_are_forgotten() -> None:
    user = make_user()
    old, recent = a_link(user, at=NOW - timedelta(days=40)), a_link(user)
    for link in (old, recent):
        told(user, link)
    AccountMessage.objects.filter(link=old).update(
        created_at=NOW - timedelta(days=31), status="sent", next_attempt_at=None
    )

    assert forget_account_messages(at=NOW) == 1

    assert (list(Link.objects.all()), AccountMessage.objects.get().link) == ([recent], recent)


@pytest.mark.parametrize("kind", [MessageKind.PHONE_CHANGED, MessageKind.IDENTITY_LINKED])
def test_of_a_way_in_it_is_said_that_a_new_password_does_not_close_it(db: None, kind: MessageKind) -> None:
    message = tell_user(kind=kind, to="wanjiku@example.com", facts={"provider": "Google"}, at=NOW)
    assert message is not None

    assert "remove what is not yours from your profile" in words_for(message).paragraphs[-1]
