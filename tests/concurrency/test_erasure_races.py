"""Erasing somebody while they buy: either the order was there first and holds it up, or there is no order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import erase_user as erasing
from accounts.actions.tell_user import tell_user
from accounts.models import User
from catalog.models import Product
from electroports.errors import DomainError
from orders.actions import place_order as placing
from orders.basket import WantedItem, refuse_coupons
from orders.models import Order
from tests.concurrency import Meeting, at_once
from tests.factories import make_product, make_user

pytestmark = pytest.mark.django_db(transaction=True)
CONTACT = {"name": "Zawadi", "email": "zawadi@example.com", "phone": "+254719876543"}


def race(user: User, product: Product) -> tuple[bool, bool]:
    """Erase and buy at once; return whether the one and the other went through."""
    purchase = placing.Purchase(
        wanted=[WantedItem(product_id=product.pk, variant_id=None, quantity=1)],
        contact=CONTACT,
        address=None,
        note="",
        acting_user=user,
    )

    def attempt(work: Callable[..., Any]) -> bool:
        try:
            work(at=timezone.now())
        except DomainError:
            return False
        return True

    erase = partial(attempt, partial(erasing.erase_user, user=user))
    erased, bought = at_once(erase, partial(attempt, partial(placing.place_order, purchase=purchase)))
    return erased, bought


def test_one_of_the_two_comes_to_nothing() -> None:
    for _ in range(5):
        user = make_user()

        erased, bought = race(user, make_product())

        assert erased != bought
        assert Order.objects.filter(user=user).exists() == bought
        assert (User.objects.get(pk=user.pk).erased_at is not None) == erased


def test_the_control_without_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    meeting = Meeting(2, at_most=3)

    def unguarded(*, user_id: int) -> None:
        """Hold nothing."""

    def slow(basket: Any) -> None:
        meeting.wait()  # the order is planned, and the erasure sees nothing of it
        refuse_coupons(basket)

    monkeypatch.setattr(placing, "hold_account", unguarded)
    monkeypatch.setattr(placing, "refuse_coupons", slow)
    user, product = make_user(), make_product()

    def late(**told: Any) -> Any:
        meeting.wait()
        return tell_user(**told)

    monkeypatch.setattr(erasing, "tell_user", late)
    assert race(user, product) == (True, True)
    assert Order.objects.get(user=user).contact == CONTACT
