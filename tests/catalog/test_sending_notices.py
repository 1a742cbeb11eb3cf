"""Notices that are due are sent once, whatever becomes of servers, senders, prices and accounts meanwhile."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.core.mail.message import sanitize_address
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions import send_notices as sending
from catalog.actions.mark_due_notices import mark_due_notices
from catalog.actions.send_notices import forget_sent_notices, send_notices
from catalog.models import Notice, Product, StockLevel, Variant
from catalog.notice_mail import unsubscribe_url
from catalog.tasks import look_at_notices, sweep_notices
from electroports.jobs import background, pause_after
from tests.catalog.noticing import asked, run_jobs, set_price, waiting
from tests.factories import make_product, refresh_now
from tests.fakes.mail import DyingBackend
from tests.staff import manager

pytestmark = pytest.mark.django_db


def test_many_are_sent_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.tasks.BATCH", 3)
    monkeypatch.setattr("catalog.tasks.send_notices", partial(send_notices, limit=3))
    (notice, *_) = waiting(8)

    look_at_notices([notice.product_id])
    assert len(mail.outbox) == 3
    for expected in (6, 8, 8):
        run_jobs()
        assert len(mail.outbox) == expected

    assert len({message.to[0] for message in mail.outbox}) == 8
    assert not OrmQ.objects.exists()


class DownBackend:
    """A mail server that is not there, or hangs up in the middle."""

    accepts = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def open(self) -> None:
        if not type(self).accepts:
            raise ConnectionRefusedError(111, "Connection refused")

    def close(self) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        if type(self).accepts <= 0:
            raise SMTPServerDisconnected("Connection unexpectedly closed")
        type(self).accepts -= 1
        mail.outbox += messages
        return len(messages)


def test_a_mail_server_that_is_down_delays_and_loses_none(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = waiting(3)
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.DownBackend"

    assert send_notices(at=now) == 0
    assert set(Notice.objects.values_list("status", "attempts", "claimed_at")) == {("due", 0, None)}

    monkeypatch.setattr(DownBackend, "accepts", 1)
    assert send_notices(at=now) == 3
    assert len(mail.outbox) == 1
    assert sorted(Notice.objects.values_list("status", "attempts")) == [("due", 1), ("due", 1), ("sent", 1)]

    settings.EMAIL_BACKEND = usual
    assert send_notices(at=now) == 0  # not before the pause is over
    assert send_notices(at=now + timedelta(minutes=1)) == 2
    assert sorted(message.to[0] for message in mail.outbox) == sorted(row.customer.email for row in rows)


def test_pauses_double_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [pause_after(n) for n in (1, 2, 3)] == [timedelta(minutes=n) for n in (1, 2, 4)]
    assert pause_after(10_000) == timedelta(hours=6)
    assert sum((pause_after(n) for n in range(1, sending.GIVE_UP_AFTER)), timedelta()) > timedelta(days=7)


def test_a_claim_whose_sender_died_is_free_again() -> None:
    waiting(1)
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)
    Notice.objects.update(claimed_at=now)

    assert send_notices(at=now + Notice.LEASE) == 0
    assert send_notices(at=now + Notice.LEASE + timedelta(seconds=1)) == 1
    assert len(mail.outbox) == 1


def test_what_is_sold_out_again_waits_on() -> None:
    (notice,) = waiting(1)
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)
    StockLevel.objects.update(on_hand=0)
    refresh_now([notice.product_id])

    assert send_notices(at=now) == 0

    notice.refresh_from_db()
    assert (notice.status, notice.due_at) == ("waiting", None)
    assert mail.outbox == []


class WritingBackend(locmem.EmailBackend):
    """Reads the addresses and writes a message whole before it takes it, as the one for SMTP does."""

    def send_messages(self, messages: list[Any]) -> int:
        for message in messages:
            for address in message.recipients():
                sanitize_address(address, "utf-8")
            message.message().as_bytes()
        return int(super().send_messages(messages))


@pytest.mark.parametrize("between", ["\x0b", "\n"])
def test_an_address_that_no_mail_can_be_sent_to_stops_nobody_elses(settings: Any, between: str) -> None:
    poisoned, *others = waiting(3)
    User.objects.filter(pk=poisoned.customer_id).update(email=f'"a{between}bcc:victim@example.com"@example.com')
    settings.EMAIL_BACKEND = f"{__name__}.WritingBackend"
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)

    assert send_notices(at=now) == 3

    assert sorted(message.to[0] for message in mail.outbox) == sorted(row.customer.email for row in others)
    poisoned.refresh_from_db()
    assert (poisoned.status, poisoned.attempts, poisoned.claimed_at) == ("due", 1, None)
    assert send_notices(at=now) == 0  # not before the pause is over
    Notice.objects.filter(pk=poisoned.pk).update(attempts=sending.GIVE_UP_AFTER - 1)
    assert send_notices(at=now + timedelta(minutes=1)) == 1
    poisoned.refresh_from_db()
    assert (poisoned.status, len(mail.outbox)) == ("failed", 2)


def test_a_name_of_two_lines_is_one_subject() -> None:
    product = make_product(stock=0)
    Product.objects.filter(pk=product.pk).update(name="Nano\nBcc: victim@example.com\u2028 II")
    waiting(1, product=product)

    sweep_notices()

    (message,) = mail.outbox
    assert message.message()["Subject"] == "Back in stock: Nano Bcc: victim@example.com II"
    assert message.message()["Bcc"] is None


def test_the_link_that_ends_them_is_on_the_line_of_its_header() -> None:
    (notice,) = waiting(1)

    look_at_notices([notice.product_id])

    lines = mail.outbox[0].message().as_bytes().decode().splitlines()
    (line,) = [line for line in lines if line.startswith("List-Unsubscribe:")]
    assert line == f"List-Unsubscribe: <{unsubscribe_url(notice.customer_id)}>"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_inline_fails_no_call(client: APIClient, settings: Any) -> None:
    product = make_product(slug="charger")
    asked(client, product, "price_drop")
    settings.JOBS_INLINE = True
    settings.EMAIL_BACKEND = "tests.there_is_no_such.Backend"

    response = manager().patch(
        f"/api/variants/{product.variants.get().pk}", {"price": "1.00"}, headers={"If-Match": "*"}
    )

    background.submit(int).result(timeout=30)  # what was asked for before is done
    assert response.status_code == 200, response.content
    assert product.variants.get().price == 1
    assert Notice.objects.get().status == "due"


def dearer_again(variant: Variant) -> None:
    set_price(variant, "99999.00")


def off_the_shelf(variant: Variant) -> None:
    Variant.objects.filter(pk=variant.pk).update(is_active=False)
    refresh_now([variant.product_id])


def unpublished(variant: Variant) -> None:
    Product.objects.filter(pk=variant.product_id).update(is_published=False)
    refresh_now([variant.product_id])


@pytest.mark.parametrize("spoil", [dearer_again, off_the_shelf, unpublished])
@pytest.mark.parametrize("is_of_variant", [False, True])
@pytest.mark.parametrize("is_late", [False, True])
def test_a_price_that_rose_again_is_not_told(
    client: APIClient, monkeypatch: pytest.MonkeyPatch, spoil: Any, is_of_variant: bool, is_late: bool
) -> None:
    variant = make_product(stock=1).variants.get()
    asked(client, variant.product, "price_drop", **({"variant": variant.pk} if is_of_variant else {}))
    set_price(variant, "1.00")
    now = timezone.now()
    assert mark_due_notices(product_ids=None, at=now) == 1
    if is_late:  # after the look at all, before this one's turn
        look = sending._no_longer_due

        def look_then_spoil(at: Any) -> None:
            look(at)
            spoil(variant)

        monkeypatch.setattr(sending, "_no_longer_due", look_then_spoil)
    else:
        spoil(variant)

    send_notices(at=now)

    assert mail.outbox == []
    assert list(Notice.objects.values_list("status", "due_at", "claimed_at")) == [("waiting", None, None)]


def test_accounts_that_are_off_get_no_mail() -> None:
    (notice,) = waiting(1)
    User.objects.filter(pk=notice.customer_id).update(is_active=False)

    look_at_notices([notice.product_id])

    assert mail.outbox == []
    assert not Notice.objects.exists()


def test_old_notices_are_forgotten() -> None:
    (notice,) = waiting(1)
    look_at_notices([notice.product_id])
    sent_at = Notice.objects.get().sent_at
    assert sent_at is not None

    assert forget_sent_notices(at=sent_at + Notice.KEPT) == 0
    assert forget_sent_notices(at=sent_at + Notice.KEPT + timedelta(seconds=1)) == 1


def test_names_are_escaped_in_html_and_plain_in_text(settings: Any) -> None:
    settings.SHOP_URL = "https://shop.example"
    product = make_product(stock=0, name='Fish & <Chips> 6"')
    waiting(1, product=product)

    sweep_notices()

    (message,) = mail.outbox
    assert 'Fish & <Chips> 6"' in message.body
    html = message.alternatives[0][0]
    assert "Fish &amp; &lt;Chips&gt;" in html
    assert f'href="https://shop.example/products/{product.slug}"' in html


def test_a_notice_that_ends_the_connection_holds_up_no_other(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.fakes.mail.DyingBackend"
    DyingBackend.sent.clear()
    poisoned, *others = waiting(3)
    User.objects.filter(pk=poisoned.customer_id).update(email=DyingBackend.poison)
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)

    send_notices(at=now)

    assert len(DyingBackend.sent) == len(others)
