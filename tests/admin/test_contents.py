"""What pages of the back office say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Category
from orders.models import Order
from tests import factories
from tests.admin.pages import change_page
from tests.admin.rows import make_level, make_order

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str, **query: Any) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def tree(db: None) -> dict[str, Category]:
    sound = factories.make_category("sound")
    headphones = factories.make_category("headphones", sound)
    return {"sound": sound, "headphones": headphones, "in-ear": factories.make_category("in-ear", headphones)}


def test_order_page_shows_lines_timeline_and_customer(office: Client) -> None:
    order = make_order(lines=2)

    content = text_of(office, change_page(order))

    line = order.lines.all()[0]
    wanted = (order.number, line.sku, line.name, "2,000.00", "Pending", "Unpaid", "placed", "Wanjiku Kamau")
    assert [text for text in wanted if text not in content] == []


def test_guest_has_an_order_page_too(office: Client) -> None:
    order = make_order(contact={"email": "guest@example.com"})
    Order.objects.filter(pk=order.pk).update(user=None)

    assert "guest@example.com" in text_of(office, change_page(order))


def test_stock_page_has_no_field_for_a_counter(office: Client) -> None:
    level = make_level()

    content = text_of(office, change_page(level))

    assert str(level.on_hand) in content
    assert 'name="on_hand"' not in content


def test_sessions_are_on_the_users_page(office: Client) -> None:
    user = factories.make_user()
    now = timezone.now()
    user.sessions.create(
        refresh_jti="0" * 32,
        user_agent="Firefox on a Tecno",
        created_at=now,
        rotated_at=now,
        expires_at=now + timedelta(days=1),
    )

    assert "Firefox on a Tecno" in text_of(office, change_page(user))


def test_category_found_without_its_parent_names_it(office: Client, tree: dict[str, Category]) -> None:
    assert "(in Headphones)" in text_of(office, reverse("admin:catalog_category_changelist"), q="in-ear")


def test_product_form_offers_the_tree(office: Client, tree: dict[str, Category]) -> None:
    content = text_of(office, reverse("admin:catalog_product_add"))

    assert content.index(">Sound<") < content.index(">\u2003Headphones<") < content.index(">\u2003\u2003In-Ear<")


def test_low_stock_is_linked_from_the_dashboard(office: Client) -> None:
    variant = factories.make_product(stock=1).variants.get()

    assert change_page(variant) in text_of(office, "/admin/")
