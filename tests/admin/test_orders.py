"""Orders in the back office: read, searched, and cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import StockLevel
from orders.admin import PAYMENT_COLOURS
from orders.models import Order, OrderEvent, OrderMessage
from tests import factories
from tests.admin.pages import change_page, messages_after, sign_in_with
from tests.admin.rows import make_order, make_told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]


@pytest.fixture
def placed(customer: User) -> Order:
    """An order that a customer placed through the API: it holds two of ten units."""
    product = factories.make_product(name="Nano II 65W")
    api = APIClient()
    api.force_authenticate(customer)
    answer = api.post("/api/orders/create", {"items": [{"product": product.pk, "quantity": 2}]})
    assert answer.status_code == 201, answer.content
    return Order.objects.get()


def cancel_page(order: Order) -> str:
    return reverse("admin:orders_order_cancel", args=[order.pk])


def allocated() -> int:
    return StockLevel.objects.get().allocated


def found(client: Client, **query: Any) -> list[str]:
    response = client.get(reverse("admin:orders_order_changelist"), query)
    return [row.number for row in response.context_data["cl"].result_list]


@pytest.mark.parametrize("written", ["+254722000111", "0722 000 111", "0722000111", "254 722 000 111", "722000"])
def test_an_order_is_found_by_the_phone_however_it_is_written(office: Client, written: str) -> None:
    order = make_order(contact={"name": "Otieno", "email": "o@example.com", "phone": "+254722000111"})
    make_order(contact={"name": "Achieng", "email": "a@example.com", "phone": "+254733000222"})

    assert found(office, q=written) == [order.number]


def test_orders_are_not_written_by_hand(office: Client, placed: Order) -> None:
    assert office.post(change_page(placed), {"status": "delivered"}).status_code == 403
    assert office.post(reverse("admin:orders_order_add"), {}).status_code == 403
    assert office.post(reverse("admin:orders_order_delete", args=[placed.pk]), {"post": "yes"}).status_code == 403
    assert Order.objects.get().status == "pending"


def test_cancelling_gives_the_stock_back_and_says_why(office: Client, boss: User, placed: Order) -> None:
    assert allocated() == 2

    response = office.post(cancel_page(placed), {"reason": "Asked for by phone"})

    assert response.headers["Location"] == change_page(placed)
    assert messages_after(office, response) == [f"{placed.number} is cancelled: Asked for by phone."]
    assert Order.objects.get().status == "cancelled"
    assert allocated() == 0
    event = OrderEvent.objects.latest("pk")
    assert (event.type, event.reason, event.actor, event.acting_user) == (
        "cancelled",
        "Asked for by phone",
        "staff",
        boss,
    )


def test_cancelling_twice_is_refused_in_words(office: Client, placed: Order) -> None:
    office.post(cancel_page(placed), {"reason": "Asked for by phone"})

    again = office.post(cancel_page(placed), {"reason": "Once more"})

    assert again.status_code == 200
    assert messages_after(office, again)[-1] == "An order that is cancelled cannot become cancelled."
    assert OrderEvent.objects.filter(type="cancelled").count() == 1
    assert allocated() == 0


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_cancelling_needs_a_reason(office: Client, placed: Order, reason: str) -> None:
    response = office.post(cancel_page(placed), {"reason": reason})

    assert list(response.context_data["form"].errors) == ["reason"]
    assert Order.objects.get().status == "pending"
    assert allocated() == 2


def test_opening_the_form_cancels_nothing(office: Client, placed: Order) -> None:
    assert office.get(cancel_page(placed)).status_code == 200

    assert Order.objects.get().status == "pending"


def test_reading_orders_does_not_let_one_cancel_them(placed: Order) -> None:
    client = sign_in_with("orders.view_order")

    assert client.get(change_page(placed)).status_code == 200
    assert client.post(cancel_page(placed), {"reason": "x"}).status_code == 403
    assert Order.objects.get().status == "pending"


@pytest.mark.parametrize("status", Order.PaymentStatus)
def test_every_state_of_payment_has_its_colour(office: Client, status: Order.PaymentStatus) -> None:
    order = make_order(payment_status=status)

    assert PAYMENT_COLOURS[status]
    assert office.get(change_page(order)).status_code == 200


@pytest.mark.parametrize("words", ["number", "email", "phone", "name"])
def test_orders_are_found_by_what_the_customer_says(office: Client, words: str) -> None:
    order = make_order(contact={"name": "Faith Chebet", "email": "faith@example.com", "phone": "+254700000001"})
    make_order()
    asked = {"number": order.number.lower(), "email": "FAITH@example", "phone": "700000001", "name": "chebet"}

    assert found(office, q=asked[words]) == [order.number]


def test_orders_are_filtered_by_status_and_day(office: Client) -> None:
    pending, shipped = make_order(), make_order(status="shipped")
    make_order(at=timezone.now() - timedelta(days=1), status="delivered")
    today = f"{timezone.localdate():%d/%m/%Y}"

    assert found(office, status__exact="shipped") == [shipped.number]
    assert found(office, created_at_from=today, created_at_to=today) == [shipped.number, pending.number]
    assert found(office, created_at_to="31/12/2019") == []


@pytest.mark.parametrize("day", ["yesterday", "31/02/2026", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_refused(office: Client, day: str) -> None:
    response = office.get(reverse("admin:orders_order_changelist"), {"created_at_to": day})

    assert response.headers["Location"].endswith("?e=1")


def step_page(order: Order, step: str) -> str:
    return reverse(f"admin:orders_order_{step}", args=[order.pk])


def test_staff_take_an_order_from_step_to_step(office: Client, boss: User, placed: Order) -> None:
    steps = {"confirm": "Pays by invoice", "process": "", "ship": "By rider", "deliver": ""}
    for step, reason in steps.items():
        response = office.post(step_page(placed, step), {"reason": reason})
        assert response.headers["Location"] == change_page(placed)

    assert Order.objects.get().status == "delivered"
    assert (StockLevel.objects.get().on_hand, allocated()) == (8, 0)
    assert list(OrderEvent.objects.values_list("to_status", "reason", "actor", "acting_user"))[1:] == [
        ("confirmed", "Pays by invoice", "staff", boss.pk),
        ("processing", "", "staff", boss.pk),
        ("shipped", "By rider", "staff", boss.pk),
        ("delivered", "", "staff", boss.pk),
    ]


def test_a_promise_is_put_into_words(office: Client, placed: Order) -> None:
    response = office.post(step_page(placed, "confirm"), {"reason": ""})

    assert list(response.context_data["form"].errors) == ["reason"]
    assert Order.objects.get().status == "pending"


def test_a_step_that_is_not_next_is_refused_in_words(office: Client, placed: Order) -> None:
    response = office.post(step_page(placed, "ship"), {"reason": ""})

    assert messages_after(office, response) == ["An order that is pending cannot become shipped."]
    assert allocated() == 2


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("pending", {"confirm", "cancel"}),
        ("confirmed", {"process", "cancel"}),
        ("processing", {"ship", "cancel"}),
        ("shipped", {"deliver"}),
        ("delivered", set()),
        ("cancelled", set()),
        ("expired", set()),
    ],
)
def test_only_the_next_steps_are_offered(office: Client, status: str, offered: set[str]) -> None:
    order = make_order(status=status)

    page = office.get(change_page(order))

    paths = {button["path"] for button in page.context_data["actions_detail"] if "path" in button}
    assert paths == {step_page(order, step) for step in offered}


@pytest.mark.parametrize("step", ["confirm", "process", "ship", "deliver"])
def test_reading_orders_does_not_let_one_take_a_step(placed: Order, step: str) -> None:
    client = sign_in_with("orders.view_order")

    assert client.post(step_page(placed, step), {"reason": "x"}).status_code == 403
    assert Order.objects.get().status == "pending"


def send_again(client: Client, *rows: OrderMessage) -> Any:
    data = {"action": "resend", "_selected_action": [row.pk for row in rows]}
    return client.post(reverse("admin:orders_ordermessage_changelist"), data)


@pytest.mark.parametrize(("status", "is_sent"), [("dead", True), ("sent", True), ("skipped", True), ("failed", False)])
def test_messages_are_sent_again(office: Client, status: str, is_sent: bool) -> None:
    message = make_told()
    now = timezone.now()
    OrderMessage.objects.update(status=status, next_attempt_at=now)

    response = send_again(office, message)

    assert messages_after(office, response) == [f"{int(is_sent)} message(s) are sent again."]
    message.refresh_from_db()
    assert message.status == ("waiting" if is_sent else status)
    assert message.attempts == (0 if is_sent else 3)
    assert (message.give_up_at > now) == is_sent
    assert [job.func() for job in OrmQ.objects.all()] == ["orders.tasks.send_messages"] * is_sent


def test_reading_messages_does_not_let_one_send_them() -> None:
    message = make_told()

    send_again(sign_in_with("orders.view_ordermessage"), message)

    message.refresh_from_db()
    assert message.status == "dead"
