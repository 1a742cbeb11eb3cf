"""The edges of an order's life: who may take them, when, and what goes with them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import product as every_pair

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import StockMovement
from orders import tasks
from orders.actions import expire_orders as module
from orders.actions.advance_order import advance_order
from orders.actions.cancel_order import cancel_order
from orders.actions.change_status import change_status
from orders.actions.expire_orders import expire_orders
from orders.errors import IllegalTransition
from orders.life import EDGES, PAID, Actor, Status
from orders.models import Allocation, LedgerEntry, Order, OrderEvent, Payment, Refund
from tests.factories import make_product, make_user
from tests.orders import everything, level_of, placed, refused
from tests.payments import an_order, pay, simulate
from tests.payments.conftest import simulated  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> User:
    return make_user(is_staff=True)


def take(order: Order, *statuses: Status, clerk: User, reason: str = "By phone.") -> None:
    for status in statuses:
        advance_order(order=order, status=status, acting_user=clerk, reason=reason, at=timezone.now())


@pytest.mark.parametrize(("before", "after"), list(every_pair(Status, Status)))
@pytest.mark.parametrize("actor", Actor)
def test_only_edges_are_taken_and_only_by_their_takers(
    client: APIClient, before: Status, after: Status, actor: Actor
) -> None:
    edge = next((edge for edge in EDGES if (edge.before, edge.after) == (before, after)), None)
    if edge is not None and actor in edge.takers:
        return
    order = Order(pk=0, status=before, total=Decimal(0))

    with pytest.raises(IllegalTransition):
        change_status(order=order, status=after, actor=actor, acting_user=None, reason="x", at=timezone.now())


def test_from_the_shelf_to_the_customer(client: APIClient, clerk: User) -> None:
    product = make_product(stock=10)
    placed(client, {"product": product.pk, "quantity": 3})
    order = Order.objects.get()

    take(order, Status.CONFIRMED, Status.PROCESSING, clerk=clerk)
    assert (level_of(product).on_hand, level_of(product).allocated) == (10, 3)
    take(order, Status.SHIPPED, Status.DELIVERED, clerk=clerk)

    assert (level_of(product).on_hand, level_of(product).allocated) == (7, 0)
    sale = StockMovement.objects.get(type="sale")
    assert (sale.on_hand_change, sale.allocated_change, sale.reference, sale.acting_user) == (
        *(-3, -3, order.number, clerk),
    )
    assert not Allocation.objects.exists()
    steps = order.events.values_list("from_status", "to_status", "actor", "acting_user", "reason")
    assert list(steps)[1:] == [
        ("pending", "confirmed", "staff", clerk.pk, "By phone."),
        ("confirmed", "processing", "staff", clerk.pk, "By phone."),
        ("processing", "shipped", "staff", clerk.pk, "By phone."),
        ("shipped", "delivered", "staff", clerk.pk, "By phone."),
    ]


def test_what_is_not_paid_is_confirmed_for_a_promise_only(client: APIClient, clerk: User) -> None:
    placed(client, {"product": make_product().pk, "quantity": 1})
    before = everything()

    with pytest.raises(IllegalTransition, match="paid in full, or promised"):
        take(Order.objects.get(), Status.CONFIRMED, clerk=clerk, reason="")

    assert everything() == before


def test_nothing_is_shipped_that_is_not_held(client: APIClient, clerk: User) -> None:
    product = make_product(stock=10)
    placed(client, {"product": product.pk, "quantity": 3})
    order = Order.objects.get()
    take(order, Status.CONFIRMED, Status.PROCESSING, clerk=clerk)
    Allocation.objects.update(quantity=2)
    before = everything()

    with pytest.raises(IllegalTransition, match="all units are still held"):
        take(order, Status.SHIPPED, clerk=clerk)

    assert everything() == before
    Allocation.objects.update(quantity=3)


def test_nothing_is_cancelled_that_has_left(client: APIClient, clerk: User) -> None:
    placed(client, {"product": make_product().pk, "quantity": 1})
    order = Order.objects.get()
    take(order, Status.CONFIRMED, Status.PROCESSING, Status.SHIPPED, clerk=clerk)
    before = everything()

    refused(client.post(f"/api/orders/{order.pk}/cancel"), 409, "illegal_transition")

    assert everything() == before


def test_what_ran_out_comes_back_only_paid() -> None:
    guards = {(edge.before, edge.after): edge.guard for edge in EDGES}

    assert guards[Status.EXPIRED, Status.CONFIRMED] == PAID


def test_cancelling_a_paid_order_gives_the_money_back(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")
    assert Order.objects.get().payment_status == "paid"

    response = client.post(f"/api/orders/{order['id']}/cancel")

    assert (response.status_code, Order.objects.get().owed) == (200, Decimal("1000.00"))
    tasks.wind_up_order(order["id"])
    tasks.wind_up_order(order["id"])
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.is_by_hand, refund.acting_user) == (
        *(Decimal("1000.00"), "The order was cancelled.", False, None),
    )
    tasks.send_refund(refund.pk)
    after = Order.objects.get()
    assert (after.status, after.payment_status, after.owed) == ("cancelled", "refunded", 0)
    assert LedgerEntry.objects.filter(kind="refunded").count() == 1


def test_what_the_provider_cannot_give_back_is_owed(client: APIClient, clerk: User) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")
    Payment.objects.update(provider="bank")

    client.post(f"/api/orders/{order['id']}/cancel")
    tasks.wind_up_order(order["id"])

    assert Order.objects.get().owed == Decimal("1000.00")
    assert not Refund.objects.exists()
    Payment.objects.update(provider="simulator")


def test_cancelling_calls_off_the_promise_to_pay(client: APIClient) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")
    assert Order.objects.get().status == "confirmed"

    client.post(f"/api/orders/{order['id']}/cancel")
    assert Payment.objects.get().status == "pending"  # no provider is asked while the order is locked
    tasks.wind_up_order(order["id"])

    assert (Payment.objects.get().status, Payment.objects.get().is_live) == ("withdrawn", False)


def test_an_order_that_lives_on_is_not_wound_up(client: APIClient) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")

    tasks.wind_up_order(order["id"])

    assert Payment.objects.get().status == "pending"


def test_expiry_owes_what_was_paid_in_part(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once", amount="400.00")

    expire_orders(at=timezone.now() + timedelta(days=1))

    after = Order.objects.get()
    assert (after.status, after.paid, after.owed) == ("expired", Decimal("400.00"), Decimal("400.00"))


def test_expiry_looks_again_once_it_holds_the_order(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order(client)
    hold = module.lock_order

    def paid_in_part_meanwhile(*, order_id: int) -> Order:
        Order.objects.update(expires_at=timezone.now() + timedelta(hours=1))
        return hold(order_id=order_id)

    monkeypatch.setattr(module, "lock_order", paid_in_part_meanwhile)

    assert expire_orders(at=timezone.now() + timedelta(minutes=31)) == 0
    assert Order.objects.get(pk=order["id"]).status == "pending"


def test_cancelling_what_changed_since_it_was_read(client: APIClient, clerk: User) -> None:
    placed(client, {"product": make_product().pk, "quantity": 1})
    stale, order = Order.objects.get(), Order.objects.get()
    take(order, Status.CONFIRMED, clerk=clerk)
    before = everything()

    with pytest.raises(IllegalTransition, match="no longer pending"):
        cancel_order(order=stale, acting_user=clerk, reason="", at=timezone.now())

    assert everything() == before
    assert OrderEvent.objects.count() == 2


def test_a_prompt_that_nobody_answered_is_no_promise(client: APIClient, clerk: User) -> None:
    order = an_order(client)
    simulate(client, order, "pays", delay=600)
    Payment.objects.update(is_live=False, next_check_at=None, attention="The provider did not say.")

    with pytest.raises(IllegalTransition, match="paid in full, or promised"):
        take(Order.objects.get(), Status.CONFIRMED, clerk=clerk, reason="")


def test_a_promise_to_pay_on_delivery_confirms(client: APIClient, clerk: User) -> None:
    order = an_order(client)
    pay(client, order, "cash_on_delivery")

    assert Order.objects.get().status == "confirmed"
