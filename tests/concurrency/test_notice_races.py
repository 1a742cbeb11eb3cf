"""Notices at once: several senders, and stock that comes back while somebody asks."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from catalog.actions import send_notices as sending
from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.mark_due_notices import mark_due_notices
from catalog.actions.send_notices import send_notices
from catalog.models import Notice, Product
from catalog.tasks import look_at_notices, sweep_notices
from tests.catalog.noticing import ask, run_jobs, waiting
from tests.concurrency import at_once
from tests.factories import add_stock, make_product, make_user
from tests.staff import client_of

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_senders_at_once_send_each_once() -> None:
    waiting(12)
    now = timezone.now()
    calls = [partial(sweep_notices), partial(look_at_notices, list(Product.objects.values_list("pk", flat=True)))]

    at_once(*calls * 3)
    at_once(*[partial(send_notices, at=timezone.now())] * 4)

    assert len(mail.outbox) == 12
    assert len({message.to[0] for message in mail.outbox}) == 12
    assert Notice.objects.filter(status="sent", sent_at__gte=now).count() == 12


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_they_send_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(4)
    mark_due_notices(product_ids=None, at=timezone.now())
    barrier = Barrier(3)

    def send_unclaimed(notice_id: int, backend: Any, at: Any) -> None:
        """Look whether it is sent, send it, note it."""
        notice = Notice.objects.select_related("product", "variant", "customer").get(pk=notice_id)
        is_due = notice.status == "due"
        barrier.wait(timeout=30)
        if is_due:
            message = sending.notice_message(notice, price=Decimal(1), email=notice.customer.email, first_name="")
            message.connection = backend
            message.send()
            Notice.objects.filter(pk=notice_id).update(status="sent", sent_at=at)

    monkeypatch.setattr(sending, "_send", send_unclaimed)

    at_once(*[partial(send_notices, at=timezone.now())] * 3)

    assert len(mail.outbox) > 4


@pytest.mark.django_db(transaction=True)
def test_what_comes_back_while_somebody_asks_is_either_seen_or_told() -> None:
    """Whoever asks while the stock comes is told that it is there, or gets the mail: never neither."""
    products = [make_product(stock=None) for _ in range(6)]
    levels = [add_stock(product.variants.get(), 0) for product in products]
    clients = [client_of(make_user()) for _ in products]
    calls: list[Any] = []
    for product, level, client in zip(products, levels, clients, strict=True):
        calls.append(partial(ask, client, product))
        calls.append(partial(adjust_stock, level=level, change=1, reason="x", acting_user=None, at=timezone.now()))

    answers = at_once(*calls)[::2]
    run_jobs()

    told = len(mail.outbox)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert told == sum(answer.status_code == 201 for answer in answers)
